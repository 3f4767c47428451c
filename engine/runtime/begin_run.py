"""How a run starts: load the thread, then continue it, answer its questions, or give it a new input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.compiler.node_writes import goto_writes
from engine.errors import (
    EmptyInputError,
    InvalidUpdateError,
    UnknownInterruptError,
    UnknownNodeError,
    did_you_mean,
)
from engine.graph.names import INPUT, INTERRUPT, NS_END, RESUME
from engine.ids import is_interrupt_id
from engine.runtime.apply_step import Writer, apply_step
from engine.runtime.config import (
    CHECKPOINT_ID,
    CHECKPOINT_MAP,
    CHECKPOINT_NS,
    CONF,
    DEFAULT_RECURSION_LIMIT,
    STRICT_RESUME,
    THREAD_ID,
)
from engine.runtime.input_writes import input_writes
from engine.runtime.left_behind import tell_dropped_by_input, tell_dropped_input_keys
from engine.runtime.live_state import LiveState
from engine.runtime.pending_writes import callers_writes, open_interrupt_ids
from engine.runtime.plan_step import missing_nodes, tasks_due
from engine.runtime.requests import Load, LoadBefore, Requests
from engine.runtime.run import Run
from engine.runtime.save_checkpoint import save_checkpoint
from engine.runtime.task_results import add_callers_writes
from engine.runtime.written_from_outside import OutsideWrites
from engine.store.checkpoint_store import StoredCheckpoint
from engine.types import Command

_MULTIPLE_QUESTIONS = (
    "When there are multiple pending interrupts, you must specify the interrupt id when resuming. "
    "Docs: https://docs.langchain.com/oss/python/langgraph/interrupts#handling-multiple-interrupts."
)


class Replay:
    """Shared by the subgraphs of a replayed step.

    The first visit of each continues from before the replayed checkpoint.
    """

    def __init__(self, checkpoint_id: str) -> None:
        self.checkpoint_id = checkpoint_id
        self._visited: set[str] = set()

    def is_first_visit(self, namespace: str) -> bool:
        """True once for each subgraph, whichever task it belongs to."""
        stable = namespace.rsplit(NS_END, 1)[0]
        if stable in self._visited:
            return False
        self._visited.add(stable)
        return True


def begin_run(run: Run) -> Requests:
    """Bring the run to where its first step can be planned."""
    lent_resuming = run.parent.resuming if run.parent is not None and run.parent.resuming is not None else None
    if lent_resuming is None and run.parent is not None:
        lent_resuming = run.parent.run.lends_resuming
    if run.parent is not None:
        run.resume_map = run.parent.run.resume_map
    addressed, superseded, lent_resuming = yield from _load(run, lent_resuming)
    command = run.input if isinstance(run.input, Command) else None
    has_past = bool(run.state.versions)
    if run.parent is not None:
        run.is_resuming = has_past and bool(
            lent_resuming if lent_resuming is not None else (run.input is None or command is not None)
        )
    else:
        run.is_resuming = has_past and (run.input is None or command is not None or _is_same_run(run))
    answers = command is not None and command.resume is not None
    time_travels = addressed and (
        (run.parent is not None and run.namespace in (run.config[CONF].get(CHECKPOINT_MAP) or {}))
        or not (answers or lent_resuming)
    )
    run.is_replaying = time_travels or superseded
    if time_travels or (superseded and answers):
        # A question that is asked again gets the answer that is given now, not the one of the first time.
        run.pending = [write for write in run.pending if write[1] != RESUME]
    _drop_old_plain_answer(run)
    source = run.checkpoint_metadata.get("source")
    forks = run.is_resuming and time_travels and (source not in ("update", "fork") or superseded)
    replayed_from = _replayed_from(run, source) if time_travels else ""
    if command is not None:
        _take_command(run, command, superseded)
    if run.is_resuming:
        _need_nodes_it_waits_for(run, command)
    _apply_callers_writes(run)
    if run.is_resuming:
        run.state.mark_all_seen(INTERRUPT)
        if forks:
            run.pending = [write for write in run.pending if write[1] != INTERRUPT]
            run.unsaved = []
            yield from save_checkpoint(run, "fork")
        if run.wants("values"):
            run.emit("values", run.state.read(run.output_keys))
        run.wrote_output = True
    elif run.input is not None:
        _take_input(run)
        yield from save_checkpoint(run, "input")
        replayed_from = run.checkpoint_id if time_travels else ""
    elif lent_resuming is None:
        raise EmptyInputError(f"Received no input for {run.plan.input_key}")
    run.lends_resuming = run.is_resuming
    if run.parent is None:
        run.replay = Replay(replayed_from) if time_travels else None
    else:
        run.replay = run.parent.run.replay


def _need_nodes_it_waits_for(run: Run, command: Command[Any] | None) -> None:
    """The code may have changed under a waiting thread: a node that is due and gone is an error, not an early end."""
    missing = missing_nodes(run.state)
    if not missing:
        return
    if command is not None and command.targets:
        run.state.forget_missing()
        return
    raise UnknownNodeError(
        f"Thread '{run.thread_id}' waits before node '{missing[0]}', but the graph has no such node (any more). "
        f"{did_you_mean(missing[0], run.plan.nodes)} Give the node its old name back, or say where to go on: with "
        "Command(goto=...) or update_state(..., as_node=...)."
    )


def _replayed_from(run: Run, source: Any) -> str:
    """Subgraphs continue from before this checkpoint.

    An update was made after the checkpoints of the step it changes.
    """
    if source in ("update", "fork") and run.loaded is not None and run.loaded.parent_id:
        return run.loaded.parent_id
    return run.checkpoint_id


def _load(run: Run, lent_resuming: bool | None) -> Any:
    """Load the thread's state.

    Returns whether a checkpoint was named, whether it is not the newest, and ``resuming``.
    """
    if run.store is None:
        _stand_on(run, None)
        return bool(_wanted_checkpoint(run) or (run.parent is not None and run.parent.run.replay)), False, lent_resuming
    conf = run.config[CONF]
    run.checkpoint_config = {
        CONF: {
            CHECKPOINT_NS: run.namespace,
            **{k: v for k, v in conf.items() if not k.startswith("__") and k not in (CHECKPOINT_ID, CHECKPOINT_NS)},
        }
    }
    if THREAD_ID in conf:
        run.checkpoint_config[CONF][THREAD_ID] = run.thread_id
    wanted = _wanted_checkpoint(run)
    superseded = False
    stored: StoredCheckpoint | None = None
    replay = run.parent.run.replay if run.parent is not None else None
    if wanted:
        stored = yield Load(run.thread_id, run.namespace, wanted)
        if stored is not None:
            newest = yield Load(run.thread_id, run.namespace)
            superseded = newest is not None and newest.checkpoint_id != stored.checkpoint_id
    elif replay is not None and replay.is_first_visit(run.namespace):
        stored = yield LoadBefore(run.thread_id, run.namespace, replay.checkpoint_id)
        lent_resuming = None
    else:
        stored = yield Load(run.thread_id, run.namespace)
        if replay is not None:
            lent_resuming = None
    _stand_on(run, stored)
    return bool(wanted or replay), superseded, lent_resuming


def _wanted_checkpoint(run: Run) -> str | None:
    conf = run.config[CONF]
    known = conf.get(CHECKPOINT_MAP) or {}
    found = known.get(run.namespace) if run.namespace in known else conf.get(CHECKPOINT_ID)
    return found or None


def _stand_on(run: Run, stored: StoredCheckpoint | None) -> None:
    tracks = run.store is not None
    run.loaded = stored
    if stored is None:
        run.state = LiveState(run.plan, tracks=tracks)
    else:
        run.state = LiveState.from_stored(run.plan, stored, tracks=tracks)
        run.checkpoint_id = run.parent_checkpoint_id = stored.checkpoint_id
        run.is_saved = True
        run.checkpoint_metadata = stored.metadata
        run.pending = [(write.task_id, write.channel, write.value) for write in stored.writes]
        run.tried = frozenset(write.task_id for write in stored.writes)
        run.checkpoint_config[CONF][CHECKPOINT_ID] = stored.checkpoint_id
        if stored.parent_id:
            run.parent_config = {CONF: {**run.checkpoint_config[CONF], CHECKPOINT_ID: stored.parent_id}}
    run.step = int(run.checkpoint_metadata.get("step", -2)) + 1
    run.stop = run.step + run.config.get("recursion_limit", DEFAULT_RECURSION_LIMIT) + 1


def _is_same_run(run: Run) -> bool:
    run_id = run.config.get("metadata", {}).get("run_id")
    return run_id is not None and run_id == run.checkpoint_metadata.get("run_id")


def _drop_old_plain_answer(run: Run) -> None:
    """An answer that an earlier call gave without an id was for that call's questions only."""
    run.pending = [w for w in run.pending if not (w[1] == RESUME and w[0].startswith("00000000-0000-0000"))]


def _take_command(run: Run, command: Command[Any], superseded: bool) -> None:
    if command.graph == Command.PARENT:
        raise InvalidUpdateError("There is no parent graph")
    writes: list[tuple[str, Any]] = list(goto_writes(command, run.plan.nodes, "Command"))
    if command.resume is not None:
        _take_answers(run, command.resume, writes, superseded)
    elif not writes and not command.update_items():
        raise EmptyInputError(
            "Received empty Command input: it has no update, no goto and no answer. "
            "To answer a question with None, name the question: Command(resume={interrupt.id: None})."
        )
    writes += command.update_items()
    if writes:
        add_callers_writes(run, writes)


def _take_answers(run: Run, resume: Any, writes: list[tuple[str, Any]], superseded: bool) -> None:
    if run.store is None:
        raise RuntimeError("Cannot use Command(resume=...) without checkpointer")
    strict = bool(run.config[CONF].get(STRICT_RESUME)) and run.parent is None and not superseded
    is_map = isinstance(resume, Mapping) and all(is_interrupt_id(key) for key in resume)
    waiting = open_interrupt_ids(run.pending)
    if is_map:
        if strict and not resume:
            raise UnknownInterruptError(
                "The resume map names no interrupt", reason="empty_map", pending_ids=sorted(waiting)
            )
        unknown = sorted(set(resume) - waiting)
        if strict and unknown:
            raise UnknownInterruptError(
                f"Unknown or already-consumed interrupt: {unknown[0]}",
                reason="not_pending",
                interrupt_ids=unknown,
                pending_ids=sorted(waiting),
            )
        run.resume_map = resume
        return
    if len(waiting) > 1:
        if strict:
            raise UnknownInterruptError(_MULTIPLE_QUESTIONS, reason="ambiguous", pending_ids=sorted(waiting))
        raise RuntimeError(_MULTIPLE_QUESTIONS)
    run.give_plain_answer(resume)
    writes.append((RESUME, resume))


def _apply_callers_writes(run: Run) -> None:
    writes = [write for write in callers_writes(run.pending) if write[0] != RESUME]
    if writes:
        updated = run.state.updated
        run.state.adopt(apply_step(run.state, [OutsideWrites(INPUT, writes)]))
        run.state.updated = updated  # None: the first plan looks at everything


def _take_input(run: Run) -> None:
    """Drop what was due and write the input instead."""
    writes = input_writes(run.plan, run.input)
    if not writes:
        raise EmptyInputError(f"Received no input for {run.plan.input_key}")
    due = tasks_due(run)
    tell_dropped_input_keys(run)
    tell_dropped_by_input(run, due)
    run.state.forget_missing()
    writers: list[Writer] = [*due, OutsideWrites(INPUT, writes)]
    run.state.adopt(apply_step(run.state, writers))
    run.pending = []
