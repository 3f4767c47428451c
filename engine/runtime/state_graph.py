"""``StateGraph``: the builder with ``compile()``, and what that makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.compiler.compile_graph import compile_graph
from engine.graph.builder import GraphBuilder
from engine.runtime.checkpointing import as_store, ensure_valid_checkpointer
from engine.runtime.compiled_graph import Pregel

if TYPE_CHECKING:
    from engine.graph.drawn_graph import DrawnGraph


class StateGraph(GraphBuilder):
    """A graph whose nodes read and write one shared state."""

    def __class_getitem__(cls, item: Any) -> type[StateGraph]:
        return cls

    def compile(
        self,
        checkpointer: Any = None,
        *,
        cache: Any = None,
        store: Any = None,
        interrupt_before: Any = None,
        interrupt_after: Any = None,
        debug: bool = False,
        name: str | None = None,
        transformers: Any = None,
    ) -> CompiledStateGraph:
        """Check the graph and make it runnable; later changes to the builder do not reach what was compiled.

        ``checkpointer``: where threads are kept: a saver; for a subgraph None (the parent's, anew for each call), True
        (the parent's, kept from call to call) or False (nothing is kept). ``store``: the long-term store that nodes
        get. ``cache``: needed by nodes with a cache policy. Breakpoints are node names, or ``"*"`` for all. ``name``
        is shown in drawings and to tracers. Raises ValueError for a graph with an edge or breakpoint to nowhere, or
        without a way in, and TypeError for a checkpointer that is none.
        """
        checkpointer = ensure_valid_checkpointer(checkpointer)
        before, after = interrupt_before or (), interrupt_after or ()
        self.validate([*(before if before != "*" else ()), *(after if after != "*" else ())])
        compiled = CompiledStateGraph(
            compile_graph(self),
            builder=self,
            name=name or "LangGraph",
            checkpointer=checkpointer,
            store=store,
            cache=cache,
            interrupt_before=before,
            interrupt_after=after,
            context_schema=self.context_schema,
            debug=debug,
        )
        _allow_types(compiled, getattr(as_store(checkpointer), "types", None))
        return compiled


def _allow_types(graph: Pregel, types: Any) -> None:
    """Let the store make objects again of the classes that the schemas name; of all others it makes data records."""
    if types is None:
        return
    if isinstance(graph, CompiledStateGraph):
        types.add_schema(*graph.builder.schemas)
    for inner in graph.direct_subgraphs.values():
        _allow_types(inner, types)


class CompiledStateGraph(Pregel):
    """A compiled ``StateGraph``."""

    def __class_getitem__(cls, item: Any) -> type[CompiledStateGraph]:
        return cls

    def __init__(self, plan: Any, *, builder: StateGraph, **options: Any) -> None:
        super().__init__(plan, **options)
        self.builder = builder

    def _drawn(self, xray: int | bool) -> DrawnGraph:
        from engine.runtime.draw import draw_state_graph

        inner: dict[str, DrawnGraph] = {}
        if xray:
            deeper = xray if isinstance(xray, bool) else xray - 1
            inner = {name: graph._drawn(deeper) for name, graph in self.direct_subgraphs.items()}
        return draw_state_graph(self, self.builder, inner)

    def get_input_jsonschema(self, config: Any = None) -> dict[str, Any]:
        """JSON schema of the input."""
        from engine.runtime import json_schemas

        return json_schemas.of_state_schema(self.builder, self.builder.input_schema, self.get_name("Input"))

    def get_output_jsonschema(self, config: Any = None) -> dict[str, Any]:
        """JSON schema of the output."""
        from engine.runtime import json_schemas

        return json_schemas.of_state_schema(self.builder, self.builder.output_schema, self.get_name("Output"))

    @property
    def output_mapper(self) -> Any:
        return self.builder.schemas[self.builder.output_schema].make

    @property
    def state_mapper(self) -> Any:
        return self.builder.schemas[self.builder.state_schema].make
