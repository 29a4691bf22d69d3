"""Questions about Azure that no source settles: asked of what is there, and of a node of one's own."""
