"""Stream mode ``tools``: when langchain tools start, end or fail. Imported only if that mode is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler

from engine.errors import GraphBubbleUp
from engine.graph.names import TAG_NOSTREAM
from engine.runtime.message_stream import graph_namespace

if TYPE_CHECKING:
    from engine.runtime.run import Run


class ToolHandler(BaseCallbackHandler):
    """Sends what tools do, keyed by the id of the call."""

    run_inline = True

    def __init__(self, run: Run) -> None:
        assert run.stream is not None, "made only for a run with a stream"
        self._stream = run.stream
        self._namespace = run.namespace_parts
        self._calls: dict[Any, tuple[tuple[str, ...], str]] = {}

    def on_tool_start(
        self,
        serialized: Any,
        input_str: str,
        *,
        run_id: Any,
        tags: Any = None,
        metadata: Any = None,
        inputs: Any = None,
        **kwargs: Any,
    ) -> None:
        if not metadata or TAG_NOSTREAM in (tags or ()):
            return
        namespace = graph_namespace(metadata) if metadata.get("langgraph_checkpoint_ns") else ()
        if not (self._stream.subgraphs or not namespace or namespace == self._namespace):
            return
        call_id = kwargs.get("tool_call_id") or str(run_id)
        self._calls[run_id] = (namespace, call_id)
        name = (serialized or {}).get("name") or kwargs.get("name") or ""
        payload = {"event": "tool-started", "tool_call_id": call_id, "tool_name": name}
        if inputs is not None:
            payload["input"] = inputs
        self._stream.put((namespace, "tools", payload))

    def on_tool_end(self, output: Any, *, run_id: Any, **kwargs: Any) -> None:
        self._finish(run_id, {"event": "tool-finished", "output": output})

    def on_tool_error(self, error: BaseException, *, run_id: Any, **kwargs: Any) -> None:
        if isinstance(error, GraphBubbleUp):
            self._calls.pop(run_id, None)
        else:
            self._finish(run_id, {"event": "tool-error", "message": str(error)})

    def _finish(self, run_id: Any, payload: dict[str, Any]) -> None:
        found = self._calls.pop(run_id, None)
        if found is not None:
            namespace, call_id = found
            self._stream.put((namespace, "tools", {"tool_call_id": call_id, **payload}))
