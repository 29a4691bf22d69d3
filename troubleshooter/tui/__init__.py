"""The screen, the only place that imports textual. Attributes go down, messages up; one thread works."""
