"""From logs to findings. Works offline."""
