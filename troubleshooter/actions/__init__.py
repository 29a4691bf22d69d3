"""What a playbook step can do."""
