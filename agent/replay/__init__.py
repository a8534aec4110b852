"""Repeating a trace without its model."""
