"""The methods of a compiled graph that read and change a thread's state. What they do is in ``snapshot`` and
``update_state``, which only programs that look at states load.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Any

from engine.runtime.checkpointing import own_namespace, store_of_state
from engine.runtime.config import CHECKPOINT_NS, CONF
from engine.runtime.graph_basics import GraphBasics
from engine.runtime.runnable_graph import RunnableGraph
from engine.runtime.running_task import complete_config
from engine.runtime.subgraphs import stable_namespace, subgraph_at
from engine.types import Config, StateSnapshot, StateUpdate


class GraphState(GraphBasics):
    """Reading and writing the state."""

    def get_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """The thread's state now, or at the checkpoint that the config names. Runs nothing and never fails because of
        what a run has written.

        "Now" includes what finished tasks of an open step wrote, and open questions only; with a ``checkpoint_id`` it
        is the start of that step. An unknown thread or checkpoint gives an empty snapshot (``metadata`` None). With
        ``subgraphs`` each task that is a graph has its own snapshot as ``state``. Tasks whose writes do not go
        together, or whose node is gone, have an ``error`` that says so. Raises ValueError without a checkpointer or
        for a namespace that is no subgraph.
        """
        from engine.runtime.snapshot import get_state

        graph, complete = self._addressed(config)
        return get_state(graph, complete, subgraphs=subgraphs)

    async def aget_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """As ``get_state``."""
        import asyncio

        return await asyncio.to_thread(self.get_state, config, subgraphs=subgraphs)

    def get_state_history(
        self,
        config: Mapping[str, Any],
        *,
        filter: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> Iterator[StateSnapshot]:
        """The thread's checkpoints, newest first, over all branches, each as it was when its step began.

        ``filter``: metadata that must be equal, for example ``{"source": "loop"}``. ``before``: a config; only older
        checkpoints. ``limit``: at most so many. A config with a ``checkpoint_id`` gives just that one.
        """
        from engine.runtime.snapshot import get_state_history

        graph, complete = self._addressed(config)
        yield from get_state_history(graph, complete, filter=filter, before=before, limit=limit)

    async def aget_state_history(
        self,
        config: Mapping[str, Any],
        *,
        filter: Mapping[str, Any] | None = None,
        before: Mapping[str, Any] | None = None,
        limit: int | None = None,
    ) -> AsyncIterator[StateSnapshot]:
        """As ``get_state_history``."""
        for found in self.get_state_history(config, filter=filter, before=before, limit=limit):
            yield found

    def update_state(
        self, config: Mapping[str, Any], values: Any, as_node: str | None = None, task_id: str | None = None
    ) -> Config:
        """Change the state as if a node had written ``values``. Returns the config of the new checkpoint, a child of
        the one that ``config`` names, or of the newest.

        ``as_node``: whose edges decide what comes next; left out, the node that ran last. ``END`` with None for
        ``values`` drops what is due, ``"__input__"`` begins anew as an input does, ``"__copy__"`` makes a sibling.
        ``task_id``: which of several due tasks of the node this is the result of. Raises ``InvalidUpdateError`` if the
        node is unknown or it is not clear which one is meant, or if the state cannot take the values; ValueError
        without a checkpointer. Nothing is changed then.
        """
        return self.bulk_update_state(config, [[StateUpdate(values, as_node, task_id)]])

    async def aupdate_state(
        self, config: Mapping[str, Any], values: Any, as_node: str | None = None, task_id: str | None = None
    ) -> Config:
        """As ``update_state``."""
        return await self.abulk_update_state(config, [[StateUpdate(values, as_node, task_id)]])

    def bulk_update_state(self, config: Mapping[str, Any], supersteps: Sequence[Sequence[StateUpdate]]) -> Config:
        """Several supersteps of updates, one after the other; updates of one superstep are applied together.

        Returns the config of the last checkpoint. Raises ValueError for an empty list, else as ``update_state``; the
        supersteps before the one that failed stay.
        """
        from engine.runtime.update_state import bulk_update_state

        store_of_state(self, complete_config(self.config, config))
        if not supersteps:
            raise ValueError("No supersteps provided")
        if any(not updates for updates in supersteps):
            raise ValueError("No updates provided")
        graph, complete = self._addressed(config, for_update=True)
        return bulk_update_state(graph, complete, supersteps)

    async def abulk_update_state(
        self, config: Mapping[str, Any], supersteps: Sequence[Sequence[StateUpdate]]
    ) -> Config:
        """As ``bulk_update_state``."""
        import asyncio

        return await asyncio.to_thread(self.bulk_update_state, config, supersteps)

    def _addressed(self, config: Mapping[str, Any], *, for_update: bool = False) -> tuple[RunnableGraph, Config]:
        """The graph that a config's namespace belongs to, and the config it is to be asked with."""
        complete = complete_config(self.config, config)
        namespace = complete[CONF].get(CHECKPOINT_NS, "")
        if namespace and "__pregel_checkpointer" not in complete[CONF]:
            found = subgraph_at(self, namespace)
            if found is not None:
                conf = {**complete[CONF], "__pregel_checkpointer": store_of_state(self, complete)}
                return found, own_namespace(found, {**complete, CONF: conf})
            if for_update:
                raise ValueError(f"Subgraph {stable_namespace(namespace)} not found")
        return self, own_namespace(self, complete)
