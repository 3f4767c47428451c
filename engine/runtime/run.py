"""Everything one run of one graph knows. Changed by ``superstep_loop`` and its helpers only, in the driver's thread."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from engine.clock import now_utc
from engine.compiler.plan import GraphPlan
from engine.graph.names import NS_SEP, RESUME
from engine.ids import NULL_TASK_ID, new_checkpoint_id
from engine.runtime.config import CONF
from engine.runtime.live_state import LiveState
from engine.runtime.pending_writes import PendingWrite
from engine.runtime.stream import CUSTOM_BY_TASK, Stream
from engine.store.checkpoint_store import CheckpointStore, StoredCheckpoint, TaskWrite
from engine.types import MISSING, Config

if TYPE_CHECKING:
    from engine.runtime.task import Task


class Run:
    """One call of ``invoke`` or ``stream``."""

    def __init__(
        self,
        plan: GraphPlan,
        config: Config,
        input: Any,
        *,
        name: str = "LangGraph",
        store: CheckpointStore | None = None,
        lent_checkpointer: Any = None,
        namespace: str = "",
        parent: Task | None = None,
        stream: Stream | None = None,
        durability: str = "sync",
        output_keys: str | Sequence[str] = (),
        interrupt_before: Any = (),
        interrupt_after: Any = (),
        context: Any = None,
        control: Any = None,
        kv_store: Any = None,
        cache: Any = None,
        server_info: Any = None,
        subgraphs: Mapping[str, Any] | None = None,
        step_timeout: float | None = None,
    ) -> None:
        self.plan = plan
        self.config = config
        self.input = input
        self.name = name
        self.store = store
        self.lent_checkpointer = lent_checkpointer
        """What subgraphs keep their checkpoints with."""
        self.namespace = namespace
        self.namespace_parts: tuple[str, ...] = tuple(namespace.split(NS_SEP)) if namespace else ()
        self.parent = parent
        """The task that this graph is a part of; None for the outermost graph."""
        self.stream = stream
        self.durability = durability
        self.output_keys = output_keys
        self.interrupt_before = interrupt_before
        self.interrupt_after = interrupt_after
        self.context = context
        self.control = control
        self.kv_store = kv_store
        self.cache = cache
        self.server_info = server_info
        self.subgraphs = subgraphs or {}
        """Graphs that are nodes, by name."""
        self.step_timeout = step_timeout
        """Seconds that one superstep may take; None for as long as it takes."""
        self.callbacks: Any = None

        self.thread_id = str(config[CONF].get("thread_id"))
        self.checkpoint_config: Config = {CONF: {}}
        """The address of the checkpoint that the run stands on, as streams show it; kept up to date if there is one."""
        self.parent_config: Config | None = None
        self.loaded: StoredCheckpoint | None = None
        self.state = LiveState(plan)
        self.step = -1
        self.stop = 0
        self.checkpoint_metadata: Mapping[str, Any] = {"step": -2}
        self.callers_metadata: dict[str, Any] | None = None
        """What the caller's config adds to stored metadata; None until something is stored."""
        self._checkpoint_id: str | None = None
        self.parent_checkpoint_id: str | None = None
        self.is_saved = False
        """Whether the checkpoint that the run stands on is stored."""

        self.tasks: list[Task] = []
        self.pending: list[PendingWrite] = []
        """Writes of the open step, in the order they came."""
        self.tried: frozenset[str] = frozenset()
        """Tasks that earlier attempts at the loaded step have left writes of."""
        self.unsaved: Sequence[TaskWrite] = []
        """Those of them that are not stored yet."""
        self.last_writers: dict[str, Task] = {}
        """Channel -> the last task that wrote it, for errors in storing; noted if nothing is stored before the end."""
        self.first_failed: Task | None = None
        """The task whose error is raised; its siblings' are recorded only."""
        self.recent_nodes: deque[str] = deque(maxlen=10)
        """What ran in the last steps, for the text of a recursion error."""

        self.stopped_at = "pending"
        """``interrupt_before`` or ``interrupt_after`` once a breakpoint was hit."""
        self.is_resuming = False
        self.lends_resuming = False
        """Whether subgraphs of the first step continue from their checkpoints."""
        self.is_replaying = False
        self.replay: Any = None
        """Where subgraphs of a replayed step find their checkpoints."""
        self.resume_map: Mapping[str, Any] = {}
        self._plain_answer: Any = MISSING
        self.wrote_output = False
        self.last_output: Any = MISSING
        """The output keys after the last step that wrote one, if they may be gone at the end."""
        self.final_interrupts: list[Any] = []
        self.thread_hops: Any = None
        """Where the asynchronous driver calls plain functions; None for the loop's own."""
        self.executor: Any = None
        """What starts ``@task`` calls while a step is running."""
        self.lock = threading.RLock()

    @property
    def checkpoint_id(self) -> str:
        """The checkpoint that the run stands on. Made when somebody asks, if nothing is stored."""
        if self._checkpoint_id is None:
            self._checkpoint_id = new_checkpoint_id(self.step)
        return self._checkpoint_id

    @checkpoint_id.setter
    def checkpoint_id(self, value: str | None) -> None:
        self._checkpoint_id = value

    def wants(self, mode: str) -> bool:
        """Whether anybody listens to this stream mode."""
        stream = self.stream
        return stream is not None and (
            mode in stream.modes or (stream.parent is not None and stream.parent.wants(mode))
        )

    def emit(self, mode: str, payload: Any) -> None:
        """Send a chunk to whoever listens."""
        if self.stream is not None:
            self.stream.put((self.namespace_parts, mode, payload))

    def emit_for_debugging(self, mode: str, payload: Any, kind: str, step: int) -> None:
        """Send a chunk of ``tasks`` or ``checkpoints``, and the same wrapped up as ``debug``."""
        if self.wants(mode):
            self.emit(mode, payload)
        if self.wants("debug"):
            self.emit("debug", {"step": step, "timestamp": now_utc(), "type": kind, "payload": payload})

    def write_custom(self, value: Any, task_id: str) -> None:
        """Send a node's own chunk, to the innermost listener or to the enclosing run that wants its subgraphs'."""
        if self.stream is not None and self.stream.wants("custom"):
            self.stream.put((self.namespace_parts, "custom", value))
        if self.stream is not None and self.stream.wants(CUSTOM_BY_TASK):
            self.stream.put((self.namespace_parts, CUSTOM_BY_TASK, (task_id, value)))

    def stored_answers(self, task_id: str) -> list[Any]:
        """The answers that a task of this step was given earlier."""
        for owner, channel, value in self.pending:
            if owner == task_id and channel == RESUME:
                return list(value) if isinstance(value, (list, tuple)) else [value]
        return []

    def give_plain_answer(self, answer: Any) -> None:
        """An answer without an id: for the first question that is asked."""
        self._plain_answer = answer

    give_back_plain_answer = give_plain_answer

    def take_plain_answer(self) -> Any:
        """The answer without an id, once; MISSING if there is none (left). Subgraphs take their parent's."""
        with self.lock:
            answer, self._plain_answer = self._plain_answer, MISSING
        if answer is MISSING and self.parent is not None:
            return self.parent.run.take_plain_answer()
        if answer is not MISSING:
            self.pending = [w for w in self.pending if not (w[0] == NULL_TASK_ID and w[1] == RESUME)]
        return answer
