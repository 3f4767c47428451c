"""LangGraph's ``version``: the release whose behaviour this engine follows."""

__version__ = "1.2.22"
__all__ = ("__version__",)
