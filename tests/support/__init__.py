"""Real ends that tests of several packages talk to."""
