"""What a scripted run has left behind, for ``fake_backend``: its moments, and the answers to questions about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from editor.debugger.fake_script import State
from engine.runner import requests
from engine.runner.look_through import image_at, search_states, watch_states
from engine.runner.protocol import to_plain
from engine.runner.requests import Request
from engine.runner.run_events import CheckpointFacts, OutputLine
from engine.runner.run_history import input_line
from engine.runner.state_search import Wanted
from engine.serialization.preview import preview, preview_at
from engine.time_travel.state_diff import diff_states


@dataclass
class Moment:
    """A checkpoint with its values."""

    facts: CheckpointFacts
    values: State
    arrived: frozenset[tuple[str, str]] = frozenset()
    """(source, target) of joins that are half filled."""
    written: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    """What the tasks that ran from here wrote, by task id."""
    printed: tuple[OutputLine, ...] = ()
    """What these tasks printed."""
    thread_name: str = ""
    """In a thread's first moment."""


Database = dict[str, dict[str, Moment]]
"""Of each thread its moments by checkpoint id, oldest first."""


def answer(database: Database, request: Request) -> Any:
    """To a question about earlier runs; None to anything else. Raises ``LookupError`` for what is not there."""
    match request:
        case requests.ListThreads():
            return [_thread_row(name, moments) for name, moments in reversed(database.items())]
        case requests.ReadOutput(thread_id, task_ids):
            return _kept_output(database, thread_id, task_ids)
        case requests.ReadWrites(thread_id, checkpoint_id):
            return _written(moment_of(database, thread_id, checkpoint_id))
        case requests.NameThread(thread_id, name):
            next(iter(database[thread_id].values())).thread_name = name
        case requests.NoteCheckpoint(thread_id, checkpoint_id, note):
            moment = moment_of(database, thread_id, checkpoint_id)
            moment.facts = replace(moment.facts, note=note)
        case requests.TagCheckpoint(thread_id, checkpoint_id, tags):
            moment = moment_of(database, thread_id, checkpoint_id)
            moment.facts = replace(moment.facts, tags=tags)
        case requests.Prune(thread_id, keep_last, is_trial):
            moments = database[thread_id]
            gone, count = list(moments)[:-keep_last], len(moments)
            if not is_trial:
                for name in gone:
                    del moments[name]
            return {"gone": len(gone), "of": count}
        case requests.MeasureThreads(thread_ids):
            return _room(database, thread_ids)
        case requests.Compact():
            return _room(database, ())
        case requests.DeleteThread(thread_id):
            if database.pop(thread_id, None) is None:
                raise LookupError(f"There is no thread {thread_id}.")
        case requests.ReadState(thread_id, checkpoint_id, path, start, number):
            values = moment_of(database, thread_id, checkpoint_id).values
            return preview_at(values, path, start, number) if path else preview(values, max_items=number)
        case requests.ReadDiff(thread_id, before_id, after_id):
            before = {} if before_id is None else moment_of(database, thread_id, before_id).values
            return diff_states(before, moment_of(database, thread_id, after_id).values).to_json()
        case requests.SearchStates(thread_id, steps, text, is_whole):
            return search_states(partial(_values, database, thread_id), steps, Wanted(text, is_whole=is_whole))
        case requests.WatchStates(thread_id, watched, expressions):
            return watch_states(partial(_values, database, thread_id), watched, expressions)
        case requests.ReadImage(thread_id, checkpoint_id, path):
            return image_at(_values(database, thread_id, checkpoint_id), path)
        case requests.ReadVersions():
            return []  # no code runs here
        case requests.ReadCode():
            return {"digest": None, "text": None}  # no code runs here
    return None


def _room(database: Database, thread_ids: Sequence[str]) -> dict[str, Any]:
    """As if each checkpoint took a kilobyte."""
    count = sum(len(moments) for moments in database.values())
    return {
        "threads": {name: 1000 * len(database.get(name, ())) for name in thread_ids},
        "file": 1000 * count,
        "free": 0,
    }


def moment_of(database: Database, thread_id: str, checkpoint_id: str) -> Moment:
    """Raises ``LookupError`` if there is none."""
    moment = database.get(thread_id, {}).get(checkpoint_id)
    if moment is None:
        raise LookupError(f"There is no checkpoint {checkpoint_id} in thread {thread_id}.")
    return moment


def _kept_output(database: Database, thread_id: str, task_ids: Sequence[str]) -> dict[str, Any]:
    lines = [line for moment in database.get(thread_id, {}).values() for line in moment.printed]
    wanted = [line for line in lines if not task_ids or line.task_id in task_ids]
    return {"lines": [to_plain(line) for line in wanted], "dropped": 0}


def _values(database: Database, thread_id: str, checkpoint_id: str) -> State:
    return moment_of(database, thread_id, checkpoint_id).values


def _thread_row(thread_id: str, moments: Mapping[str, Moment]) -> dict[str, Any]:
    times = [moment.facts.created_at for moment in moments.values()]
    first, *_, last = (next(iter(moments.values())), *moments.values())
    return {
        "thread_id": thread_id,
        "checkpoints": len(moments),
        "created_at": min(times),
        "updated_at": max(times),
        "name": first.thread_name,
        "input": input_line(first.values),
        "outcome": "paused" if last.facts.next else "finished",
    }


def _written(moment: Moment) -> dict[str, Any]:
    tasks = [
        {"task_id": task_id, "writes": [[key, preview(value, path=(key,))] for key, value in writes.items()]}
        for task_id, writes in moment.written.items()
    ]
    return {"tasks": tasks, "more": 0}
