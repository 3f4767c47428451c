"""One level of the document with the interface of the whole one's history: what canvas and inspector see. No Qt.

A level is the graph itself or a subgraph inside it. There is one history of edits and one file; this translates: an
edit of the level becomes a change of the whole document, and what happened to the document is told as it looks here.
``open`` goes to another level and tells it as a whole new document. Made and moved by ``editor.app.level_joints``.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

from editor.document.changes import (
    Change,
    InSubgraph,
    ModuleForgotten,
    ModuleRead,
    ModuleSpliced,
    NodeAdded,
    NodeChanged,
    NodeRemoved,
    NodeRenamed,
    SubgraphPlaced,
    lifted,
)
from editor.document.command import Command
from editor.document.document import Document, level_document
from editor.document.undo_history import HistoryEvent, UndoHistory

Path = tuple[str, ...]
"""The nodes to open, the outermost first; empty for the graph itself."""
PathListener = Callable[[Path, Path], None]
"""Told the old path and the new one, before the new level's document is told."""


class LevelHistory(UndoHistory):
    """Inherits to keep the contract; every part of it is answered by the history of the whole document."""

    def __init__(self, whole: UndoHistory) -> None:
        super().__init__(whole.document)
        self._whole = whole
        self._path: Path = ()
        self._document = whole.document
        self._path_listeners: list[PathListener] = []
        self.is_moving = False
        """While path listeners are told: whether another level is about to be shown; else this one got a new name."""
        self._last_change: Path | None = None
        whole.subscribe(self._on_whole)

    @property
    def path(self) -> Path:
        return self._path

    @property
    def whole(self) -> UndoHistory:
        return self._whole

    def open(self, path: Path) -> bool:
        """Shows another level. False, and nothing changes, if there is no subgraph at the end of the path."""
        document = level_document(self._whole.document, path)
        if document is None:
            return False
        if path != self._path:
            self._whole.seal()
            self._go(path, document)
        return True

    def subscribe_path(self, listener: PathListener) -> None:
        self._path_listeners.append(listener)

    # ---- the contract

    @property
    def read_only_reason(self) -> str:
        return self._whole.read_only_reason

    @property
    def locked_reason(self) -> str:
        return self._whole.locked_reason

    @property
    def modules_locked_reason(self) -> str:
        return self._whole.modules_locked_reason

    @property
    def can_undo(self) -> bool:
        return self._whole.can_undo

    @property
    def can_redo(self) -> bool:
        return self._whole.can_redo

    @property
    def undo_label(self) -> str:
        return self._whole.undo_label

    @property
    def redo_label(self) -> str:
        return self._whole.redo_label

    @property
    def is_modified(self) -> bool:
        return self._whole.is_modified

    def do(self, command: Command) -> bool:
        key = command.merge_key
        return self._whole.do(
            replace(
                command,
                changes=lifted(self._path, command.changes),
                merge_key=None if key is None else (self._path, key),
            )
        )

    def undo(self) -> bool:
        """Also of an edit on another level, which is then shown: nothing is taken back unseen."""
        return self._showing(self._whole.undo)

    def redo(self) -> bool:
        return self._showing(self._whole.redo)

    def mark_saved(self) -> None:
        self._whole.mark_saved()

    def mark_unsaved(self) -> None:
        self._whole.mark_unsaved()

    def seal(self) -> None:
        self._whole.seal()

    def lock(self, reason: str, *, spares_modules: bool = False, holder: Hashable = None) -> None:
        self._whole.lock(reason, spares_modules=spares_modules, holder=holder)

    def unlock(self, *, holder: Hashable = None) -> None:
        self._whole.unlock(holder=holder)

    def why_not_edited(self, *, only_modules: bool = False, seen_by: Hashable = None, of_others: str = "") -> str:
        return self._whole.why_not_edited(only_modules=only_modules, seen_by=seen_by, of_others=of_others)

    def subscribe_locks(self, listener: Callable[[], None]) -> Callable[[], None]:
        return self._whole.subscribe_locks(listener)

    def replace(self, document: Document, read_only_reason: str = "") -> None:
        self._whole.replace(document, read_only_reason)

    # ---- inside

    def _showing(self, step: Callable[[], bool]) -> bool:
        self._last_change = None
        if not step():
            return False
        if self._last_change is not None:
            self.open(_longest_there(self._whole.document, self._last_change))
        return True

    def _on_whole(self, event: HistoryEvent) -> None:
        path = _followed(self._path, event.changes)
        self._last_change = _common_place(event.changes)
        document = level_document(event.new, path)
        if document is None:
            path = _longest_there(event.new, path)
            document = level_document(event.new, path) or event.new
            self._go(path, document)
            return
        if path != self._path:  # renamed on the way here: the level is the same
            self._tell_path(path)
        if not path:
            document = event.new
        changes = _seen_at(path, event)
        if event.changes and not changes and _is_same(self._document, document):
            return
        self._become(document, changes)

    def _go(self, path: Path, document: Document) -> None:
        self.is_moving = True
        try:
            self._tell_path(path)
        finally:
            self.is_moving = False
        self._become(self._whole.document if not path else document, ())

    def _tell_path(self, path: Path) -> None:
        old, self._path = self._path, path
        if old != path:
            for listener in tuple(self._path_listeners):
                listener(old, path)


def _is_same(old: Document, new: Document) -> bool:
    return old.graph is new.graph and old.layout is new.layout and old.modules is new.modules


def _longest_there(document: Document, path: Path) -> Path:
    while path and level_document(document, path) is None:
        path = path[:-1]
    return path


def _place(change: Change) -> Path:
    return change.path if isinstance(change, InSubgraph) else ()


def _common_place(changes: Iterable[Change]) -> Path | None:
    """The innermost level that holds all of the changes; None if there are none but of modules."""
    places = [_place(change) for change in changes if not _is_of_module(change)]
    common = places[0] if places else None
    for place in places:
        while common and place[: len(common)] != common:
            common = common[:-1]
    return common


def _is_of_module(change: Change) -> bool:
    return isinstance(change, (ModuleRead, ModuleForgotten, ModuleSpliced))


def _followed(path: Path, changes: Iterable[Change]) -> Path:
    """Where the level is after nodes on the way to it were renamed."""
    for change in changes:
        place = _place(change)
        inner = change.change if isinstance(change, InSubgraph) else change
        depth = len(place)
        if isinstance(inner, NodeRenamed) and path[:depth] == place and path[depth : depth + 1] == (inner.old,):
            path = (*place, inner.new, *path[depth + 1 :])
    return path


def _seen_at(path: Path, event: HistoryEvent) -> tuple[Change, ...]:
    """The event's changes as they look at this level. None: not seen here, or the level became another one as a whole.

    What happened further inside is a change of the node there.
    """
    seen: list[Change] = []
    deeper: list[str] = []
    for change in event.changes:
        place = _place(change)
        inner = change.change if isinstance(change, InSubgraph) else change
        if _is_of_module(change) or place == path:
            seen.append(inner)
        elif place[: len(path)] == path:
            deeper.append(place[len(path)])
        elif path[: len(place)] == place and _replaces(inner, path[len(place)]):
            return ()
    old, new = level_document(event.old, path), level_document(event.new, path)
    for name in dict.fromkeys(deeper):
        if old is None or new is None or not (old.has_node(name) and new.has_node(name)):
            return ()
        before, after = old.graph.nodes[name], new.graph.nodes[name]
        if before != after and not any(_replaces(change, name) for change in seen):
            seen.append(NodeChanged(name, before, after))
    return tuple(seen)


def _replaces(change: Change, name: str) -> bool:
    """Whether the subgraph of that node may be another one as a whole now."""
    return isinstance(change, (NodeAdded, NodeRemoved, NodeChanged, SubgraphPlaced)) and change.name == name
