"""Ways to sign in, and why the sign-in service refuses one."""
