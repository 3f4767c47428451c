"""LangGraph's ``langgraph.checkpoint.serde`` names."""
