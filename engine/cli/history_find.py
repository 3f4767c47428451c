"""``stepgraph history find`` and ``tasks``: who wrote a key, where it became a value; how each task went."""

from __future__ import annotations

import argparse
import json
from typing import Any

from engine.cli.history_database import checkpoint_of, headers_of, reading
from engine.cli.history_show import LINE_CHARS, print_json, print_table
from engine.cli.surroundings import FAILED, OK
from engine.serialization.preview import one_line
from engine.time_travel.sameness import same

_NOTHING = "-"


def add_to(action: Any) -> None:
    """``action``: makes one command of ``stepgraph history``."""
    find = action("find", "which steps wrote a key, or the first one after which it had a value", _find)
    find.add_argument("key", metavar="KEY")
    find.add_argument("--value", metavar="JSON", help="the value it became; text that is no JSON is taken as it is")
    find.add_argument("--contains", metavar="TEXT", help="a part of the value as it is shown")
    find.add_argument("--at", metavar="CHECKPOINT", help="on the way to this checkpoint; else to the newest one")
    tasks = action("tasks", "how each task went: state, tries, times, tokens and cost", _tasks)
    for each in (find, tasks):
        each.add_argument("--json", action="store_true", help="one JSON object a line")


def _find(options: argparse.Namespace) -> int:
    from engine.time_travel import moment, where_became, writers_of

    with reading(options) as (store, _facts):
        numbers = {header.checkpoint_id: number for number, header in enumerate(headers_of(store, options.thread))}
        at = None if options.at is None else checkpoint_of(store, options.thread, options.at)
        if options.value is None and options.contains is None:
            found = writers_of(store, options.thread, options.key, at)
        else:
            first = where_became(store, options.thread, options.key, _wanted(options), at)
            found = [] if first is None else [first]
        for name in found:
            values = moment(store, options.thread, name).values
            text = one_line(values[options.key], LINE_CHARS) if options.key in values else "(taken away)"
            if options.json:
                print_json([{"number": numbers[name], "checkpoint_id": name, "value": text}])
            else:
                print(f"{numbers[name]}  {name}  {text}")
    return OK if found else FAILED


def _wanted(options: argparse.Namespace) -> Any:
    if options.value is None:
        return lambda value: options.contains in one_line(value, 10_000)
    try:
        wanted = json.loads(options.value)
    except (ValueError, RecursionError):  # no JSON, or nested so deep that it is not read
        wanted = options.value
    return lambda value: same(value, wanted)


def _tasks(options: argparse.Namespace) -> int:
    from engine.runner.run_history import STEP, STOP

    with reading(options) as (store, facts):
        headers_of(store, options.thread)
        told = facts.read(options.thread, kinds=[STEP, STOP]) if facts is not None else []
        if not told:
            raise LookupError(f"Nothing was written down about the tasks of thread {options.thread!r}.")
    steps: dict[str, Any] = {fact.checkpoint_id: fact.data["checkpoint"] for fact in told if fact.kind == STEP}
    tasks: dict[str, tuple[Any, Any]] = {}
    for fact in told:
        is_step = fact.kind == STEP
        before = steps.get(fact.data["checkpoint"]["parent_id"] if is_step else fact.checkpoint_id)
        for task in fact.data["parent_tasks" if is_step else "tasks"]:
            tasks[task["id"]] = (None if before is None else before["step"] + 1, task)
    if options.json:
        print_json({"step": step, **task} for step, task in tasks.values())
        return OK
    table = [("STEP", "NODE", "STATE", "TRIES", "STARTED", "SECONDS", "TOKENS", "COST")]
    for step, task in tasks.values():
        usage = task.get("usage") or {}
        table.append(
            (
                _NOTHING if step is None else str(step),
                task["node"],
                task["state"],
                str(task["attempt"]),
                _time(task.get("started_at_s")),
                _NOTHING if task.get("duration_s") is None else f"{task['duration_s']:.4f}",
                _NOTHING if usage.get("total_tokens") is None else str(usage["total_tokens"]),
                _NOTHING if usage.get("cost_usd") is None else f"{usage['cost_usd']:.4f}",
            )
        )
    print_table(table)
    return OK


def _time(at_s: float | None) -> str:
    from datetime import datetime, timezone

    return _NOTHING if at_s is None else f"{datetime.fromtimestamp(at_s, timezone.utc):%Y-%m-%d %H:%M:%S}"
