"""Which pools there are and how they are: lists alone, many at once, each shown as it comes."""
