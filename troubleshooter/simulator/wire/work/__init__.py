"""Jobs and their schedules, tasks, and the files of tasks, on the data plane."""
