"""GLM-4.5V: as GLM-4.1V, with a prompt under headings and, on a computer, pictures inside the history."""
