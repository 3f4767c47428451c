"""Going into subgraphs and back in the real window: breadcrumb, views, undo, problems, files that stand as nodes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from editor.app.command_palette import Choice
from editor.app.settings import SettingsFile
from editor.app.trust import TrustStore
from editor.app.wiring import Editor
from editor.debugger.fake_backend import FakeBackend
from editor.debugger.fake_support_router import support_router_script
from editor.document import commands
from editor.document.subgraph_commands import add_reference
from editor.panels.graph_page import GraphPage
from editor.panels.node_page import NodePage
from engine.graph.graph_file import format_graph
from engine.graph.spec import END, START, NodeSpec
from tests.editor.app.asking import Run
from tests.editor.document.builders import graph_of


@pytest.fixture(autouse=True)
def own_profile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPGRAPH_PROFILE", str(tmp_path / "profile"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "data"))


async def until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0.001)


@pytest.fixture
def editor(qapp: QApplication, loop: Any) -> Iterator[Editor]:
    bugs: list[BaseException] = []
    script = support_router_script()
    editor = Editor(qapp, lambda: FakeBackend(script), SettingsFile(), TrustStore(), on_bug=bugs.append)
    editor.window.show()
    yield editor
    editor.shut_down()
    editor.window.close_now()
    editor.window.deleteLater()
    assert bugs == []


CODE = """
from typing import TypedDict

class S(TypedDict, total=False):
    way: list

def a(state):
    return {"way": ["a"]}

def x(state):
    return {"way": [*state["way"], "x"]}
"""


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    """START -> a -> auth -> END; in auth START -> x -> deep -> END; in deep START -> x -> END."""
    (tmp_path / "nodes.py").write_text(CODE, encoding="utf-8")
    deep = replace(graph_of((START, "x"), ("x", END), state="nodes:S"), name="")
    middle = graph_of((START, "x"), ("x", "deep"), ("deep", END), state="nodes:S")
    middle = replace(middle, name="", nodes={**middle.nodes, "deep": NodeSpec(graph=deep)})
    outer = graph_of((START, "a"), ("a", "auth"), ("auth", END), state="nodes:S", name="support")
    outer = replace(outer, nodes={**outer.nodes, "auth": NodeSpec(graph=middle)})
    path = tmp_path / "nested.graph.json"
    path.write_text(format_graph(outer), encoding="utf-8")
    return path


def crumbs(editor: Editor) -> list[str]:
    return [step.text() for step in editor.levels.breadcrumb.steps]


def test_a_subgraph_opens_with_a_breadcrumb_that_leads_back(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    canvas = editor.canvas
    assert not editor.levels.breadcrumb.isVisible()

    canvas.select(["auth"])
    canvas.activate_selection()
    assert set(canvas.drawing.shapes) == {START, "x", "deep", END}
    assert crumbs(editor) == ["support"]
    canvas.node_activated.emit("deep")

    assert set(canvas.drawing.shapes) == {START, "x", END}
    assert crumbs(editor) == ["support", "auth"]
    assert editor.levels.breadcrumb.isVisibleTo(editor.window)
    editor.levels.breadcrumb.steps[0].click()
    assert canvas.document.has_node("auth")
    assert canvas.selected_nodes() == {"auth"}
    assert not editor.levels.breadcrumb.isVisibleTo(editor.window)


def test_keys_go_in_and_out(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    editor.canvas.select(["auth"])
    editor.window.registry["view.open_subgraph"].trigger()
    assert editor.history.path == ("auth",)
    assert not editor.window.registry["view.open_subgraph"].isEnabled()

    editor.window.registry["view.level_up"].trigger()

    assert not editor.history.path
    assert not editor.window.registry["view.level_up"].isEnabled()


def test_the_view_of_each_level_is_remembered_also_for_the_next_time(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    editor.canvas.resetTransform()
    editor.history.open(("auth",))
    editor.canvas.resetTransform()
    editor.canvas.scale(0.5, 0.5)
    editor.history.open(())
    assert editor.canvas.zoom == pytest.approx(1.0)

    editor.history.open(("auth",))

    assert editor.canvas.zoom == pytest.approx(0.5)
    run(editor.files.reload())
    assert editor.history.path == ("auth",)
    assert editor.canvas.zoom == pytest.approx(0.5)


def test_an_edit_inside_is_saved_in_the_one_file_and_undone_by_the_same_key(
    editor: Editor, run: Run, nested: Path
) -> None:
    before = nested.read_text(encoding="utf-8")
    run(editor.start(nested))
    editor.history.open(("auth", "deep"))
    editor.canvas.select(["x"])
    QTest.keyClick(editor.canvas, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    editor.history.do(commands.add_node(editor.history.document, "fresh", (0, 200)))
    run(editor.files.save())

    assert '"fresh": {}' in nested.read_text(encoding="utf-8")
    assert '"deep": {' in nested.with_name("nested.layout.json").read_text(encoding="utf-8")
    editor.history.open(())
    editor.window.registry["edit.undo"].trigger()
    assert editor.history.path == ("auth", "deep"), "where it is taken back"
    run(editor.files.save())
    assert nested.read_text(encoding="utf-8") == before


def test_what_is_wrong_inside_shows_on_the_card_and_opens_the_level(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    editor.history.open(("auth", "deep"))
    editor.history.do(commands.add_node(editor.history.document, "lost", (0, 200)))
    editor.problems.check_now()
    assert "lost" in editor.canvas.graph_scene.problem_marks
    editor.history.open(())
    assert "In 'deep' in 'auth'" in editor.canvas.graph_scene.problem_marks["auth"].words

    row = next(i for i, each in enumerate(editor.problems.problems) if each.inner and each.inner.node == "lost")
    editor.problems.list.clicked.emit(editor.problems.list.model().index(row, 0))

    assert editor.history.path == ("auth", "deep")
    assert editor.canvas.selected_nodes() == {"lost"}


def test_a_new_name_of_the_level_shows_in_the_breadcrumb(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    editor.history.open(("auth", "deep"))

    editor.whole.do(commands.rename_node(editor.whole.document, "auth", "login"))

    assert crumbs(editor) == ["support", "login"]
    assert editor.history.path == ("login", "deep")


def test_another_graph_file_as_a_node_opens_that_file(editor: Editor, run: Run, nested: Path, tmp_path: Path) -> None:
    other = tmp_path / "outer.graph.json"
    graph = graph_of((START, "sub"), ("sub", END), state="nodes:S")
    graph = replace(graph, nodes={"sub": NodeSpec(graph="nested.graph.json")})
    other.write_text(format_graph(graph), encoding="utf-8")
    run(editor.start(other))
    editor.history.do(commands.move(editor.history.document, {"sub": (40, 40)}))
    run(editor.files.save())

    editor.canvas.node_activated.emit("sub")
    run(until(lambda: editor.files.path == nested))

    assert editor.canvas.document.has_node("auth")


def test_what_does_not_fit_the_state_is_told_inside_too(editor: Editor, run: Run, nested: Path) -> None:
    code = nested.with_name("nodes.py")
    text = CODE.replace("way: list", "way: Annotated[list, operator.add]").replace('"x"]}', '"x"], "strange": 1}')
    code.write_text(text.replace("import TypedDict", "import Annotated, TypedDict"), encoding="utf-8")

    run(editor.start(nested))

    inside = [(each.path, each.inner.id) for each in editor.problems.problems if each.inner]
    assert (("auth", "deep"), "unknown_key_written") in inside
    assert (("auth",), "subgraph_adds_twice") in inside
    assert "subgraph_adds_twice" in [each.id for each in editor.problems.problems]


def test_the_inspector_shows_what_a_subgraph_has_and_nothing_else(
    editor: Editor, run: Run, nested: Path, tmp_path: Path
) -> None:
    run(editor.start(nested))
    page = editor.inspector.findChild(NodePage)
    assert page is not None
    editor.canvas.select(["a"])
    assert (page._fn.isVisibleTo(page), page.subgraph.memory.isVisibleTo(page)) == (True, False)

    editor.canvas.select(["auth"])
    assert (page._fn.isVisibleTo(page), page.subgraph.file.isVisibleTo(page)) == (False, False)
    page.subgraph.memory.setCurrentIndex(1)
    page.subgraph.memory.activated.emit(1)
    assert editor.history.document.graph.nodes["auth"].checkpointer == "own"

    editor.history.do(add_reference(editor.history.document, "other", (0, 300), "other.graph.json"))
    editor.canvas.select(["other"])
    page.subgraph.file.setText("../outside.graph.json")
    page.subgraph.file.committed.emit("../outside.graph.json")
    assert editor.history.document.graph.nodes["other"].graph == "other.graph.json"
    page.subgraph.file.committed.emit("below/inside.graph.json")
    assert editor.history.document.graph.nodes["other"].graph == "below/inside.graph.json"

    graph_page = editor.inspector.findChild(GraphPage)
    assert graph_page is not None
    editor.canvas.select(())
    assert graph_page._name.isVisibleTo(graph_page)
    editor.history.open(("auth",))
    assert not graph_page._name.isVisibleTo(graph_page)
    assert graph_page._title.text() == "Subgraph"


def test_a_node_of_any_level_is_found_by_its_name(
    editor: Editor, run: Run, nested: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(editor.start(nested))
    asked: list[Choice] = []
    monkeypatch.setattr(editor.window.palette_, "open_with", lambda choices, _question: asked.extend(choices))
    editor.history.open(("auth",))

    editor.window.registry["view.go_to_node"].trigger()

    assert [choice.id for choice in asked] == [
        "auth|deep",
        "auth|x",
        "a",
        "auth",
        "auth|deep|x",
        "__start__",
        "__end__",
    ]
    asked[4].do()
    assert editor.history.path == ("auth", "deep")
    assert editor.canvas.selected_nodes() == {"x"}
