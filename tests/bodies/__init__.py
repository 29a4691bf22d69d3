"""What the specification wants of a pool's body, and whether the bodies that are sent keep to it.

The checker (rule, definition, described, network, machine, node, size, checker) imports nothing of the
product, of the simulated Azure or of other tests: it was written from Microsoft's OpenAPI files alone.
"""
