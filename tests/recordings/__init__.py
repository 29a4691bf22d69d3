"""Answers of the real service, as Microsoft recorded them: what is read of them, and what is simulated."""
