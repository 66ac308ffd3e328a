"""The sub-commands of `tocsin evaluate`: methods against what was simulated, or what came."""
