"""The steps that delete or undo, and what they ask before they do it."""
