"""Findings to paper: pure functions from the model to JSON, Markdown, HTML and terminal text."""
