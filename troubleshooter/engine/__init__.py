"""The playbook engine: steps, gates, journal. Knows no Azure, no SSH, no screen."""
