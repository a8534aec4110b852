"""The desktop: windows on an X display, the person's own or a virtual one."""

from envs.desktop.env import DesktopEnv

__all__ = ["DesktopEnv"]
