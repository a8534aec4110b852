"""GLM-4.1V-Thinking: a screen that is pointed at, a page whose elements carry numbers, a phone."""
