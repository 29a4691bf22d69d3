"""The nouns: frozen dataclasses and enums of the standard library, no behaviour that reaches outside."""
