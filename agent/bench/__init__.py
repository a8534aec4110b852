"""Measurements that users can repeat: `agent bench …`."""
