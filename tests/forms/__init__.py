"""Form pages that the reader was not written against, the server that keeps their truth, and the bench over them."""
