"""``langgraph.store``: the long-term store."""
