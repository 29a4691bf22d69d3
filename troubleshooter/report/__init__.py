"""Findings to paper: pure functions from the run's state to text."""
