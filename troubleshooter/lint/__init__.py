"""Checks Key Vault extension settings. Works offline."""
