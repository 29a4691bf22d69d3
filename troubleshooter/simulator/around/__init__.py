"""What everything in the simulated Azure stands on: its conditions, its time, how it refuses."""
