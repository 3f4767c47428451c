"""``InMemorySaver``: LangGraph's name for a saver that keeps nothing after the process ends."""

from __future__ import annotations

from collections import defaultdict
from types import TracebackType
from typing import Any

from engine.store.memory_store import MemoryStore
from engine.store.store_saver import StoreSaver


class InMemorySaver(StoreSaver):
    """Checkpoints in memory. Also a context manager, as LangGraph's is."""

    def __init__(self, *, serde: Any = None, factory: Any = None) -> None:
        """``serde`` as for every saver. Raises ``NotImplementedError`` for a ``factory`` of other dictionaries."""
        if factory not in (None, defaultdict):
            raise NotImplementedError(
                "InMemorySaver(factory=...) replaces dictionaries that this engine's saver has not: what it holds "
                "would not be in them. To keep checkpoints in a file, use SqliteSaver."
            )
        super().__init__(MemoryStore(), serde=serde)

    def __enter__(self) -> InMemorySaver:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    async def __aenter__(self) -> InMemorySaver:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


MemorySaver = InMemorySaver
