"""What can be looked up: rules, checks, steps, gates, extensions and codes, read from their own data."""
