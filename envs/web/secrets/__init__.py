"""Secrets: put in at the moment of typing, and kept out of everything that leaves the environment."""

from envs.web.secrets.kept import Secret, origin_of

__all__ = ["Secret", "origin_of"]
