"""A graph wired by hand from ``NodeBuilder``s and channels: what ``Pregel(nodes=..., channels=...)`` makes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from warnings import warn

from engine.compiler.wire_graph import EntryWriter, wire_graph
from engine.errors import LangGraphDeprecatedSinceV10
from engine.graph.drawn_graph import DrawnGraph
from engine.graph.names import END, START
from engine.runtime.compiled_graph import Pregel as Pregel
from engine.types import MISSING, CachePolicy, Config, RetryPolicy


class WiredGraph(Pregel):
    """Runs like any other graph. Its state are its channels; no schema says what they are."""

    def __init__(
        self,
        *,
        nodes: Mapping[str, Any],
        channels: Mapping[str, Any] | None,
        input_channels: str | Sequence[str],
        output_channels: str | Sequence[str],
        stream_channels: str | Sequence[str] | None = None,
        stream_mode: str = "values",
        stream_eager: bool = False,
        interrupt_before_nodes: Any = (),
        interrupt_after_nodes: Any = (),
        step_timeout: float | None = None,
        debug: bool | None = None,
        checkpointer: Any = None,
        store: Any = None,
        cache: Any = None,
        retry_policy: RetryPolicy | Sequence[RetryPolicy] | None = None,
        cache_policy: CachePolicy | None = None,
        context_schema: Any = None,
        config: Config | None = None,
        name: str = "LangGraph",
        auto_validate: bool = True,
        **deprecated: Any,
    ) -> None:
        """``nodes`` by name, ``channels`` by name, and which channels take the input and give the output.

        One input channel takes the input as it is; a list picks its keys from an input dict. ``stream_channels``: what
        ``stream`` and ``get_state`` show. ``step_timeout``: seconds that one superstep may take. ``retry_policy`` and
        ``cache_policy``: for nodes that have none. ``stream_eager`` and ``auto_validate`` have no effect: chunks are
        sent as they come, and the wiring is always checked. Raises ValueError for a name that is no channel or node.
        """
        if (config_type := deprecated.pop("config_type", MISSING)) is not MISSING:
            text = "`config_type` is deprecated and will be removed. Please use `context_schema` instead."
            warn(LangGraphDeprecatedSinceV10(text), stacklevel=2)
            context_schema = context_schema or config_type
        if deprecated:
            raise TypeError(f"Pregel got an unexpected keyword argument {next(iter(deprecated))!r}")
        plan = wire_graph(
            nodes=nodes,
            channels=channels,
            input_channels=input_channels,
            output_channels=output_channels,
            stream_channels=stream_channels,
            retry_policy=retry_policy,
            cache_policy=cache_policy,
        )
        for names in (interrupt_before_nodes, interrupt_after_nodes):
            if names != "*" and (unknown := next((node for node in names if node not in plan.nodes), None)):
                raise ValueError(f"Node {unknown} not in nodes")
        super().__init__(
            plan,
            name=name,
            checkpointer=checkpointer,
            store=store,
            cache=cache,
            interrupt_before=interrupt_before_nodes,
            interrupt_after=interrupt_after_nodes,
            stream_mode=stream_mode,
            context_schema=context_schema,
            debug=bool(debug),
            config=config,
            step_timeout=step_timeout,
        )

    def _drawn(self, xray: int | bool) -> DrawnGraph:
        """Arrows lead from who writes a channel to who is subscribed to it; a node that starts no other ends."""
        drawn = DrawnGraph()
        for name, node in self.plan.nodes.items():
            function = node.function.source if node.function is not None else None
            drawn.add_node(function, name, metadata=node.metadata)
        drawn.add_node(None, START)
        inputs = self.plan.input_key
        for target in self._started_by((inputs,) if isinstance(inputs, str) else inputs):
            drawn.add_edge(START, target)
        for name, node in self.plan.nodes.items():
            written = node.writes.channels if isinstance(node.writes, EntryWriter) else ()
            for target in self._started_by(written) or [END]:
                drawn.add_edge(name, target)
        if xray:
            deeper = xray if isinstance(xray, bool) else xray - 1
            for name, graph in self.direct_subgraphs.items():
                drawn.expand(name, graph._drawn(deeper))
        return drawn

    def _started_by(self, channels: Sequence[str]) -> list[str]:
        """The nodes that are subscribed to any of these, each once."""
        return list(dict.fromkeys(name for channel in channels for name in self.plan.triggered_by.get(channel, ())))


Pregel.wired_class = WiredGraph
