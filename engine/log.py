"""Lines in the log, under the names that LangGraph uses. Loads ``logging`` with the first line: most runs have none to
write, and a twentieth of the engine's time to load would go into it."""

from __future__ import annotations

LANGGRAPH = "langgraph"


def log_warning(text: str, *values: object, name: str = LANGGRAPH) -> None:
    """A warning, with ``values`` for the ``%`` places of the text. It carries its caller's file and line."""
    import logging

    logging.getLogger(name).warning(text, *values, stacklevel=2)


def log_info(text: str, *values: object) -> None:
    """As ``log_warning``, for what is as it should be."""
    import logging

    logging.getLogger(LANGGRAPH).info(text, *values, stacklevel=2)
