"""Our savers for graphs of the ``langgraph`` package: the same saver, of a class that LangGraph accepts as its own.

LangGraph asks ``isinstance(saver, BaseCheckpointSaver)`` of its own base class. Importing that takes half a second, so
our savers do not derive from it; this makes a class that does, for whoever has langgraph and wants it.
"""

from __future__ import annotations

from typing import Any

from engine.store.store_saver import StoreSaver


def for_langgraph(saver: StoreSaver) -> Any:
    """A view on the same store that a LangGraph graph can be compiled with. Raises ImportError without langgraph."""
    from langgraph.checkpoint.base import BaseCheckpointSaver

    class LangGraphView(StoreSaver, BaseCheckpointSaver):  # type: ignore[type-arg,misc]  # two bases with one interface
        pass

    LangGraphView.__name__ = LangGraphView.__qualname__ = f"{type(saver).__name__}ForLangGraph"
    view = LangGraphView.__new__(LangGraphView)
    StoreSaver.__init__(view, saver.store)
    return view
