"""Several windows on one document: one undo list, one saved point, locks that hold for all and read differently."""

from __future__ import annotations

import inspect

from editor.document import commands
from editor.document.document import Document
from editor.document.shared_history import LOCKED_ELSEWHERE, SharedHistory
from editor.document.undo_history import HistoryEvent, UndoHistory


def two_doors() -> tuple[SharedHistory, SharedHistory]:
    shared = UndoHistory(Document())
    return SharedHistory(shared), SharedHistory(shared)


def add(history: UndoHistory, name: str) -> bool:
    return history.do(commands.add_node(history.document, name, (0, 0)))


def test_an_edit_through_one_door_is_heard_and_undone_through_the_other() -> None:
    first, second = two_doors()
    heard: list[HistoryEvent] = []
    second.subscribe(heard.append)

    assert add(first, "a")

    assert [event.new.has_node("a") for event in heard] == [True]
    assert second.is_modified
    assert second.undo()
    assert not first.document.has_node("a")
    assert first.can_redo


def test_a_save_through_one_door_counts_for_both() -> None:
    first, second = two_doors()
    add(first, "a")

    second.mark_saved()

    assert not first.is_modified


def test_a_lock_holds_for_both_and_each_reads_whose_it_is() -> None:
    first, second = two_doors()
    told: list[str] = []
    second.subscribe_locks(lambda: told.append(second.locked_reason))

    first.lock("A run exists.")

    assert first.locked_reason == "A run exists."
    assert second.locked_reason == LOCKED_ELSEWHERE
    assert not add(second, "a")
    second.unlock()  # only the holder takes it away
    assert not add(first, "a")
    first.unlock()
    assert add(second, "a")
    assert told == [LOCKED_ELSEWHERE, ""]


def test_two_runs_hold_the_document_until_both_have_ended() -> None:
    first, second = two_doors()
    first.lock("One.")
    second.lock("Two.", spares_modules=True)

    first.unlock()

    assert second.locked_reason == "Two."
    assert first.locked_reason == LOCKED_ELSEWHERE
    assert first.modules_locked_reason == ""


def test_a_door_that_joins_another_document_is_told_it_and_hears_the_old_one_no_more() -> None:
    first, second = two_doors()
    other = UndoHistory(Document())
    add(other, "there")
    second.lock("A run exists.")
    heard: list[HistoryEvent] = []
    second.subscribe(heard.append)

    second.join(other)
    add(first, "here")

    assert [(event.new.has_node("there"), event.changes) for event in heard] == [(True, ())]
    assert second.document is other.document


def test_a_window_that_goes_holds_nothing_up() -> None:
    first, second = two_doors()
    second.lock("A run exists.")

    second.leave()

    assert add(first, "a")


def test_a_listener_that_edits_is_heard_in_order_through_both_doors() -> None:
    first, second = two_doors()
    heard: list[int] = []
    first.subscribe(lambda event: add(first, "b") if not event.new.has_node("b") else None)
    second.subscribe(lambda event: heard.append(len(event.new.graph.nodes)))

    add(second, "a")

    assert heard == [1, 2]


def test_every_part_of_the_contract_is_answered_by_the_shared_history() -> None:
    public = {name for name, _ in inspect.getmembers(UndoHistory) if not name.startswith("_")}

    assert public - set(vars(SharedHistory)) == {"subscribe", "subscribe_locks"}  # these are its own
