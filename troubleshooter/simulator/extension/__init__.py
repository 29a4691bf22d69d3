"""What becomes of the extension on a node: its settings, the vault's doors, what it and the agent write."""
