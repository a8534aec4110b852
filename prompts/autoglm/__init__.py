"""AutoGLM-Phone: a conversation about one phone."""
