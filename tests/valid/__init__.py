"""Configurations that are right by what Microsoft documents, made sharing no code with lint."""
