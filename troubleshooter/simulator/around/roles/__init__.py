"""What Azure's own lists say of rights: its built-in roles, and the actions that calls of Batch need."""
