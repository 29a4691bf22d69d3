"""Archives and packed files as streams: whoever made them decides nothing here, and spends little."""
