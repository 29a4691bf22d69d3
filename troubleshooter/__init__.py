"""Find out why the Key Vault extension keeps an Azure Batch pool's nodes from starting, and prove the fix."""

__version__ = "0.1.0"
