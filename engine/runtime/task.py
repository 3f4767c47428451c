"""One task of a superstep: one node with its input, and what came of it.

Ids, config and ``Runtime`` are made when somebody asks for them: most nodes never do.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count
from typing import TYPE_CHECKING, Any

from engine.clock import wall_s
from engine.compiler.plan import NodePlan
from engine.graph.names import INTERRUPT, NS_END, NS_SEP, PREVIOUS, PULL, PUSH, RESUME
from engine.ids import task_id_at
from engine.runtime.config import (
    CHECKPOINT_ID,
    CHECKPOINT_MAP,
    CHECKPOINT_NS,
    CHECKPOINTER,
    CONF,
    READ,
    RUNTIME,
    SEND,
    TASK,
    TASK_ID,
)
from engine.runtime.runtime_info import ExecutionInfo, Runtime
from engine.types import CacheKey, Config, Interrupt, TimeoutPolicy

if TYPE_CHECKING:
    from engine.runtime.run import Run

PUSH_TRIGGERS = (PUSH,)


class Task:
    """A node about to run, running, or done.

    What most tasks never set has its first value at the class: a thousand tasks are made in a step.
    """

    error: BaseException | None = None
    result: Any = None
    """What the node's function returned."""
    is_restored = False
    """Its writes come from an earlier run; it does not run again."""
    is_cached = False
    is_cancelled = False
    """The runtime has cancelled it (a sibling failed, time is up), as opposed to its own code."""
    is_shown = False
    """Streams were told that it begins."""
    is_handled = False
    """It failed, and its error handler has taken over."""
    attempt = 1
    first_attempt_at: float | None = None
    node_error: Any = None
    """What an error handler is told."""
    answers: list[Any] | None = None
    """Answers that its questions have, in the order they were asked; None until somebody asks."""
    heartbeat: Callable[[], None] | None = None
    callback_run: Any = None
    """The node's run as langchain callbacks know it."""
    on_done: Callable[[Task], None] | None = None
    """Called when it has ended; set for a task that another one waits for."""
    context: Any = None
    """The context variables it runs with."""
    extra_id_parts: tuple[str, ...] = ()
    cache_key: CacheKey | None = None
    resuming: bool | None = None
    """Whether its subgraphs continue from their checkpoints; None: as the run says."""
    parent_call: Task | None = None
    """The task that called this one, in the functional API."""
    has_langgraph_id = False
    """Its thread was written by LangGraph, and so are its ids."""
    _id: str | None = None
    _config: Config | None = None
    _runtime: Runtime[Any] | None = None
    _interrupt_count: Any = None
    _subgraph_count: Any = None
    _call_count: Any = None

    def __init__(self, run: Run, node: NodePlan, path: tuple[Any, ...], triggers: tuple[str, ...], input: Any) -> None:
        self.run = run
        self.node = node
        self.name = node.name
        self.path = path
        self.triggers = triggers
        self.input = input
        self.writes: list[tuple[str, Any]] = []
        self.timeout: TimeoutPolicy | None = node.timeout
        self.retry_policies = node.retry_policies

    @property
    def id(self) -> str:
        """The same for the same task of the same checkpoint, also after a restart."""
        found = self._id
        if found is None:
            run, name, kind, place = self.run, self.name, self.path[0], self.extra_id_parts
            if not place:
                place = self.triggers if kind == PULL else (str(self.path[1]),)
            where = "\0".join(place)
            found = self._id = task_id_at(
                f"{run.checkpoint_id}\0{run.namespace}{NS_SEP}{name}\0{run.step}\0{name}\0{kind}\0{where}"
            )
        return found

    def adopt_langgraph_id(self, id: str) -> None:
        """Go on under the id that LangGraph gave it."""
        self._id = id
        self.has_langgraph_id = True

    @property
    def namespace(self) -> str:
        """Where its subgraphs keep their checkpoints."""
        own = f"{self.name}{NS_END}{self.id}"
        parent = self.parent_call.namespace if self.parent_call is not None else self.run.namespace
        return f"{parent}{NS_SEP}{own}" if parent else own

    @property
    def config(self) -> Config:
        """What a node gets as ``config``."""
        if self._config is None:
            self._config = self._make_config()
        return self._config

    @property
    def metadata(self) -> dict[str, Any]:
        """The ``metadata`` of its config."""
        return {
            **self.run.config.get("metadata", {}),
            "langgraph_step": self.run.step,
            "langgraph_node": self.name,
            "langgraph_triggers": self.triggers,
            "langgraph_path": self.path,
            "langgraph_checkpoint_ns": self.namespace,
            **self.node.metadata,
        }

    @property
    def runtime(self) -> Runtime[Any]:
        """What a node gets as ``runtime``."""
        if self._runtime is None:
            self._runtime = Runtime(
                context=self.run.context,
                store=self.run.kv_store,
                stream_writer=self.stream_writer,
                heartbeat=self.beat,
                previous=self.previous,
                execution_info=self.execution_info,
                server_info=self.run.server_info,
                control=self.run.control,
            )
        return self._runtime

    @property
    def execution_info(self) -> ExecutionInfo:
        """Where and how often it runs."""
        run = self.run
        run_id = run.config.get("run_id")
        if self.first_attempt_at is None:
            self.first_attempt_at = wall_s()
        return ExecutionInfo(
            checkpoint_id=run.checkpoint_id,
            checkpoint_ns=self.namespace,
            task_id=self.id,
            thread_id=run.config[CONF].get("thread_id"),
            run_id=str(run_id) if run_id else None,
            node_attempt=self.attempt,
            node_first_attempt_time=self.first_attempt_at,
        )

    @property
    def previous(self) -> Any:
        """What the entrypoint saved last on this thread."""
        return self.run.state.read(PREVIOUS)

    def injected(self, name: str) -> Any:
        """The value of a parameter that the runtime fills in."""
        if name == "config":
            return self.config
        if name == "runtime":
            return self.runtime
        if name == "writer":
            return self.stream_writer
        if name == "store":
            return self.run.kv_store
        if name == "previous":
            return self.previous
        if name == "error":
            return self.node_error
        return self

    def stream_writer(self, value: Any) -> None:
        """Write to the ``custom`` stream."""
        self.beat_automatically()
        self.run.write_custom(value, self.id)

    def beat(self) -> None:
        """Sign of life for the idle timeout."""
        if self.heartbeat is not None:
            self.heartbeat()

    def beat_automatically(self) -> None:
        """As ``beat``, unless the policy counts only explicit ones."""
        if self.heartbeat is not None and self.timeout is not None and self.timeout.refresh_on == "auto":
            self.heartbeat()

    def next_interrupt_index(self) -> int:
        """Which of its questions is being asked now, from 0."""
        if self._interrupt_count is None:
            self._interrupt_count = count()
        return int(next(self._interrupt_count))

    def next_subgraph_index(self) -> int:
        """How many subgraphs it called before this one."""
        if self._subgraph_count is None:
            self._subgraph_count = count()
        return int(next(self._subgraph_count))

    def next_call_index(self) -> int:
        """How many ``@task`` functions it called before this one."""
        if self._call_count is None:
            self._call_count = count()
        return int(next(self._call_count))

    def begin_attempt(self, attempt: int) -> None:
        """Forget what an earlier attempt left."""
        self.attempt = attempt
        self.writes = []
        self._interrupt_count = self._subgraph_count = self._call_count = None
        self._runtime = None
        self.answers = None
        if attempt > 1:
            self.resuming = True
            self._config = None

    def interrupts(self) -> tuple[Interrupt[Any], ...]:
        """The questions among its writes."""
        return tuple(question for name, value in self.writes if name == INTERRUPT for question in value)

    def _make_config(self) -> Config:
        run = self.run
        config = dict(run.config)
        tags = [*config.get("tags", ()), *self.node.tags]
        config["tags"] = tags
        config["metadata"] = self.metadata
        for key in ("run_name", "run_id"):
            config.pop(key, None)  # the graph's own; what the node calls has names and ids of its own
        if run.callbacks is not None:
            config["callbacks"] = run.callbacks.child(self)
        else:
            config.setdefault("callbacks", None)  # nodes hand it on without asking whether it is there
        parent_map = config[CONF].get(CHECKPOINT_MAP, {})
        config[CONF] = {
            **config[CONF],
            TASK_ID: self.id,
            TASK: self,
            SEND: self.extend_writes,
            READ: self.read_state,
            CHECKPOINTER: run.lent_checkpointer,
            CHECKPOINT_MAP: {**parent_map, run.namespace: run.checkpoint_id},
            CHECKPOINT_ID: None,
            CHECKPOINT_NS: self.namespace,
            RUNTIME: self.runtime,
        }
        return config

    def extend_writes(self, writes: Any) -> None:
        """Write to channels directly; for code that was written against LangGraph's insides."""
        self.writes.extend(writes)

    def read_state(self, keys: Any, fresh: bool = False) -> Any:
        """Read channels, with ``fresh`` as if its own writes had been applied."""
        return self.run.state.read_with_writes(keys, self.writes) if fresh else self.run.state.read(keys)


def control_writes(writes: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """The answers among the writes."""
    return [write for write in writes if write[0] == RESUME]
