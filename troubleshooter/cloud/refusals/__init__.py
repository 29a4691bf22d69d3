"""Azure's error codes: which calls meet them, whether another try helps, whose affair it is, what to do."""
