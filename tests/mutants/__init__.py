"""Small plausible bugs, each put into a copy of the program: the tests that are named must see it."""
