"""Roads to a node: what a plan must prepare for each, and how it opens a node. The first is SSH."""
