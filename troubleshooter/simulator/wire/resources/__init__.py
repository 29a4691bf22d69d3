"""ARM's other providers, as far as they are asked what lies around a pool. Only reads."""
