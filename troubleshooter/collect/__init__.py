"""Getting logs off nodes, over whichever road leads to them.

What speaks SSH is imported where a node is opened: paramiko is slow to load, and a plan needs none of it.
"""
