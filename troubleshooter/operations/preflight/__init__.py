"""What a route needs before its first change, held against what the caller may do."""
