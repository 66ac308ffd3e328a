"""What pages show, computed: one module a page or a part of one. Templates hold no rule of the domain."""
