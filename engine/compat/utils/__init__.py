"""LangGraph's ``utils``: names of before version 1."""
