"""Work on nodes: jobs that a run makes, their tasks, and the files that these leave."""
