"""The screen. The only place that imports textual: attributes go down, messages come up, one thread does the work."""
