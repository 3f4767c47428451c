"""``stepgraph history list``, ``show`` and ``diff``: threads, checkpoints, states and output as tables or JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from engine.cli.history_database import checkpoint_of, headers_of, reading
from engine.cli.json_line import json_line
from engine.cli.surroundings import FAILED, OK
from engine.serialization.preview import one_line
from engine.time_travel.size_words import bytes_text

LINE_CHARS = 160
"""Of a value so much is printed, unless it is asked for as JSON."""


def list_threads(options: argparse.Namespace) -> int:
    from engine.store.run_facts import INDEX
    from engine.time_travel import list_branches

    with reading(options) as (store, facts):
        names = {}
        for fact in facts.read(INDEX, kinds=["name"]) if facts is not None else ():
            names[fact.data["thread_id"]] = fact.data["name"]
        rows = []
        for thread in store.threads():
            branches = list_branches(store, thread)
            if not branches:
                continue
            newest = next(iter(store.headers(thread, limit=1)))
            rows.append(
                {
                    "thread_id": thread,
                    "name": names.get(thread, ""),
                    "checkpoints": sum(branch.checkpoints for branch in branches),
                    "branches": len(branches),
                    "bytes": store.size_of(thread) if hasattr(store, "size_of") else None,
                    "updated_at": newest.created_at,
                }
            )
    if options.json:
        print_json(rows)
        return OK
    table = [("THREAD", "NAME", "CHECKPOINTS", "BRANCHES", "SIZE", "UPDATED")]
    for row in rows:
        size = "-" if row["bytes"] is None else bytes_text(row["bytes"])
        counts = (str(row["checkpoints"]), str(row["branches"]))
        table.append((row["thread_id"], row["name"], *counts, size, row["updated_at"][:19]))
    print_table(table)
    return OK


def show_thread(options: argparse.Namespace) -> int:
    from engine.time_travel import list_branches, moment

    with reading(options) as (store, facts):
        headers = headers_of(store, options.thread)
        if options.output:
            return _show_output(options, facts)
        if options.at is not None:
            checkpoint = checkpoint_of(store, options.thread, options.at)
            return _show_state(options, moment(store, options.thread, checkpoint))
        branches = list_branches(store, options.thread)
        marks = _marks(options.thread, facts)
    from engine.store.branch_lines import branch_lines

    pairs = [(header.checkpoint_id, header.parent_id) for header in headers]
    on = branch_lines(pairs, {branch.first for branch in branches}).branch_of
    if options.json:
        print_json(
            {
                "number": number,
                "checkpoint_id": header.checkpoint_id,
                "parent_id": header.parent_id,
                "branch": on[header.checkpoint_id],
                "step": header.metadata.get("step"),
                "source": header.metadata.get("source"),
                "changed": _keys(header),
                "tags": list(marks.get(header.checkpoint_id, ((), ""))[0]),
                "note": marks.get(header.checkpoint_id, ((), ""))[1],
                "created_at": header.created_at,
            }
            for number, header in enumerate(headers)
        )
        return OK
    for branch in branches:
        where = f" from {branch.forked_from}" if branch.forked_from else ""
        who = f" by a {branch.by}" if branch.by else ""
        named = " ".join(filter(None, [branch.name and repr(branch.name), branch.note]))
        print(f"branch {branch.number}: {branch.checkpoints} checkpoints{where}{who}{': ' if named else ''}{named}")
        for edit in branch.edits:
            print(f"    {edit.path}: {edit.before or '(none)'} -> {edit.after or '(none)'}")
    print()
    table = [("", "CHECKPOINT", "BRANCH", "STEP", "SOURCE", "CHANGED", "MARKS")]
    for number, header in enumerate(headers):
        place = (str(on[header.checkpoint_id]), str(header.metadata.get("step", "")))
        given, note = marks.get(header.checkpoint_id, ((), ""))
        mark = " ".join(filter(None, [*(f"[{tag}]" for tag in given), note]))
        source = str(header.metadata.get("source", ""))
        table.append((str(number), header.checkpoint_id, *place, source, _keys(header), mark))
    print_table(table)
    return OK


def _marks(thread: str, facts: Any) -> dict[str, tuple[tuple[str, ...], str]]:
    """Tags and note of each checkpoint that has any."""
    from engine.runner.run_history import NOTE
    from engine.time_travel.tags import tags

    if facts is None:
        return {}
    notes = {fact.checkpoint_id: fact.data for fact in facts.read(thread, kinds=[NOTE])}
    given = tags(facts, thread)
    return {name: (given.get(name, ()), notes.get(name, "")) for name in {*notes, *given}}


def _show_state(options: argparse.Namespace, found: Any) -> int:
    if options.json:
        from engine.serialization.codec import Codec

        codec = Codec()
        values = ",".join(f"{json.dumps(key)}:{codec.encode(value)}" for key, value in found.values.items())
        print(f'{{"checkpoint_id":{json.dumps(found.checkpoint_id)},"values":{{{values}}}}}')
        return OK
    for key, value in found.values.items():
        print(f"{key}: {one_line(value, LINE_CHARS)}")
    return OK


def _show_output(options: argparse.Namespace, facts: Any) -> int:
    kept = facts.output.read(options.thread, limit=sys.maxsize) if facts is not None else None
    for line in kept.lines if kept is not None else ():
        if options.json:
            told = {"node": line.node, "step": line.step, "stream": line.stream, "text": line.text}
            print(json.dumps(told))
        else:
            where = " · ".join(str(part) for part in (line.node, line.step) if part is not None)
            print(f"{where}  {line.text}" if where else line.text)
    return OK


def diff_states_of(options: argparse.Namespace) -> int:
    from engine.time_travel import diff_states, moment

    with reading(options) as (store, _facts):
        ids = [checkpoint_of(store, options.thread, each) for each in (options.before, options.after)]
        before, after = (moment(store, options.thread, each).values for each in ids)
    found = diff_states(before, after)
    changed = [entry for entry in found.keys if entry.key in found.changed_keys]
    if options.json:
        print_json(entry for entry in found.to_json()["keys"] if entry["key"] in found.changed_keys)
    for entry in () if options.json else changed:
        print(f"{entry.key}: {entry.kind}{', ' if entry.summary else ''}{entry.summary}")
        for change in entry.changes:
            path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in change.path)
            old, new = (side["text"] if side is not None else "" for side in (change.before, change.after))
            print(f"    {path or '(value)'}: {old} -> {new}")
    return FAILED if changed else OK


def _keys(header: Any) -> str:
    from engine.store.state_keys import is_state_key

    return ", ".join(key for key in header.changed if is_state_key(key))


def print_json(rows: Iterable[Any]) -> None:
    for row in rows:
        print(json_line(row))


def print_table(rows: Sequence[tuple[str, ...]]) -> None:
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    for row in rows:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
