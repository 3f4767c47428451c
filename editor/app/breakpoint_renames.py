"""Breakpoints follow the renames of nodes, branches and keys, also when a rename is taken back.

``follow_renames`` is called once by ``inspector_joints``; the rest is pure.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from editor.debugger.breakpoints import Breakpoint
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

    editor.whole.subscribe(on_history)


def after_renames(breakpoint: Breakpoint, renames: Renames) -> Breakpoint:
    """The breakpoint with the names as they are now; the same one if it names none of them."""
    for old, new in renames.nodes:
        if breakpoint.within[:1] == (old,):
            breakpoint = replace(breakpoint, within=(new, *breakpoint.within[1:]))
        elif breakpoint.node == old and not breakpoint.within:
            breakpoint = replace(breakpoint, node=new)
    for node, router, old, new in renames.branches:
        place = (breakpoint.node, breakpoint.router, breakpoint.label, breakpoint.within)
        if place == (node, router, old, ()):
            breakpoint = replace(breakpoint, label=new)
    for old, new in renames.keys:
        breakpoint = replace(
            breakpoint,
            key=new if breakpoint.key == old else breakpoint.key,
            condition=with_key_renamed(breakpoint.condition, old, new),
            log=_renamed_in_log(breakpoint.log, old, new),
        )
    return breakpoint


_FIELD = re.compile(r"\{([^{}!:]+)")
"""The beginning of a field in a log's template: what comes before a conversion or a format."""


def _renamed_in_log(log: str, old: str, new: str) -> str:
    return _FIELD.sub(lambda found: "{" + with_key_renamed(found[1], old, new), log)
