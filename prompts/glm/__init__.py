"""What the models of the GLM family have in common: the words of each platform and the fields of their prompts."""
