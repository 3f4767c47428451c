"""Editing inside subgraphs: one document and one undo history, seen level by level."""

from __future__ import annotations

import inspect
import json
import random
from contextlib import suppress
from dataclasses import replace

import pytest

from editor.document import commands
from editor.document.change_json import change_to_json, read_change
from editor.document.changes import (
    Change,
    ChangeDoesNotFit,
    InSubgraph,
    NodeAdded,
    NodeChanged,
    NodePlaced,
    SubgraphPlaced,
    apply_changes,
    inverse_of,
)
from editor.document.clipboard import copy_text, paste
from editor.document.command import Command
from editor.document.dissolve_subgraph import dissolve
from editor.document.document import Document, level_document, normal_document
from editor.document.layout import Layout
from editor.document.layout_file import format_layout, parse_layout
from editor.document.level_history import LevelHistory, Path
from editor.document.subgraph_commands import make_subgraph, name_for_subgraph
from editor.document.undo_history import HistoryEvent, UndoHistory
from engine.graph.graph_file import format_graph, parse_graph
from engine.graph.spec import END, START, GraphSpec, NodeSpec, PlainOutlet
from tests.editor.document.builders import graph_of, standing_clock

DEEP = ("auth", "deep")


def nested() -> LevelHistory:
    """START -> a -> auth -> END; inside auth: START -> ask -> deep -> END; inside deep: START -> x -> END."""
    deep = replace(graph_of((START, "x"), ("x", END)), name="")
    middle = graph_of((START, "ask"), ("ask", "deep"), ("deep", END))
    middle = replace(middle, name="", nodes={**middle.nodes, "deep": NodeSpec(graph=deep)})
    outer = graph_of((START, "a"), ("a", "auth"), ("auth", END))
    outer = replace(outer, nodes={**outer.nodes, "auth": NodeSpec(graph=middle)})
    layout = Layout(
        {"a": (0, 0), "auth": (200, 0)}, {}, {"auth": Layout({"ask": (8, 8)}, {}, {"deep": Layout({"x": (4, 4)})})}
    )
    return LevelHistory(UndoHistory(Document(outer, layout), clock=standing_clock))


def add(level: LevelHistory, name: str) -> None:
    assert level.do(commands.add_node(level.document, name, (40, 40)))


def test_a_level_is_a_document_of_its_own() -> None:
    level = nested()

    assert level.open(DEEP)

    assert set(level.document.graph.nodes) == {"x"}
    assert level.document.position_of("x") == (4, 4)
    assert level.path == DEEP
    assert not level.open(("auth", "ask"))
    assert not level.open(("nothing",))
    assert level.path == DEEP


def test_an_edit_inside_is_one_step_of_the_whole_document() -> None:
    level = nested()
    before = level.whole.document
    level.open(DEEP)

    add(level, "y")

    assert set(level_document(level.whole.document, DEEP).graph.nodes) == {"x", "y"}  # type: ignore[union-attr]
    assert level.document.position_of("y") == (40, 40)
    assert level.whole.undo_label == "Add 'y'"
    assert level.undo()
    assert level.whole.document == before
    assert level.redo()
    assert level.document.has_node("y")


def test_what_happened_is_told_as_it_looks_at_the_level() -> None:
    level = nested()
    events: list[HistoryEvent] = []
    level.subscribe(events.append)
    level.open(("auth",))
    add(level, "y")
    level.open(())
    level.whole.do(Command("Inside", (InSubgraph(DEEP, NodeAdded("z", NodeSpec("m:z"))),)))

    assert [type(change).__name__ for change in events[1].changes] == ["NodeAdded", "NodePlaced"]
    assert [event.changes for event in (events[0], events[2])] == [(), ()]
    (inside,) = events[3].changes
    assert isinstance(inside, NodeChanged)
    assert inside.name == "auth"
    for event in (events[1], events[3]):
        assert apply_changes(event.old, event.changes).graph == event.new.graph


def test_an_edit_elsewhere_is_not_told_at_a_level_that_did_not_change() -> None:
    level = nested()
    level.open(DEEP)
    events: list[HistoryEvent] = []
    level.subscribe(events.append)

    level.whole.do(commands.add_node(level.whole.document, "elsewhere", (0, 0)))

    assert events == []


def test_undo_of_an_edit_on_another_level_shows_that_level() -> None:
    level = nested()
    level.open(("auth",))
    add(level, "y")
    level.open(())
    add(level, "z")
    level.open(DEEP)

    assert level.undo()
    assert not level.path
    assert level.undo()
    assert level.path == ("auth",)
    level.open(DEEP)
    assert level.redo()
    assert level.path == ("auth",)


def test_a_level_follows_the_new_names_of_the_nodes_on_the_way() -> None:
    level = nested()
    level.open(DEEP)
    paths: list[Path] = []
    level.subscribe_path(lambda _, new: paths.append(new))

    level.whole.do(commands.rename_node(level.whole.document, "auth", "login"))

    assert level.path == ("login", "deep")
    assert paths == [("login", "deep")]
    assert level.document.position_of("x") == (4, 4)
    level.whole.undo()
    assert level.path == DEEP


def test_a_level_that_goes_leaves_the_one_around_it() -> None:
    level = nested()
    level.open(DEEP)
    events: list[HistoryEvent] = []
    level.subscribe(events.append)

    level.whole.do(commands.delete(level.whole.document, ["auth"]))

    assert not level.path
    assert level.document is level.whole.document
    assert [event.changes for event in events] == [()]
    level.whole.undo()
    assert level_document(level.whole.document, DEEP).position_of("x") == (4, 4)  # type: ignore[union-attr]


def test_opening_another_document_keeps_the_level_only_if_it_is_there() -> None:
    level = nested()
    level.open(DEEP)

    level.whole.replace(level.whole.document)
    assert level.path == DEEP
    level.whole.replace(Document(graph_of((START, "a"), ("a", END))))
    assert not level.path
    assert set(level.document.graph.nodes) == {"a"}


def test_moves_inside_merge_and_moves_on_two_levels_do_not() -> None:
    level = nested()
    level.open(("auth",))
    for x in (10, 20, 40):
        level.do(commands.move(level.document, {"ask": (x, 0)}))
    level.open(())
    level.do(commands.move(level.document, {"a": (80, 0)}))
    level.undo()

    assert level.undo()
    assert level_document(level.whole.document, ("auth",)).position_of("ask") == (8, 8)  # type: ignore[union-attr]
    assert not level.can_undo


def test_every_part_of_the_contract_is_answered_by_the_whole_history() -> None:
    public = {name for name, _ in inspect.getmembers(UndoHistory) if not name.startswith("_")}

    assert public - set(vars(LevelHistory)) == {"document", "subscribe"}  # these are its own


@pytest.mark.parametrize(
    "change",
    [
        InSubgraph(DEEP, NodePlaced("x", (4, 4), (8, 8))),
        InSubgraph(("auth",), InSubgraph(("deep",), NodeAdded("y", NodeSpec("m:y")))),
        SubgraphPlaced("auth", Layout({"ask": (8, 8)}, {"x-k": 1}, {"deep": Layout({"x": (4, 4)})}), None),
        SubgraphPlaced("auth", None, Layout({"ask": (8, 8)})),
    ],
)
def test_a_change_inside_comes_back_from_the_journal(change: Change) -> None:
    assert read_change(json.loads(json.dumps(change_to_json(change)))) == change
    assert inverse_of([change])[0].inverse() == change


@pytest.mark.parametrize(
    "data",
    [
        {"kind": "InSubgraph", "path": [], "change": {"kind": "NodeRenamed", "old": "a", "new": "b"}},
        {"kind": "InSubgraph", "path": "auth", "change": {"kind": "NodeRenamed", "old": "a", "new": "b"}},
        {"kind": "InSubgraph", "path": ["auth"], "change": {"kind": "Nothing"}},
        {"kind": "SubgraphPlaced", "name": "a", "old": None, "new": {"nodes": 5}},
        {"kind": "SubgraphPlaced", "name": "a", "old": None, "new": {"nodes": {"x": ["a", 2]}}},
    ],
)
def test_what_is_no_change_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="not a change"):
        read_change(data)


@pytest.mark.parametrize(
    "change",
    [
        InSubgraph(("nothing",), NodeAdded("y", NodeSpec())),
        InSubgraph(("a",), NodeAdded("y", NodeSpec())),
        InSubgraph(DEEP, NodeAdded("x", NodeSpec())),
        SubgraphPlaced("auth", None, None),
    ],
)
def test_a_change_that_does_not_fit_changes_nothing(change: Change) -> None:
    document = nested().whole.document

    with pytest.raises(ChangeDoesNotFit):
        apply_changes(document, [InSubgraph(DEEP, NodeAdded("y", NodeSpec())), change])

    assert document == nested().whole.document


def test_the_layout_of_every_level_is_saved_and_what_is_gone_is_dropped() -> None:
    layout = nested().whole.document.layout

    text = format_layout(layout)
    assert parse_layout(text).layout == layout
    assert format_layout(parse_layout(text).layout) == text
    assert '      "subgraphs": {\n        "deep": {\n' in text
    plain = Document(graph_of((START, "a"), ("a", "auth")), layout)
    assert normal_document(plain).layout.subgraphs == {}


def test_a_layout_file_with_a_useless_level_still_gives_the_others() -> None:
    text = format_layout(nested().whole.document.layout).replace('"deep": {', '"deep": 5, "other": {')

    read = parse_layout(text)

    assert read.layout.subgraphs["auth"].positions == {"ask": (8, 8)}
    assert "deep" in read.warnings[0]


def paths_of(graph: GraphSpec, path: Path = ()) -> list[Path]:
    inner = [(name, node.graph) for name, node in graph.nodes.items() if isinstance(node.graph, GraphSpec)]
    return [path, *(each for name, sub in inner for each in paths_of(sub, (*path, name)))]


def random_edit(level: LevelHistory, chance: random.Random) -> None:
    document, names = level.document, sorted(level.document.graph.nodes)
    match chance.randrange(9):
        case 0:
            level.open(chance.choice(paths_of(level.whole.document.graph)))
        case 1:
            name = f"n{chance.randrange(1000)}"
            if name not in names:
                level.do(commands.add_node(document, name, (chance.randrange(400), 0)))
        case 2 if names:
            level.do(commands.delete(document, [chance.choice(names)]))
        case 3 if names:
            level.do(commands.rename_node(document, chance.choice(names), f"r{chance.randrange(10**6)}"))
        case 4 if names:
            level.do(commands.move(document, {chance.choice(names): (chance.randrange(400), chance.randrange(400))}))
        case 5 if names:
            source, target = chance.choice([START, *names]), chance.choice([*names, END])
            level.do(commands.connect(document, PlainOutlet(source), target))
        case 6:
            chance.choice([level.undo, level.redo])()
        case 7 if names:
            chosen = chance.sample(names, chance.randint(1, len(names)))
            level.do(make_subgraph(document, chosen, name_for_subgraph(document), depth=len(level.path)))
        case 8:
            inner = [name for name in names if isinstance(document.graph.nodes[name].graph, GraphSpec)]
            if inner:
                level.do(dissolve(document, chance.choice(inner)))
        case _:
            pass


@pytest.mark.parametrize("seed", range(12))
def test_any_edits_on_any_levels_keep_level_and_whole_one_document(seed: int) -> None:
    chance = random.Random(seed)
    level = nested()
    opened = level.whole.document
    seen = [level.document]
    level.subscribe(lambda event: seen.append(event.new))
    journal: list[Change] = []
    level.whole.subscribe(lambda event: journal.extend(event.changes))

    for _ in range(150):
        with suppress(commands.CommandError):
            random_edit(level, chance)
        shown = level_document(level.whole.document, level.path)
        assert shown == level.document == seen[-1]

    replayed = apply_changes(opened, [read_change(json.loads(json.dumps(change_to_json(each)))) for each in journal])
    assert replayed == level.whole.document
    assert format_graph(parse_graph(format_graph(replayed.graph), where="test")) == format_graph(replayed.graph)
    while level.undo():
        pass
    assert level.whole.document == opened


def test_a_copied_subgraph_keeps_its_places_inside() -> None:
    level = nested()
    text = copy_text(level.document, ["auth"])

    level.do(paste(level.document, text))

    copy = level.document.graph.nodes["auth_2"]
    assert copy == level.document.graph.nodes["auth"]
    assert level.document.layout.subgraphs["auth_2"] == level.document.layout.subgraphs["auth"]
