"""Every scenario against what is diagnosed of it: expectations, runs and the confusion matrix."""
