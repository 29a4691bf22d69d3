"""Reading nodes: over SSH, by tasks, and down the ladder from one to the next."""
