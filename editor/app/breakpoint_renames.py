"""Breakpoints and watches follow what is renamed or moved between levels, also when that is taken back.

``follow_renames`` is called once by ``inspector_joints``; the rest is pure.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from editor.debugger.breakpoints import Breakpoint, Where
from editor.document.renames import Renames, renames_of
from editor.document.undo_history import HistoryEvent
from engine.graph.conditions import with_key_renamed

if TYPE_CHECKING:
    from editor.app.wiring import Editor


def follow_renames(editor: Editor) -> None:
    def on_history(event: HistoryEvent) -> None:
        renames = renames_of(event.old, event.new, event.changes)
        breakpoints = editor.session.breakpoint_list
        if renames and breakpoints:
            editor.session.replace_breakpoints([after_renames(each, renames) for each in breakpoints])
        for old, new in renames.keys:
            for watch in editor.marks.now.watches:
                editor.marks.change_watch(watch, with_key_renamed(watch, old, new))

    editor.whole.subscribe(on_history)


def after_renames(breakpoint: Breakpoint, renames: Renames) -> Breakpoint:
    """The breakpoint with the names as they are now; the same one if it names none of them."""
    breakpoint = _moved(breakpoint, renames)
    for node, router, before, after in renames.branches:
        if ((*breakpoint.within, breakpoint.node), breakpoint.router, breakpoint.label) == (node, router, before):
            breakpoint = replace(breakpoint, label=after)
    for old, new in renames.keys:
        breakpoint = replace(
            breakpoint,
            key=new if breakpoint.key == old else breakpoint.key,
            condition=with_key_renamed(breakpoint.condition, old, new),
            log=_renamed_in_log(breakpoint.log, old, new),
        )
    return breakpoint


def _moved(breakpoint: Breakpoint, renames: Renames) -> Breakpoint:
    path = (*breakpoint.within, breakpoint.node) if breakpoint.node else breakpoint.within
    moves = (*renames.routers, *renames.nodes) if breakpoint.where is Where.BRANCH else renames.nodes
    for old, new in moves:
        if path[: len(old)] == old:
            path = (*new, *path[len(old) :])
            break
    if not breakpoint.node:
        return breakpoint if path == breakpoint.within else replace(breakpoint, within=path)
    if path == (*breakpoint.within, breakpoint.node):
        return breakpoint
    return replace(breakpoint, within=path[:-1], node=path[-1])


_FIELD = re.compile(r"\{([^{}!:]+)")
"""The beginning of a field in a log's template: what comes before a conversion or a format."""


def _renamed_in_log(log: str, old: str, new: str) -> str:
    return _FIELD.sub(lambda found: "{" + with_key_renamed(found[1], old, new), log)
