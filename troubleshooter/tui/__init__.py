"""The screen. The only place that draws."""
