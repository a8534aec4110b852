"""Native function calling: the dialect of every vision model that calls tools, GLM-4.6V and later among them."""
