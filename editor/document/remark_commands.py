"""Edits of frames and notes, as functions from the document to a command. Pure; beside ``commands``, with its rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from editor.document.changes import Change, RemarkChanged
from editor.document.command import Command, CommandError
from editor.document.commands import move
from editor.document.document import Document
from editor.document.names import free_name
from editor.document.remark import COLOURS, MOST_LETTERS, Remark, RemarkKind
from editor.document.remark_json import fitting_rect

NOTE_SIZE_PX = (200, 96)
FIRST_TITLE = "Frame"


def add_frame(document: Document, rect: tuple[float, float, float, float], title: str = FIRST_TITLE) -> Command:
    """``rect``: left, top, width, height, in scene pixels; it is put on the grid."""
    return _add(document, Remark("frame", fitting_rect("frame", *rect), title, _next_colour(document)))


def add_note(document: Document, at: tuple[float, float], text: str = "") -> Command:
    """``at``: its top-left corner."""
    return _add(document, Remark("note", fitting_rect("note", *at, *NOTE_SIZE_PX), text))


def new_key(command: Command) -> str:
    """The key of what ``add_frame`` or ``add_note`` adds, to select it."""
    return next(change.key for change in command.changes if isinstance(change, RemarkChanged))


def write_remark(document: Document, key: str, text: str) -> Command:
    """Gives a frame another title, or a note another text."""
    old = _need_remark(document, key)
    if old.kind == "frame":
        text = " ".join(text.split())
        if not text:
            raise CommandError("A frame needs a title.")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > MOST_LETTERS:
        raise CommandError(f"A note holds at most {MOST_LETTERS:,} letters; this text has {len(text):,}.")
    return _change(document, key, "Rename a frame" if old.kind == "frame" else "Write a note", text=text)


def resize_remark(document: Document, key: str, rect: tuple[float, float, float, float]) -> Command:
    old = _need_remark(document, key)
    return _change(document, key, f"Resize a {old.kind}", rect=fitting_rect(old.kind, *rect))


def resize_remarks(document: Document, rects: Mapping[str, tuple[float, float, float, float]]) -> Command:
    """Several at once. Those of the same things that follow each other at once are one undo step."""
    steps = {key: resize_remark(document, key, rect) for key, rect in rects.items()}
    changes = tuple(change for step in steps.values() for change in step.changes)
    label = next(iter(steps.values())).label if len(steps) == 1 else f"Resize {len(steps)} frames and notes"
    return Command(label, changes, merge_key=("resize", tuple(sorted(rects))))


def recolour_frames(document: Document, keys: Iterable[str], colour: str) -> Command:
    if colour not in COLOURS:
        raise CommandError(f"Frames cannot be {colour}.")
    frames = [key for key in keys if _need_remark(document, key).kind == "frame"]
    changes = [change for key in frames for change in _change(document, key, "", colour=colour).changes]
    return Command("Colour a frame" if len(frames) == 1 else f"Colour {len(frames)} frames", tuple(changes))


def delete_remarks(document: Document, keys: Iterable[str]) -> Command:
    """Takes away frames and notes. What stands in a frame stays where it is."""
    chosen = tuple(dict.fromkeys(keys))
    changes = tuple(RemarkChanged(key, _need_remark(document, key), None) for key in chosen)
    one = f"Delete a {document.layout.remarks[chosen[0]].kind}" if len(chosen) == 1 else ""
    return Command(one or f"Delete {len(chosen)} frames and notes", changes)


def move_things(
    document: Document, positions: Mapping[str, tuple[float, float]], corners: Mapping[str, tuple[float, float]]
) -> Command:
    """Moves nodes and remarks together. Moves of the same things that follow each other at once are one undo step."""
    nodes = move(document, positions)
    if not corners:
        return nodes
    changes: list[Change] = []
    for key, (x, y) in corners.items():
        old = _need_remark(document, key)
        new = replace(old, rect=fitting_rect(old.kind, x, y, *old.rect[2:]))
        changes += [RemarkChanged(key, old, new)] if new != old else []
    names, keys = tuple(sorted(positions)), tuple(sorted(corners))
    what = document.layout.remarks[keys[0]].kind
    label = f"Move a {what}" if len(keys) == 1 and not names else f"Move {len(names) + len(keys)} things"
    if len(keys) == 1 and what == "frame":
        label = "Move a frame"
    return Command(label, (*nodes.changes, *changes), merge_key=("move", names, keys))


def _add(document: Document, remark: Remark) -> Command:
    return Command(f"Add a {remark.kind}", (RemarkChanged(free_key(document, remark.kind), None, remark),))


def free_key(document: Document, kind: RemarkKind, also_taken: Iterable[str] = ()) -> str:
    return free_name({*document.layout.remarks, *also_taken}, kind)


def _change(document: Document, key: str, label: str, **fields: Any) -> Command:
    old = _need_remark(document, key)
    new = replace(old, **fields)
    return Command(label, (RemarkChanged(key, old, new),) if new != old else ())


def _need_remark(document: Document, key: str) -> Remark:
    remark = document.layout.remarks.get(key)
    if remark is None:
        raise CommandError("That frame or note does not exist any more.")
    return remark


def _next_colour(document: Document) -> str:
    """Frames are told apart by their titles; a colour that none has yet helps."""
    used = {remark.colour for remark in document.layout.remarks.values() if remark.kind == "frame"}
    return next((colour for colour in COLOURS[1:] if colour not in used), COLOURS[1])
