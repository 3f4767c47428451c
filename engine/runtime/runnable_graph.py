"""What the modules behind a compiled graph's methods need of it. ``compiled_graph`` imports them, they import this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from engine.compiler.plan import GraphPlan
from engine.types import Config, StateSnapshot


class RunnableGraph(Protocol):
    """A compiled graph, as ``start_run``, ``snapshot`` and their neighbours see it."""

    plan: GraphPlan
    name: str
    checkpointer: Any
    store: Any
    cache: Any
    interrupt_before_nodes: Any
    interrupt_after_nodes: Any
    context_schema: Any
    config: Config | None
    step_timeout: float | None

    def get_name(self) -> str:
        """The graph's name."""

    def get_state(self, config: Mapping[str, Any], *, subgraphs: bool = False) -> StateSnapshot:
        """The state of a thread."""

    @property
    def direct_subgraphs(self) -> Mapping[str, RunnableGraph]:
        """Graphs inside it, by node."""

    @property
    def output_mapper(self) -> Any:
        """Turns output values into the output schema's class for ``version="v2"``; None if they are a dict anyway."""

    @property
    def state_mapper(self) -> Any:
        """As ``output_mapper``, for the whole state."""
