"""Modules as part of the document: edits by syntax tree, one undo step each, every other character kept."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.document import commands, module_commands
from editor.document.changes import ChangeDoesNotFit, ModuleSpliced, apply_changes
from editor.document.command import CommandError
from editor.document.document import Document
from editor.document.merging import joined, merged
from editor.document.module_text import ModuleText, decoded
from editor.document.source_code import ProjectSources
from editor.document.source_text import SourceError
from editor.document.undo_history import HistoryEvent, UndoHistory
from engine.graph.graph_file import read_graph
from engine.graph.spec import BranchSpec, GraphSpec, NodeSpec, RouterSpec
from tests.editor.document.builders import standing_clock

NODES = "import json\r\n\r\n\r\n# about f\r\ndef f(state):\r\n    return {}\r\n\r\nlast = f"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "nodes.py").write_bytes(NODES.encode())
    (tmp_path / "state.py").write_bytes(b"class State(dict):\n    topic: str\n")
    return tmp_path


@pytest.fixture
def history() -> UndoHistory:
    routers = {"a": (RouterSpec("nodes:f", (BranchSpec("yes", None),)),)}
    nodes = {"a": NodeSpec(fn="nodes:f"), "b": NodeSpec()}
    return UndoHistory(Document(GraphSpec("g", "state:State", nodes, (), routers)), clock=standing_clock)


def text(history: UndoHistory, path: str = "nodes.py") -> str:
    return history.document.modules[path].text


def test_a_function_is_replaced_in_one_step_that_can_be_undone(folder: Path, history: UndoHistory) -> None:
    sources = ProjectSources(folder)
    heard: list[HistoryEvent] = []
    history.subscribe(heard.append)

    command = module_commands.replace_definition(
        history.document, sources, "nodes:f", "def f(state):\n    return {'x': 1}\n"
    )
    history.do(command)

    assert text(history) == NODES.replace("{}", "{'x': 1}")
    assert [change for event in heard for change in event.changes][1:] == [
        ModuleSpliced("nodes.py", NODES.index("}"), "", "'x': 1")
    ]
    assert history.is_modified
    history.undo()
    assert text(history) == NODES
    assert not history.is_modified
    history.redo()
    assert "'x': 1" in text(history)


def test_a_text_that_is_no_python_is_kept(folder: Path, history: UndoHistory) -> None:
    history.do(module_commands.edit_module(history.document, ProjectSources(folder), "nodes.py", "def f(:"))

    assert text(history) == "def f(:"


def test_an_edit_for_another_text_is_refused_and_changes_nothing(folder: Path, history: UndoHistory) -> None:
    before = history.document
    sources = ProjectSources(folder)
    first = module_commands.edit_module(before, sources, "nodes.py", "a")
    second = module_commands.edit_module(before, sources, "nodes.py", "b")
    history.do(first)

    with pytest.raises(ChangeDoesNotFit):
        history.do(second)

    assert text(history) == "a"


def test_a_function_is_renamed_in_the_module_and_the_graph(folder: Path, history: UndoHistory) -> None:
    history.do(module_commands.rename_function(history.document, ProjectSources(folder), "nodes:f", "decide"))

    assert text(history) == NODES.replace("def f", "def decide").replace("last = f", "last = decide")
    assert history.document.graph.nodes["a"].fn == "nodes:decide"
    assert history.document.graph.routers["a"][0].fn == "nodes:decide"
    assert history.undo_label == "Rename function 'f' to 'decide'"
    history.undo()
    assert history.document.graph.nodes["a"].fn == "nodes:f" and text(history) == NODES


def test_a_stub_knows_the_state_and_the_node_names_it(folder: Path, history: UndoHistory) -> None:
    history.do(module_commands.add_node_stub(history.document, ProjectSources(folder), "b"))

    assert history.document.graph.nodes["b"].fn == "nodes:b"
    assert text(history).startswith("import json\r\nfrom state import State\r\n")
    assert "last = f\r\n\r\n\r\ndef b(state: State):\r\n" in text(history)
    history.undo()
    assert history.document.graph.nodes["b"].fn is None and text(history) == NODES


def test_the_first_stub_of_a_graph_without_a_file_makes_the_module() -> None:
    history = UndoHistory(Document(GraphSpec("g", None, {"Give up!": NodeSpec()})))

    history.do(module_commands.add_node_stub(history.document, ProjectSources(None), "Give up!"))

    assert history.document.graph.nodes["Give up!"].fn == "nodes:give_up"
    assert history.document.modules["nodes.py"].opened is None
    assert text(history).startswith("def give_up(state):\n")
    history.undo()
    assert history.document.modules["nodes.py"].content() is None


def test_node_and_stub_are_one_step(folder: Path, history: UndoHistory) -> None:
    sources = ProjectSources(folder)
    command = module_commands.together(
        history.document,
        "Add 'c'",
        lambda document: commands.add_node(document, "c", (0, 0)),
        lambda document: module_commands.add_node_stub(document, sources, "c"),
    )
    before = history.document.graph

    history.do(command)

    assert history.document.graph.nodes["c"].fn == "nodes:c"
    history.undo()
    assert history.document.graph == before and text(history) == NODES


def test_a_router_stub_goes_where_routers_are(example_graph: Path) -> None:
    graph = read_graph(example_graph)
    undecided = replace(graph, routers={**graph.routers, "classify": (RouterSpec(None, (BranchSpec("a", None),)),)})
    history = UndoHistory(Document(undecided))

    history.do(module_commands.add_router_stub(history.document, ProjectSources(example_graph.parent), "classify", ""))

    assert history.document.graph.routers["classify"][0].fn == "routing:route_classify"
    assert '    return "a"\n' in text(history, "routing.py")


def test_a_missing_function_is_written(folder: Path, history: UndoHistory) -> None:
    sources = ProjectSources(folder)
    history.do(commands.change_node(history.document, "b", fn="more.steps:think"))

    history.do(module_commands.write_missing(history.document, sources, "more.steps:think"))

    assert text(history, "more/steps.py").startswith("from state import State\n\n\ndef think(state: State):\n")
    with pytest.raises(CommandError, match="already defines"):
        module_commands.write_missing(history.document, sources, "nodes:f")


def test_errors_say_the_line(folder: Path, history: UndoHistory) -> None:
    (folder / "broken.py").write_text("x = 1\ndef f(:\n", encoding="utf-8")

    with pytest.raises(CommandError, match="line 2"):
        module_commands.replace_definition(history.document, ProjectSources(folder), "broken:f", "def f(): ...\n")
    with pytest.raises(CommandError, match="Line 2 has the character 'é', which ascii does not have"):
        latin = "# coding: ascii\ny = 'é'\n"
        module_commands.edit_module(history.document, ProjectSources(folder), "nodes.py", latin)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xef\xbb\xbfx = 1\r\n",
        "# -*- coding: latin-1 -*-\nname = 'é'\n".encode("latin-1"),
        b"x = 1\r\ny = 2\nz = 3\r",
        "x = '\U0001f600 ä\u00a0\u2028\x0c'".encode(),
    ],
)
def test_bytes_come_back_as_they_were(content: bytes) -> None:
    assert decoded(content, "m.py").content() == content


@pytest.mark.parametrize("content", [b"\xff", b"# coding: nonsense\n", b"# coding: utf-7\n+AGE-\n"])
def test_what_could_not_be_written_back_is_not_edited(content: bytes) -> None:
    with pytest.raises(SourceError):
        decoded(content, "m.py")


def test_typing_in_one_place_becomes_one_splice(folder: Path, history: UndoHistory) -> None:
    sources, here = ProjectSources(folder), NODES
    for letter in "word":
        here += letter
        history.do(module_commands.edit_module(history.document, sources, "nodes.py", here, merge_key="typing"))
    for _ in "rd":
        here = here[:-1]
        history.do(module_commands.edit_module(history.document, sources, "nodes.py", here, merge_key="typing"))

    assert text(history) == NODES + "wo"
    history.undo()
    assert text(history) == NODES
    assert not history.can_undo


TEXTS = st.text("ab\n", max_size=12)


@given(TEXTS, TEXTS, TEXTS)
def test_two_splices_as_one_do_the_same(one: str, two: str, three: str) -> None:
    document = Document(modules={"m.py": ModuleText(one, one)})
    first = tuple(module_commands.splices("m.py", one, two))
    then = tuple(module_commands.splices("m.py", two, three))

    if first and then and joined(first[0], then[0]) is not None:
        assert len(merged(first, then)) <= 1
    assert apply_changes(document, merged(first, then)).modules["m.py"].text == three


@given(TEXTS, TEXTS)
def test_a_splice_is_what_differs(old: str, new: str) -> None:
    (splice, *_) = [*module_commands.splices("m.py", old, new), ModuleSpliced("m.py", 0, "", "")]

    assert old[: splice.start] + splice.new + old[splice.start + len(splice.old) :] == new
    assert (splice.old == splice.new == "") == (old == new)
