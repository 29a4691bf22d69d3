"""What deletes or undoes in Azure, called by itself: what stands there then, what was written and asked."""
