"""A small Azure Batch on loopback, for the demo and the tests. Shares no code with the product."""
