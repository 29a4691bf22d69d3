"""What a run will need, told before its first change, against what Azure then refuses."""
