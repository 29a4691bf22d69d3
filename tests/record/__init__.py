"""What the program says without a screen, kept as text: a change of it is seen, and is made on purpose."""
