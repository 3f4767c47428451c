"""The bundled example: every input goes the way its title says, on our engine as on LangGraph."""

from __future__ import annotations

import json
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest

from editor.document.layout_file import format_layout, parse_layout
from engine.graph.graph_file import format_graph, read_graph
from tests.examples.engines import Engine, compiled_example, example_modules, langgraph, stepgraph

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "examples" / "support_router"
GRAPH = FOLDER / "support_router.graph.json"
INPUTS = {
    path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted((FOLDER / "inputs").glob("*.json"))
}
REPLY = "Thank you for telling us, we will call you today."

PATHS = {
    "1-billing": "classify generate_query execute_query generate_query execute_query answer_billing format",
    "2-billing-at-once": "classify generate_query execute_query answer_billing format",
    "3-billing-gives-up": "classify " + "generate_query execute_query " * 3 + "escalate format",
    "4-technical": "classify plan_search search_articles search_tickets answer_technical format",
    "5-general": "classify answer_general format",
    "6-escalation": "classify escalate format",
}
ASKS = {"3-billing-gives-up", "6-escalation"}

ENGINES = [
    pytest.param(stepgraph, id="stepgraph"),
    pytest.param(langgraph, id="langgraph", marks=pytest.mark.differential),
]


def on_thread(name: str) -> dict[str, Any]:
    return {"configurable": {"thread_id": name}}


def run_to_the_end(graph: Any, engine: Engine, stem: str) -> dict[str, Any]:
    """Run one input, answer the question if there is one, return the last state."""
    config = on_thread(stem)
    result = graph.invoke(INPUTS[stem]["input"], config)
    if "__interrupt__" in result:
        result = graph.invoke(engine.Command(resume=REPLY), config)
    return dict(result)


def visited(state: dict[str, Any]) -> str:
    return " ".join(line.partition(":")[0] for line in state["trace"])


# ------------------------------------------------------------------------------------------------------------- running


@pytest.mark.parametrize("make_engine", ENGINES)
@pytest.mark.parametrize("stem", PATHS)
def test_each_input_goes_the_way_it_is_there_for(example_graph: Path, make_engine: Any, stem: str) -> None:
    engine = make_engine()
    with compiled_example(example_graph, engine, engine.new_saver()) as graph:
        state = run_to_the_end(graph, engine, stem)

    assert visited(state) == PATHS[stem].strip()
    assert state["answer"].startswith("Hello ")


def test_there_is_an_expected_way_for_each_input() -> None:
    assert INPUTS.keys() == PATHS.keys()


def test_the_inputs_reach_every_node_and_every_branch() -> None:
    spec = read_graph(GRAPH)
    reached = {node for path in PATHS.values() for node in path.split()}

    assert reached == set(spec.nodes)


@pytest.mark.parametrize("stem", sorted(ASKS))
def test_the_question_tells_a_colleague_what_there_is_to_know(example_graph: Path, stem: str) -> None:
    engine = stepgraph()
    with compiled_example(example_graph, engine, engine.new_saver()) as graph:
        result = graph.invoke(INPUTS[stem]["input"], on_thread(stem))
        snapshot = graph.get_state(on_thread(stem))

    (asked,) = result["__interrupt__"]
    assert asked.value["message"] == INPUTS[stem]["input"]["message"]
    assert asked.value["customer"] == INPUTS[stem]["input"]["user_id"]
    assert snapshot.next == ("escalate",)


@pytest.mark.differential
@pytest.mark.parametrize("stem", PATHS)
def test_every_state_on_the_way_is_the_same_as_on_langgraph(example_graph: Path, stem: str) -> None:
    histories = []
    for engine in (stepgraph(), langgraph()):
        with compiled_example(example_graph, engine, engine.new_saver()) as graph:
            run_to_the_end(graph, engine, stem)
            histories.append(
                [
                    (snapshot.metadata["step"], snapshot.metadata["source"], snapshot.next, snapshot.values)
                    for snapshot in graph.get_state_history(on_thread(stem))
                ]
            )

    ours, theirs = histories
    assert len(ours) == len(theirs)
    for our_moment, their_moment in zip(ours, theirs, strict=True):
        assert our_moment == their_moment


@pytest.mark.parametrize("make_engine", ENGINES)
def test_going_back_and_changing_the_intent_runs_the_other_branch(example_graph: Path, make_engine: Any) -> None:
    engine = make_engine()
    with compiled_example(example_graph, engine, engine.new_saver()) as graph:
        run_to_the_end(graph, engine, "1-billing")
        after_classify = [
            snapshot
            for snapshot in graph.get_state_history(on_thread("1-billing"))
            if snapshot.next == ("generate_query",)
        ][-1]

        fork = graph.update_state(after_classify.config, {"intent": "technical"})
        assert graph.get_state(fork).next == ("plan_search",)
        state = graph.invoke(None, fork)

    assert visited(state) == "classify plan_search search_articles search_tickets answer_technical format"
    assert {finding["source"] for finding in state["findings"]} == {"articles", "tickets"}


# -------------------------------------------------------------------------------------------------------------- sources


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM my_invoices",
        "UPDATE invoices SET status = 'paid'",
        "INSERT INTO invoices VALUES ('x', 'ada', '2026-01-01', 'x', 1, 'paid')",
        "DROP TABLE invoices",
        "SELECT * FROM invoices",
        "SELECT * FROM my_invoices UNION SELECT number, issued_on, item, amount_eur, status FROM main.invoices",
        "SELECT * FROM sqlite_master",
        "PRAGMA table_list",
        "ATTACH '/tmp/other.sqlite' AS other",
        "CREATE TEMP TABLE mine AS SELECT 1",
    ],
)
def test_a_query_can_read_the_customers_invoices_and_do_nothing_else(example_folder: Path, sql: str) -> None:
    with example_modules(example_folder) as modules:
        find, everyone = modules["sources"].find_invoices, ("ada", "linus", "edsger", "grace")
        before = [find(user, "SELECT * FROM my_invoices", {}) for user in everyone]

        with pytest.raises(sqlite3.DatabaseError):
            find("ada", sql, {})

        assert [find(user, "SELECT * FROM my_invoices", {}) for user in everyone] == before


def test_customers_see_only_their_own_invoices(example_folder: Path) -> None:
    with example_modules(example_folder) as modules:
        find = modules["sources"].find_invoices
        numbers = {
            user: {row["number"] for row in find(user, "SELECT number FROM my_invoices", {})}
            for user in ("ada", "linus", "edsger", "grace")
        }
        others = find("ada", "SELECT number FROM my_invoices WHERE number = :number", {"number": "2026-0226"})

    assert [len(found) for found in numbers.values()] == [4, 3, 4, 0]
    assert others == []


def test_search_finds_other_forms_of_a_word_and_the_best_match_first(example_folder: Path) -> None:
    with example_modules(example_folder) as modules:
        found = modules["sources"].search_articles(["passwords", "signed"])

    assert found[0]["title"] == "Signing in and passwords"
    assert [hit["score"] for hit in found] == sorted((hit["score"] for hit in found), reverse=True)


def test_search_terms_are_words_and_never_search_syntax(example_folder: Path) -> None:
    with example_modules(example_folder) as modules:
        assert modules["sources"].search_tickets(['"', "NEAR(", "title:"]) == []


def test_the_databases_go_elsewhere_if_the_folder_cannot_be_written(
    example_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (example_folder / ".stepgraph").write_text("in the way of the folder of this name")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with example_modules(example_folder) as modules:
        found = modules["sources"].find_invoices("ada", "SELECT * FROM my_invoices", {})
        built = modules["sources"].invoices_file()

    assert len(found) == 4
    assert tmp_path in built.parents
    assert example_folder not in built.parents


def test_runs_that_build_the_databases_at_once_do_not_disturb_each_other(example_folder: Path) -> None:
    found: list[int] = []
    with example_modules(example_folder) as modules:
        sources = modules["sources"]
        together = threading.Barrier(6)

        def look() -> None:
            together.wait()
            sources.invoices_file.cache_clear()
            found.append(len(sources.find_invoices("ada", "SELECT * FROM my_invoices", {})))

        threads = [threading.Thread(target=look) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert found == [4] * 6
    assert not list((example_folder / ".stepgraph").glob("*.draft"))


# ---------------------------------------------------------------------------------------------------------------- files


def test_the_graph_file_is_canonical() -> None:
    assert format_graph(read_graph(GRAPH)) == GRAPH.read_text(encoding="utf-8")


def test_the_layout_file_is_canonical() -> None:
    text = (FOLDER / "support_router.layout.json").read_text(encoding="utf-8")

    assert format_layout(parse_layout(text).layout) == text


def test_every_node_has_its_place_on_the_grid_and_none_covers_another() -> None:
    layout = json.loads((FOLDER / "support_router.layout.json").read_text(encoding="utf-8"))["nodes"]

    assert layout.keys() == {"__start__", "__end__", *read_graph(GRAPH).nodes}
    assert all(number % 4 == 0 for place in layout.values() for number in place)
    places = sorted(layout.items())
    for index, (name, (x, y)) in enumerate(places):
        for other, (other_x, other_y) in places[index + 1 :]:
            apart = abs(x - other_x) >= 180 or abs(y - other_y) >= 56
            assert apart or "__" in name + other, f"{name} covers {other}"


def test_the_inputs_say_what_they_show() -> None:
    for stem, content in INPUTS.items():
        assert set(content) == {"title", "description", "input"}, stem
        assert set(content["input"]) == {"user_id", "message"}, stem
