"""A simulated node: a file tree as the extension leaves it, and an SSH server in front of it."""
