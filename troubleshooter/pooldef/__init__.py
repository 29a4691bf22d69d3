"""A pool as ARM describes it: what is in its JSON, and what is to be in that of another. No call, no run."""
