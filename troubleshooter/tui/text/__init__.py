"""Text for a cell or a line; no widget."""
