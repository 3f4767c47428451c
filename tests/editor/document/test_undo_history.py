"""Doing, undoing, merging, locking and the saved point."""

from __future__ import annotations

import pytest

from editor.document import commands, undo_history
from editor.document.changes import ChangeDoesNotFit, EdgeAdded, EdgeRemoved, NodeAdded
from editor.document.commands import Command
from editor.document.document import Document
from editor.document.undo_history import HistoryEvent, UndoHistory
from engine.graph.spec import END, START, EdgeId, EdgeSpec, GraphSpec, NodeSpec
from tests.editor.document.builders import chain, plain


def test_undo_and_redo_walk_the_same_road() -> None:
    history = chain()
    before = history.document
    history.do(commands.rename_node(history.document, "a", "first"))
    after = history.document

    assert history.undo_label == "Rename 'a' to 'first'"
    assert history.undo()
    assert history.document == before
    assert history.redo_label == "Rename 'a' to 'first'"
    assert history.redo()
    assert history.document == after
    assert not history.redo()


def test_a_listener_hears_old_new_and_changes() -> None:
    history, heard = chain(), []
    old = history.document
    unsubscribe = history.subscribe(heard.append)
    history.do(commands.disconnect(old, EdgeId(plain(START), "a")))
    unsubscribe()
    unsubscribe()
    history.undo()

    assert heard == [HistoryEvent(old, heard[0].new, (EdgeRemoved(EdgeSpec(START, "a")),))]


class Clock:
    """Turned by hand."""

    now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


def test_moves_that_follow_each_other_at_once_are_one_step() -> None:
    clock = Clock()
    history = UndoHistory(chain().document, clock=clock)
    before = history.document
    for x in (104, 108, 112):
        clock.now_s += undo_history.MERGE_WITHIN_S
        history.do(commands.move(history.document, {"a": (x, 0)}))

    history.undo()

    assert history.document == before


def test_two_drags_of_one_node_are_two_steps() -> None:
    clock = Clock()
    history = UndoHistory(chain().document, clock=clock)
    history.do(commands.move(history.document, {"a": (200, 0)}))
    clock.now_s += undo_history.MERGE_WITHIN_S + 0.1
    history.do(commands.move(history.document, {"a": (300, 0)}))

    history.undo()

    assert history.document.position_of("a") == (200, 0)


def test_a_sealed_gesture_and_the_next_are_two_steps() -> None:
    history = chain()
    history.do(commands.move(history.document, {"a": (200, 0)}))
    history.seal()
    history.do(commands.move(history.document, {"a": (300, 0)}))

    history.undo()

    assert history.document.position_of("a") == (200, 0)


def test_a_node_moved_there_and_back_leaves_nothing_to_undo() -> None:
    history = chain()
    label = history.undo_label
    history.do(commands.move(history.document, {"a": (200, 0)}))
    history.do(commands.move(history.document, {"a": (100, 0)}))

    assert history.undo_label == label
    assert not history.is_modified


def test_moves_do_not_merge_across_the_saved_point() -> None:
    history = chain()
    history.do(commands.move(history.document, {"a": (200, 0)}))
    history.mark_saved()
    history.do(commands.move(history.document, {"a": (300, 0)}))

    history.undo()

    assert not history.is_modified
    assert history.document.position_of("a") == (200, 0)


def test_modified_is_told_relative_to_the_saved_point() -> None:
    history = chain()
    assert not history.is_modified
    history.do(commands.add_node(history.document, "c", (0, 0)))
    assert history.is_modified
    history.mark_saved()
    assert not history.is_modified
    history.undo()
    assert history.is_modified
    history.redo()
    assert not history.is_modified


def test_a_saved_point_that_cannot_be_reached_again_stays_modified() -> None:
    history = chain()
    history.do(commands.add_node(history.document, "c", (0, 0)))
    history.mark_saved()
    history.undo()
    history.do(commands.add_node(history.document, "d", (0, 0)))

    assert history.is_modified


def test_a_command_that_does_not_fit_changes_nothing() -> None:
    history = chain()
    before, label = history.document, history.undo_label
    half_good = Command("Bad", (NodeAdded("new", NodeSpec()), EdgeAdded(EdgeSpec("a", "b"))))

    with pytest.raises(ChangeDoesNotFit):
        history.do(half_good)

    assert history.document is before
    assert history.undo_label == label


def test_an_empty_command_is_no_step() -> None:
    history = chain()
    label = history.undo_label

    assert not history.do(commands.rename_node(history.document, "a", "a"))
    assert history.undo_label == label


def test_a_locked_history_refuses_with_the_reason() -> None:
    history = chain()
    history.do(commands.add_node(history.document, "c", (0, 0)))
    before = history.document

    history.lock("A run exists.")

    assert not history.do(commands.add_node(before, "d", (0, 0)))
    assert not history.undo()
    assert not history.can_undo
    assert history.locked_reason == "A run exists."
    assert history.document is before
    history.unlock()
    assert history.undo()


def test_a_read_only_history_stays_so_after_unlock() -> None:
    history = UndoHistory(Document(), read_only_reason="A newer version wrote this file.")
    history.lock("A run exists.")
    history.unlock()

    assert not history.do(commands.add_node(history.document, "a", (0, 0)))
    assert history.locked_reason == "A newer version wrote this file."


def test_an_edit_by_a_listener_is_told_after_the_first_one_is_told_to_all() -> None:
    history = chain()
    heard: list[tuple[str, str]] = []

    def add_another(event: HistoryEvent) -> None:
        heard.append(("first", _added(event)))
        if _added(event) == "c":
            history.do(commands.add_node(history.document, "d", (0, 0)))

    history.subscribe(add_another)
    history.subscribe(lambda event: heard.append(("second", _added(event))))
    history.do(commands.add_node(history.document, "c", (0, 0)))

    assert heard == [("first", "c"), ("second", "c"), ("first", "d"), ("second", "d")]


def test_a_listener_that_fails_keeps_no_other_from_hearing() -> None:
    history, heard = chain(), []

    def fail(event: HistoryEvent) -> None:
        raise RuntimeError("broken view")

    history.subscribe(fail)
    history.subscribe(heard.append)

    with pytest.raises(RuntimeError, match="broken view"):
        history.do(commands.add_node(history.document, "c", (0, 0)))

    assert len(heard) == 1
    assert history.document.has_node("c")


def test_replacing_the_document_starts_over() -> None:
    history, heard = chain(), []
    history.do(commands.add_node(history.document, "c", (0, 0)))
    history.subscribe(heard.append)

    history.replace(Document())

    assert heard[0].changes == ()
    assert heard[0].new == Document()
    assert not history.can_undo
    assert not history.is_modified


def test_what_was_not_touched_stays_the_same_object() -> None:
    history = chain()
    before = history.document

    history.do(commands.move(before, {"a": (200, 0)}))

    assert history.document.graph is before.graph
    history.do(commands.connect(history.document, plain("a"), END))
    assert history.document.graph.nodes is before.graph.nodes


def _added(event: HistoryEvent) -> str:
    (change, *_) = event.changes
    assert isinstance(change, NodeAdded)
    return change.name


def test_who_watches_the_locks_hears_that_another_file_is_read_only_and_the_next_is_not() -> None:
    history = UndoHistory(Document())
    heard: list[str] = []
    history.subscribe_locks(lambda: heard.append(history.locked_reason))

    history.replace(Document(), "A newer version wrote this file.")
    history.replace(Document(), "A newer version wrote this file.")
    history.replace(Document())

    assert heard == ["A newer version wrote this file.", ""]


def test_to_take_an_edge_away_few_others_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    nodes = {f"n{number}": NodeSpec(fn="m:f") for number in range(500)}
    edges = tuple(EdgeSpec("n0", name) for name in nodes)
    history = UndoHistory(Document(GraphSpec(nodes=nodes, edges=edges)))
    command = commands.delete(history.document, [], [EdgeId(plain("n0"), "n499")])
    compared: list[EdgeSpec] = []

    def counted(one: EdgeSpec, other: object) -> bool:
        compared.append(one)
        return vars(one) == vars(other)

    with monkeypatch.context() as patch:
        patch.setattr(EdgeSpec, "__eq__", counted)
        history.do(command)

    assert len(compared) < 10
    assert len(history.document.graph.edges) == 499
