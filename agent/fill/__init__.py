"""Filling in a form: all values are placed at once, entered, read back, and sent only if that was asked for."""
