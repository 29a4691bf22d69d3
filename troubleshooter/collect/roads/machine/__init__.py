"""Machines that the operator reaches already, by the operator's own keys and known hosts."""
