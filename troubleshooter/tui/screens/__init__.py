"""Whole screens and the dialogs that lie over them; each file is one."""
