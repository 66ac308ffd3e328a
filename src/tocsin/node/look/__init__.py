"""The design system: the frame of every page, its parts, and the styles and scripts built from npm."""
