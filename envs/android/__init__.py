"""Android phones: `AndroidEnv`, and `devices()` that lists what is connected. Start with env.py."""

from envs.android.env import AndroidEnv
from envs.android.server import Device, devices

__all__ = ["AndroidEnv", "Device", "devices"]
