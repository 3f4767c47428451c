"""Stream mode ``messages``: tokens of chat models as they come, and messages that nodes return."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk
from langchain_core.tracers._streaming import _StreamingCallbackHandler

from engine.graph.names import NS_SEP, PUSH, TAG_HIDDEN, TAG_NOSTREAM
from engine.runtime.running_task import current_task
from engine.types import Command

if TYPE_CHECKING:
    from engine.runtime.run import Run

Meta = tuple[tuple[str, ...], dict[str, Any]]


def message_handler(run: Run) -> MessageHandler:
    """What listens to chat models and nodes for a run's stream."""
    return MessageHandler(run)


def graph_namespace(metadata: dict[str, Any]) -> tuple[str, ...]:
    """The namespace of the graph that a task belongs to: without the task's own part and those of its callers."""
    parts = tuple(metadata["langgraph_checkpoint_ns"].split(NS_SEP))
    path = metadata.get("langgraph_path", ())
    drop = 1
    while len(path) == 4 and path[0] == PUSH and path[-1] is True:
        drop += 1
        path = path[1]
    return parts[:-drop]


class MessageHandler(BaseCallbackHandler, _StreamingCallbackHandler[Any]):
    """Sends each message once."""

    run_inline = True

    def __init__(self, run: Run) -> None:
        assert run.stream is not None, "made only for a run with a stream"
        self._stream = run.stream
        self._namespace = run.namespace_parts
        self._meta: dict[Any, Meta] = {}
        self._seen: set[Any] = set()

    def tap_output_aiter(self, run_id: Any, output: Any) -> Any:
        return output

    def tap_output_iter(self, run_id: Any, output: Any) -> Any:
        return output

    def on_chat_model_start(
        self, serialized: Any, messages: Any, *, run_id: Any, tags: Any = None, metadata: Any = None, **kwargs: Any
    ) -> None:
        if metadata and "langgraph_checkpoint_ns" in metadata and TAG_NOSTREAM not in (tags or ()):
            namespace = graph_namespace(metadata)
            if self._is_wanted(namespace):
                shown = [tag for tag in tags or () if not tag.startswith("seq:step") and tag != TAG_HIDDEN]
                if shown:
                    metadata["tags"] = shown
                self._meta[run_id] = (namespace, metadata)

    def on_llm_new_token(self, token: Any, *, chunk: Any = None, run_id: Any, **kwargs: Any) -> None:
        task = current_task.get()
        if task is not None:
            task.beat_automatically()
        meta = self._meta.get(run_id)
        if meta is not None and isinstance(chunk, ChatGenerationChunk):
            self._send(meta, chunk.message)

    def on_llm_end(self, response: Any, *, run_id: Any, **kwargs: Any) -> None:
        meta = self._meta.pop(run_id, None)
        if meta is not None and response.generations and response.generations[0]:
            generation = response.generations[0][0]
            if isinstance(generation, ChatGeneration):
                self._send_once(meta, generation.message)

    def on_llm_error(self, error: BaseException, *, run_id: Any, **kwargs: Any) -> None:
        self._meta.pop(run_id, None)

    def on_chain_start(
        self, serialized: Any, inputs: Any, *, run_id: Any, tags: Any = None, metadata: Any = None, **kwargs: Any
    ) -> None:
        if not metadata or kwargs.get("name") != metadata.get("langgraph_node") or TAG_HIDDEN in (tags or ()):
            return
        namespace = graph_namespace(metadata)
        if self._is_wanted(namespace):
            self._meta[run_id] = (namespace, metadata)
            self._seen.update(message.id for message in _messages_in_state(inputs) if message.id is not None)

    def on_chain_end(self, outputs: Any, *, run_id: Any, **kwargs: Any) -> None:
        meta = self._meta.pop(run_id, None)
        if meta is None:
            return
        parts = outputs if isinstance(outputs, Sequence) and any(isinstance(p, Command) for p in outputs) else [outputs]
        for part in parts:
            for message in _messages_in_result(part.update if isinstance(part, Command) else part):
                self._send_once(meta, message)

    def on_chain_error(self, error: BaseException, *, run_id: Any, **kwargs: Any) -> None:
        self._meta.pop(run_id, None)

    def _is_wanted(self, namespace: tuple[str, ...]) -> bool:
        return self._stream.subgraphs or not namespace or namespace == self._namespace

    def _send_once(self, meta: Meta, message: BaseMessage) -> None:
        if message.id not in self._seen:
            self._send(meta, message)

    def _send(self, meta: Meta, message: BaseMessage) -> None:
        if message.id is None:
            message.id = str(uuid4())
        self._seen.add(message.id)
        self._stream.put((meta[0], "messages", (message, meta[1])))


def _messages_in_result(result: Any) -> Iterable[BaseMessage]:
    if isinstance(result, BaseMessage):
        return [result]
    if isinstance(result, Sequence) and not isinstance(result, str):
        return [item for item in result if isinstance(item, BaseMessage)]
    return _messages_in_state(result)


def _messages_in_state(state: Any) -> Iterable[BaseMessage]:
    values = state.values() if isinstance(state, dict) else vars(state).values() if hasattr(state, "__dict__") else ()
    for value in values:
        if isinstance(value, BaseMessage):
            yield value
        elif isinstance(value, Sequence) and not isinstance(value, str):
            yield from (item for item in value if isinstance(item, BaseMessage))
