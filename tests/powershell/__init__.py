"""The scripts for Windows, which nothing here runs: read by their grammar, held to what is documented."""
