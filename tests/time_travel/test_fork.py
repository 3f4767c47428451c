"""Going back, changing a value, and going on as a branch, on a real graph in a real file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypedDict

import pytest

from engine import END, START, StateGraph
from engine.store.branch_rows import Edit
from engine.store.sqlite_saver import SqliteSaver
from engine.time_travel.branch_list import list_branches, name_branch
from engine.time_travel.forget import delete_branch, prune
from engine.time_travel.forking import fork
from engine.time_travel.timeline import read_timeline

CONFIG: dict[str, Any] = {"configurable": {"thread_id": "1"}}


class State(TypedDict, total=False):
    intent: str
    order: dict[str, Any]
    answer: str


@pytest.fixture
def saver(tmp_path: Path) -> Iterator[SqliteSaver]:
    with SqliteSaver.from_conn_string(str(tmp_path / "runs.sqlite")) as saver:
        yield saver


def build(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    builder.add_node("classify", lambda state: {"intent": "billing", "order": {"id": 7, "lines": ["tea"]}})
    builder.add_node("billing", lambda state: {"answer": "your invoice"})
    builder.add_node("technical", lambda state: {"answer": "turn it off and on"})
    builder.add_edge(START, "classify")
    builder.add_conditional_edges("classify", lambda state: state["intent"], ["billing", "technical"])
    builder.add_edge("billing", END)
    builder.add_edge("technical", END)
    return builder.compile(checkpointer=saver)


def classified_of(graph: Any) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in graph.get_state_history(CONFIG) if each.next == ("billing",)).config
    return found


def id_of(config: dict[str, Any]) -> str:
    return str(config["configurable"]["checkpoint_id"])


def test_a_changed_value_sends_the_run_down_another_branch_and_is_written_down(saver: SqliteSaver) -> None:
    graph = build(saver)
    first = graph.invoke({}, CONFIG)
    origin = classified_of(graph)

    made = fork(
        graph,
        origin,
        {"intent": "technical", "order": {"id": 7, "lines": ["tea", "milk"]}},
        as_node="classify",
        branches=saver.store.branches,
        name="what if",
        note="a test",
        by="user",
    )
    second = graph.invoke(None, CONFIG)

    main, branch = list_branches(saver.store, "1")
    assert (first["answer"], second["answer"]) == ("your invoice", "turn it off and on")
    assert made.changes.changed_keys == ("intent", "order")
    assert (main.number, main.checkpoints, main.by, main.name) == (0, 4, "", "")
    assert (branch.first, branch.forked_from, branch.head) == (made.checkpoint_id, id_of(origin), head(saver))
    assert (branch.name, branch.note, branch.by, branch.as_node) == ("what if", "a test", "user", "classify")
    assert branch.checkpoints == 2
    assert branch.edits == (
        Edit("intent", "'billing'", "'technical'"),
        Edit("order.lines", "['tea']", "['tea', 'milk']"),
    )


def test_an_update_by_a_program_is_a_branch_too_and_one_at_the_head_is_none(saver: SqliteSaver) -> None:
    graph = build(saver)
    graph.invoke({}, CONFIG)
    origin = classified_of(graph)

    graph.update_state(CONFIG, {"answer": "longer"})
    graph.update_state(origin, {"intent": "technical"}, as_node="classify")
    graph.invoke(None, origin)

    _main, updated, run_again = list_branches(saver.store, "1")
    assert [(edit.path, edit.after) for edit in updated.edits] == [("intent", "'technical'")]
    assert (updated.by, run_again.by, run_again.edits) == ("program", "program", ())
    assert updated.forked_from == run_again.forked_from == id_of(origin)
    assert [row.first for row in saver.store.branches.read("1")] == [updated.first, run_again.first]


def test_the_first_line_gets_a_name_as_well_and_a_checkpoint_that_is_not_there_none(saver: SqliteSaver) -> None:
    graph = build(saver)
    graph.invoke({}, CONFIG)

    named = name_branch(saver.store, "1", head(saver), name="the first try")

    assert (named.number, named.name, named.by) == (0, "the first try", "")
    name_branch(saver.store, "1", head(saver), note="kept")
    assert [(each.name, each.note) for each in list_branches(saver.store, "1")] == [("the first try", "kept")]
    with pytest.raises(LookupError, match="no checkpoint 'x'"):
        name_branch(saver.store, "1", "x", name="nothing")


def test_a_branch_keeps_its_name_and_stays_one_when_the_older_line_beside_it_is_deleted(saver: SqliteSaver) -> None:
    graph = build(saver)
    graph.invoke({}, CONFIG)
    origin = classified_of(graph)
    old_end = head(saver)
    fork(graph, origin, {"intent": "technical"}, as_node="classify", branches=saver.store.branches, name="kept")
    graph.invoke(None, CONFIG)

    gone = delete_branch(saver.store, "1", old_end)

    main, branch = list_branches(saver.store, "1")
    assert gone == (old_end,)
    assert (main.head, branch.name, branch.forked_from) == (id_of(origin), "kept", id_of(origin))
    assert [each.forked_from for each in read_timeline(saver.store, "1").branches] == [None, id_of(origin)]


def test_pruning_keeps_a_branch_whose_first_checkpoint_goes(saver: SqliteSaver) -> None:
    graph = build(saver)
    graph.invoke({}, CONFIG)
    made = fork(graph, classified_of(graph), {"intent": "technical"}, as_node="classify")
    name_branch(saver.store, "1", made.checkpoint_id, name="kept")
    graph.invoke(None, CONFIG)

    gone = prune(saver.store, "1", keep_last=1)

    (branch,) = [each for each in list_branches(saver.store, "1") if each.name == "kept"]
    assert made.checkpoint_id in gone
    assert (branch.first, branch.head, branch.checkpoints) == (head(saver), head(saver), 1)
    assert branch.edits and branch.forked_from is not None
    assert graph.get_state(CONFIG).values["answer"] == "turn it off and on"


def test_a_deleted_branch_takes_its_row_and_those_of_its_own_branches_along(saver: SqliteSaver) -> None:
    graph = build(saver)
    graph.invoke({}, CONFIG)
    made = fork(graph, classified_of(graph), {"intent": "technical"}, as_node="classify")
    graph.invoke(None, CONFIG)
    inner = {"configurable": {"thread_id": "1", "checkpoint_id": made.checkpoint_id}}
    fork(graph, inner, {"answer": "by hand"}, as_node="classify")

    delete_branch(saver.store, "1", made.checkpoint_id)

    assert saver.store.branches.read("1") == []
    assert [each.number for each in list_branches(saver.store, "1")] == [0]
    saver.store.delete_thread("1")
    assert list_branches(saver.store, "1") == []


def head(saver: SqliteSaver) -> str:
    return next(iter(saver.store.headers("1"))).checkpoint_id
