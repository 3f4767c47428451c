"""The few private names of LangGraph that public values contain."""
