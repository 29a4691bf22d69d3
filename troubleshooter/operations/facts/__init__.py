"""What is asked of Azure beside Batch, many questions at once."""
