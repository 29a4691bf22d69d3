"""What lies in key vaults, asked of their data plane."""
