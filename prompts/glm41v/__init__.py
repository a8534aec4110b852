"""GLM-4.1V-Thinking: its dialects for a screen that is pointed at, and for a page whose elements carry numbers."""
