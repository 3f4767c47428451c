"""``Pregel``: a graph that can be run, with LangGraph's public methods. Here are those that say what it consists of.

Its other methods are inherited, from file to file: ``graph_runs`` (invoke, stream), ``graph_state`` (get_state, update)
and ``graph_basics`` (name, settings). Each only gathers what is needed and calls one module. What only some programs
need (asyncio, snapshots, drawings, schemas) is imported by the method that needs it: that is half of the time that
importing the engine would take.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast
from warnings import warn

from engine.errors import LangGraphDeprecatedSinceV10
from engine.runtime.graph_runs import GraphRuns
from engine.runtime.subgraphs import get_subgraphs

if TYPE_CHECKING:
    from engine.graph.drawn_graph import DrawnGraph


class Pregel(GraphRuns):
    """A runnable graph. ``StateGraph.compile()`` and ``@entrypoint`` make these.

    ``Pregel(nodes=..., channels=..., input_channels=..., output_channels=...)`` wires one by hand: see ``wired_graph``.
    """

    wired_class: type[Pregel]
    """Set by ``wired_graph``, through which the public ``Pregel`` is imported: it cannot be imported from here."""

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        """A ``WiredGraph`` if there is no plan to run; its own ``__init__`` takes the arguments."""
        wired = cls is Pregel and not args and "plan" not in kwargs
        return super().__new__(cls.wired_class if wired else cls)

    def get_subgraphs(self, *, namespace: str | None = None, recurse: bool = False) -> Iterator[tuple[str, Pregel]]:
        """Graphs inside this one, each with its namespace: node names joined by ``|``.

        ``namespace``: only that one. ``recurse``: graphs inside those, too.
        """
        found = get_subgraphs(self, namespace=namespace, recurse=recurse)
        yield from cast(Iterator[tuple[str, Pregel]], found)

    async def aget_subgraphs(
        self, *, namespace: str | None = None, recurse: bool = False
    ) -> AsyncIterator[tuple[str, Pregel]]:
        """As ``get_subgraphs``."""
        for found in self.get_subgraphs(namespace=namespace, recurse=recurse):
            yield found

    def get_graph(self, config: Mapping[str, Any] | None = None, *, xray: int | bool = False) -> DrawnGraph:
        """The graph as it is drawn: nodes and edges, ``to_json()``, ``draw_mermaid()``.

        With ``xray`` subgraphs are unfolded, as many levels deep as it says, True for all.
        """
        return self._drawn(xray)

    async def aget_graph(self, config: Mapping[str, Any] | None = None, *, xray: int | bool = False) -> DrawnGraph:
        """As ``get_graph``."""
        return self.get_graph(config, xray=xray)

    def _drawn(self, xray: int | bool) -> DrawnGraph:
        from engine.runtime.draw import draw_one_node

        return draw_one_node(self)

    @property
    def InputType(self) -> Any:
        """The type of the input; None if it is a dict of channels."""
        types = self._input_types
        return None if isinstance(types, dict) else types

    @property
    def OutputType(self) -> Any:
        """The type of the output; None if it is a dict of channels."""
        types = self._output_types
        return None if isinstance(types, dict) else types

    @property
    def _input_types(self) -> Any:
        channels, keys = self.plan.channels, self.plan.input_key
        return channels[keys].UpdateType if isinstance(keys, str) else {key: channels[key].UpdateType for key in keys}

    @property
    def _output_types(self) -> Any:
        channels, keys = self.plan.channels, self.plan.output_keys
        return channels[keys].ValueType if isinstance(keys, str) else {key: channels[key].ValueType for key in keys}

    def get_input_schema(self, config: Mapping[str, Any] | None = None) -> Any:
        """The input as a class of pydantic's, which must be installed."""
        from engine.runtime import json_schemas

        return json_schemas.model_of_types(self._input_types, self.get_name("Input"))

    def get_output_schema(self, config: Mapping[str, Any] | None = None) -> Any:
        """The output as a class of pydantic's, which must be installed."""
        from engine.runtime import json_schemas

        return json_schemas.model_of_types(self._output_types, self.get_name("Output"))

    @property
    def input_schema(self) -> Any:
        """As ``get_input_schema``."""
        return self.get_input_schema()

    @property
    def output_schema(self) -> Any:
        """As ``get_output_schema``."""
        return self.get_output_schema()

    def get_input_jsonschema(self, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """JSON schema of the input."""
        from engine.runtime import json_schemas

        return json_schemas.of_types(self._input_types, self.get_name("Input"))

    def get_output_jsonschema(self, config: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """JSON schema of the output."""
        from engine.runtime import json_schemas

        return json_schemas.of_types(self._output_types, self.get_name("Output"))

    def config_schema(self, *, include: Sequence[str] | None = None) -> Any:
        """Deprecated: ``get_context_jsonschema`` says more."""
        from engine.runtime import json_schemas

        text = "`config_schema` is deprecated. Use `get_context_jsonschema` for the relevant schema instead."
        warn(LangGraphDeprecatedSinceV10(text), stacklevel=2)
        return json_schemas.model_of_config(self.context_schema, include or (), self.get_name("Config"))

    def get_config_jsonschema(self, *, include: Sequence[str] | None = None) -> dict[str, Any]:
        """Deprecated: ``get_context_jsonschema`` says more."""
        from engine.runtime import json_schemas

        text = "`get_config_jsonschema` is deprecated. Use `get_context_jsonschema` instead."
        warn(LangGraphDeprecatedSinceV10(text), stacklevel=2)
        model = json_schemas.model_of_config(self.context_schema, include or (), self.get_name("Config"))
        return dict(model.model_json_schema())

    def get_context_jsonschema(self) -> dict[str, Any] | None:
        """JSON schema of the context; None if there is none."""
        from engine.runtime import json_schemas

        return json_schemas.of_context(self.context_schema)

    def clear_cache(self, nodes: Sequence[str] | None = None) -> None:
        """Forget cached results, of all nodes or of these, if there are such. Raises ValueError without a cache."""
        if self.cache is None:
            raise ValueError("No cache is set for this graph. Cannot clear cache.")
        known = self.plan.nodes
        found = [known[name].cache_namespace for name in (known if nodes is None else nodes) if name in known]
        self.cache.clear([namespace for namespace in found if namespace])

    async def aclear_cache(self, nodes: Sequence[str] | None = None) -> None:
        """As ``clear_cache``."""
        import asyncio

        await asyncio.to_thread(self.clear_cache, nodes)
