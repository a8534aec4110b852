"""One trace for many rows of values: each row alone, with its own outcome and its own record."""
