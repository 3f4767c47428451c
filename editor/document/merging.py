"""Edits that follow each other at once as one: a key held down, typing in one place. Pure; for ``undo_history``."""

from __future__ import annotations

from collections.abc import Iterable

from editor.document.changes import Change, InSubgraph, ModuleSpliced, NodePlaced, RemarkChanged, lifted


def merged(first: tuple[Change, ...], second: tuple[Change, ...]) -> tuple[Change, ...]:
    """Both lists as one. Moves only: one for each node and remark. Typing in one place of a module: one splice."""
    both = first + second
    paths = {change.path for change in both if isinstance(change, InSubgraph)}
    if len(paths) == 1 and all(isinstance(change, InSubgraph) for change in both):
        (path,) = paths
        return lifted(path, merged(_inner(first), _inner(second)))
    if len(first) == len(second) == 1 and isinstance(first[0], ModuleSpliced) and isinstance(second[0], ModuleSpliced):
        splice = joined(first[0], second[0])
        return both if splice is None else () if splice.old == splice.new else (splice,)
    by_name: dict[str, NodePlaced] = {}
    by_key: dict[str, RemarkChanged] = {}
    for move in both:
        if isinstance(move, NodePlaced):
            by_name[move.name] = NodePlaced(move.name, by_name.get(move.name, move).old, move.new)
        elif isinstance(move, RemarkChanged):
            by_key[move.key] = RemarkChanged(move.key, by_key.get(move.key, move).old, move.new)
        else:
            return both
    placed = (move for move in by_name.values() if move.old != move.new)
    return (*placed, *(move for move in by_key.values() if move.old != move.new))


def joined(first: ModuleSpliced, then: ModuleSpliced) -> ModuleSpliced | None:
    """Two splices as one; None if they are in different modules or do not touch each other."""
    before, after = first.start - then.start, then.start + len(then.old) - (first.start + len(first.new))
    if first.path != then.path or -before > len(first.new) or before > len(then.old):
        return None
    head = then.old[:before] if before > 0 else ""
    tail = then.old[-after:] if after > 0 else ""
    new = (first.new[: max(0, -before)]) + then.new + (first.new[after:] if after < 0 else "")
    return ModuleSpliced(first.path, min(first.start, then.start), head + first.old + tail, new)


def _inner(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(change.change for change in changes if isinstance(change, InSubgraph))
