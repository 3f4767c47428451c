"""Edits that wait to become a fork: which keys get which values, at which checkpoint, in whose name. Pure, no Qt.

Frozen; each edit makes a new draft. Drawn by ``fork_bar``, held by ``state_panel``, carried out by ``session.fork``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from editor.debugger.reports import ForkPreview
from editor.debugger.run_state import CheckpointRow, RunState
from editor.widgets.preview_node import Path, short_path_text
from engine.graph.spec import END, START

SHOWN_CHARACTERS = 48  # of one value in the line that sums an edit up


@dataclass(frozen=True, slots=True)
class Edit:
    """One changed place."""

    path: Path
    before: Any
    after: Any

    @property
    def text(self) -> str:
        return f"{short_path_text(self.path)}: {short(self.before)} → {short(self.after)}"


@dataclass(frozen=True, slots=True)
class ForkDraft:
    checkpoint_id: str
    as_node: str | None
    edits: tuple[Edit, ...] = ()
    roots: Mapping[str, Any] = field(default_factory=dict)
    """The values of the edited keys as they are at the checkpoint, before any edit."""

    @property
    def changes(self) -> dict[str, Any]:
        """The whole new value of each edited key: what ``session.fork`` is given."""
        return {key: self.value_of(key) for key in {edit.path[0]: None for edit in self.edits}}

    def value_of(self, key: str) -> Any:
        """The key's value with all its edits. KeyError for a key that was never edited."""
        value = self.roots[key]
        for edit in self.edits:
            if edit.path[0] == key:
                value = with_value(value, edit.path[1:], edit.after)
        return value

    @property
    def paths(self) -> frozenset[Path]:
        return frozenset(edit.path for edit in self.edits)

    def with_edit(self, path: Path, root: Any, after: Any) -> ForkDraft:
        """Change the value at the path; a second edit of one place replaces the first, and back to the old is no edit.

        `root` is the value of the path's key at the checkpoint.
        """
        above = next((edit for edit in self.edits if edit.path != path and _is_below(path, edit.path)), None)
        if above is not None:
            return self.with_edit(above.path, root, with_value(above.after, path[len(above.path) :], after))
        key, *rest = path
        roots = {**self.roots, key: root}
        before = value_at(root, rest)
        edits = tuple(edit for edit in self.edits if not _is_below(edit.path, path))
        if type(before) is type(after) and before == after:
            return replace(self, edits=edits, roots=roots)
        return replace(self, edits=(*edits, Edit(path, before, after)), roots=roots)

    def without_edit(self, path: Path) -> ForkDraft:
        return replace(self, edits=tuple(edit for edit in self.edits if edit.path != path))


def value_at(root: Any, path: Sequence[Any]) -> Any:
    """The part at the path. Raises LookupError or TypeError if there is none."""
    for step in path:
        root = root[step]
    return root


def with_value(root: Any, path: Sequence[Any], value: Any) -> Any:
    """The same value with one part replaced; nothing is changed in place."""
    if not path:
        return value
    step, *rest = path
    changed = dict(root) if isinstance(root, Mapping) else list(root)
    changed[step] = with_value(root[step], rest, value)
    return changed


def _is_below(path: Path, above: Path) -> bool:
    return path[: len(above)] == above


def short(value: Any) -> str:
    text = " ".join(repr(value).split())
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"


def node_choices(row: CheckpointRow, nodes: Sequence[str]) -> tuple[str, ...]:
    """In whose name an edit can be written: first who ran in this step, then the other nodes."""
    return (*row.ran, *(node for node in sorted(nodes) if node not in row.ran))


def preset_node(row: CheckpointRow) -> str | None:
    """Who most likely wrote the value: the one that ran. None lets the engine find out, as after the input."""
    return row.ran[0] if row.ran else None


def what_as_node_means(as_node: str | None, row: CheckpointRow) -> str:
    """One line for the picker."""
    if as_node is None:
        return "The engine takes the node that wrote last; after the input, the entry of the graph."
    if as_node == START:
        return "As if this had been in the input: the graph begins with it."
    if as_node in row.ran and len(row.ran) > 1:
        others = ", ".join(node for node in row.ran if node != as_node)
        return f"As if {as_node} had returned this after {others}: its edges and routers decide again what is next."
    if as_node in row.ran:
        return f"As if {as_node} had returned this: its edges and routers decide again what is next."
    return f"As if {as_node} had just run and returned this: what follows {as_node} is next."


def next_text(preview: ForkPreview) -> str:
    """Where the fork leads: "Next will be technical (was billing)"."""
    if preview.error:
        return preview.error
    after, before = _names(preview.next), _names(preview.was)
    if set(preview.next) == set(preview.was):
        return f"Next stays {after}."
    return f"Next will be {after} (was {before})."


def _names(nodes: Sequence[str]) -> str:
    if not nodes:
        return "the end"
    return " and ".join({END: "the end", START: "the start"}.get(node, node) for node in nodes)


def may_edit_text(state: RunState, *, may_fork: bool) -> str:
    """Why nothing can be edited now; "" if it can."""
    if may_fork:
        return ""
    return {
        "running": "Pause the run to edit a value.",
        "starting": "The runner is starting.",
        "stopping": "The runner is stopping.",
    }.get(state.phase.value, "There is no run to edit yet.")
