"""The loop and everything a user runs."""

__version__ = "0.1.0"
