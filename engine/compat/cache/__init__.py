"""``langgraph.cache``: results of nodes kept for the next time."""
