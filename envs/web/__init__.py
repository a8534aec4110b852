"""The web: pages in a Chromium browser. Start with env.py; `SharedBrowser` is one browser for several environments."""

from envs.web.env import WebEnv
from envs.web.keeper import SharedBrowser

__all__ = ["SharedBrowser", "WebEnv"]
