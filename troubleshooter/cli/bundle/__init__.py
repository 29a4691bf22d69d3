"""What is handed on: one archive and its checksum, of a run or of machines that were collected from."""
