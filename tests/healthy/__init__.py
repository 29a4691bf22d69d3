"""What is well, with all that is said where nothing is wrong: none of it may be called a fault."""
