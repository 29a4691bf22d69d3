"""Pools whose extension no setting tells not to wait (4.x): by nodes that are asked themselves, or by 3.x."""
