"""The account, its pools, nodes and jobs: their state and the rules by which it changes."""
