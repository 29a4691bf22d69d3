"""What would keep a pool beside this one from being made, filled or removed."""
