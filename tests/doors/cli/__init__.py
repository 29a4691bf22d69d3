"""Commands that delete or undo, in this process and on a real data directory."""
