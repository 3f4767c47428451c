"""Going back, changing a value, and going on as a branch, on a real graph in a real file."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypedDict

from engine import END, START, StateGraph
from engine.store.run_facts import RunFacts
from engine.store.sqlite_saver import SqliteSaver
from engine.time_travel.fork import fork, record_fork, recorded_forks
from engine.time_travel.timeline import read_timeline


class State(TypedDict, total=False):
    intent: str
    answer: str


def build(saver: SqliteSaver) -> Any:
    builder = StateGraph(State)
    builder.add_node("classify", lambda state: {"intent": "billing"})
    builder.add_node("billing", lambda state: {"answer": "your invoice"})
    builder.add_node("technical", lambda state: {"answer": "turn it off and on"})
    builder.add_edge(START, "classify")
    builder.add_conditional_edges("classify", lambda state: state["intent"], ["billing", "technical"])
    builder.add_edge("billing", END)
    builder.add_edge("technical", END)
    return builder.compile(checkpointer=saver)


def test_a_changed_value_sends_the_run_down_another_branch_and_is_remembered(tmp_path: Path) -> None:
    path = str(tmp_path / "runs.sqlite")
    with SqliteSaver.from_conn_string(path) as saver:
        graph = build(saver)
        config = {"configurable": {"thread_id": "1"}}
        first = graph.invoke({}, config)
        classified = next(each for each in graph.get_state_history(config) if each.next == ("billing",))

        made = fork(graph, classified.config, {"intent": "technical"}, as_node="classify", by="ada")
        second = graph.invoke(None, config)

        facts = RunFacts(path)
        record_fork(facts, made)
        kept = recorded_forks(facts, "1")
        facts.close()
        tree = read_timeline(saver.store, "1")
        assert (first["answer"], second["answer"]) == ("your invoice", "turn it off and on")
        assert kept == [made]
        assert made.from_checkpoint == classified.config["configurable"]["checkpoint_id"]
        assert made.changes.changed_keys == ("intent",)
        assert [branch.forked_from for branch in tree.branches] == [None, made.from_checkpoint]
        assert tree.branches[1].checkpoint_ids[0] == made.checkpoint_id
