"""LangGraph's ``langgraph.checkpoint`` names."""
