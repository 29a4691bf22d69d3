"""From the nouns to the rows of a table."""
