"""What stands between this machine and Azure: a proxy that refuses, and one that reads along."""
