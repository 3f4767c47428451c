"""What the canvas asks of the window at any level: breakpoints of branches, quick fixes, frames with their keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu

from editor.app.key_bindings import KeyBindings
from editor.app.settings import SettingsFile
from editor.app.shortcut_sheet import ShortcutSheet
from editor.app.trust import TrustStore
from editor.app.wiring import Editor
from editor.debugger.breakpoints import Where
from editor.debugger.fake_backend import FakeBackend
from editor.debugger.fake_support_router import support_router_script
from editor.widgets.inline_field import InlineField
from engine.graph.graph_file import format_graph
from engine.graph.spec import (
    END,
    START,
    BranchOutlet,
    BranchSpec,
    EdgeId,
    EdgeSpec,
    GraphSpec,
    NodeSpec,
    PlainOutlet,
    RouterSpec,
)
from tests.editor.app.asking import Run, dialog_of

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
OUTLET = BranchOutlet("x", "", "on")


@pytest.fixture
def editor(qapp: QApplication, loop: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Editor]:
    monkeypatch.setenv("STEPGRAPH_PROFILE", str(tmp_path / "profile"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "data"))
    bugs: list[BaseException] = []
    script = support_router_script()
    editor = Editor(qapp, lambda: FakeBackend(script), SettingsFile(), TrustStore(), on_bug=bugs.append)
    editor.window.show()
    yield editor
    editor.shut_down()
    editor.window.close_now()
    editor.window.deleteLater()
    assert bugs == []


@pytest.fixture
def nested(tmp_path: Path) -> Path:
    """START -> auth -> END; in auth START -> x, which routes to END or on to y, and y leads nowhere."""
    inner = GraphSpec(
        nodes={"x": NodeSpec("nodes:x"), "y": NodeSpec("nodes:y")},
        edges=(EdgeSpec(START, "x"),),
        routers={"x": (RouterSpec("nodes:route", (BranchSpec("on", "y"), BranchSpec("stop", END))),)},
    )
    outer = GraphSpec(
        name="g", nodes={"auth": NodeSpec(graph=inner)}, edges=(EdgeSpec(START, "auth"), EdgeSpec("auth", END))
    )
    path = tmp_path / "nested.graph.json"
    path.write_text(format_graph(outer), encoding="utf-8")
    return path


def test_a_breakpoint_of_a_branch_belongs_to_its_level_and_shows_there_only(
    editor: Editor, run: Run, nested: Path
) -> None:
    run(editor.start(nested))
    canvas = editor.canvas
    editor.history.open(("auth",))
    canvas.fit_all()
    beside = canvas.mapFromScene(canvas.port_position(OUTLET) + QPointF(19, 0))

    QTest.mouseClick(canvas.viewport(), LEFT, NONE, beside)

    (made,) = editor.session.breakpoint_list
    assert (made.where, made.node, made.label, made.within) == (Where.BRANCH, "x", "on", ("auth",))
    assert canvas.graph_scene.nodes["x"].dress.branch_stops[0] == (OUTLET, "on")
    editor.history.open(())
    assert editor.canvas.graph_scene.branch_stops == {}
    editor.history.open(("auth",))
    canvas.select((), [EdgeId(OUTLET, "y")])
    assert editor.window.registry["debug.breakpoint"].isEnabled()
    editor.window.registry["debug.breakpoint"].trigger()
    assert editor.session.breakpoint_list == ()


def test_the_breakpoint_of_a_branch_is_edited_and_disabled_by_keys(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    editor.history.open(("auth",))
    editor.canvas.select((), [EdgeId(OUTLET, "y")])
    row = editor.window.registry
    said: list[str] = []
    editor.window.toast.say = said.append

    row["debug.enable_breakpoint"].trigger()
    assert said == ["There is no breakpoint at what is selected."]
    row["debug.edit_breakpoint"].trigger()
    (made,) = editor.session.breakpoint_list
    assert (made.where, made.node, made.label, made.within) == (Where.BRANCH, "x", "on", ("auth",))
    assert editor.breakpoints.current() == made
    row["debug.edit_breakpoint"].trigger()
    row["debug.enable_breakpoint"].trigger()
    (made,) = editor.session.breakpoint_list
    assert not made.enabled
    assert editor.canvas.graph_scene.nodes["x"].dress.branch_stops == ((OUTLET, "disabled"),)
    row["debug.enable_breakpoint"].trigger()
    assert editor.session.breakpoint_list[0].enabled


def test_a_quick_fix_inside_a_subgraph_changes_the_whole_document_by_one_step(
    editor: Editor, run: Run, nested: Path
) -> None:
    run(editor.start(nested))
    before = editor.whole.document
    editor.history.open(("auth",))
    editor.problems.check_now()
    editor.canvas.select(["y"])

    menu = editor.canvas.quick_fixes.open("y")
    assert menu is not None
    (lead,) = [row for row in menu.actions() if row.text() == "Lead 'y' to END"]
    lead.trigger()
    menu.close()

    assert EdgeSpec("y", END) in editor.history.document.graph.edges
    assert editor.whole.document != before
    editor.window.registry["edit.undo"].trigger()
    assert editor.whole.document.graph == before.graph


def test_the_panel_offers_the_same_ways_out(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    editor.window.show_dock(editor.window.problems_dock)
    panel = editor.problems
    panel.check_now()
    row = next(i for i, p in enumerate(panel.problems) if p.inner is not None and p.inner.id == "ends_without_edge")

    panel._open_menu(panel.list.visualRect(panel.list.model().index(row, 0)).center())

    (menu,) = [each for each in panel.findChildren(QMenu) if each.isVisible()]
    assert "Fix: Lead 'y' to END" in [each.text() for each in menu.actions()]
    menu.close()


def test_a_frame_made_by_its_action_is_saved_in_the_layout_file_only(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    logic = nested.read_text(encoding="utf-8")
    editor.canvas.select(["auth"])
    editor.window.registry["edit.frame"].trigger()
    editor.canvas.naming.close()
    assert editor.window.registry["edit.frame_colour"].isEnabled()
    editor.window.registry["edit.frame_colour"].trigger()

    assert run(editor.files.save())

    assert nested.read_text(encoding="utf-8") == logic
    layout = nested.with_name("nested.layout.json").read_text(encoding="utf-8")
    assert '"frame": {"kind": "frame"' in layout
    assert '"colour": "green"' in layout


def test_what_stands_on_the_screen_names_the_keys_that_the_user_chose(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    registry = editor.window.registry
    assert editor.levels.breadcrumb.up.toolTip().endswith("(Alt+↑)")

    registry.set_keys(KeyBindings({"view.level_up": ("Ctrl+Up",), "edit.add_node": ("Insert",)}))

    assert editor.levels.breadcrumb.up.toolTip().endswith("(Ctrl+↑)")
    assert any("press Insert," in label.text() for label in editor.canvas.hint.findChildren(QLabel))
    registry.set_keys(KeyBindings())
    assert editor.levels.breadcrumb.up.toolTip().endswith("(Alt+↑)")


def test_a_question_mark_on_the_canvas_shows_the_keys(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))

    QTest.keyClick(editor.canvas, Qt.Key.Key_Question, Qt.KeyboardModifier.ShiftModifier)

    sheet = run(dialog_of(editor.window))
    assert isinstance(sheet, ShortcutSheet)
    sheet.reject()


def test_a_selected_branch_shows_the_form_of_its_router(editor: Editor, run: Run, nested: Path) -> None:
    run(editor.start(nested))
    editor.history.open(("auth",))

    editor.canvas.select((), [EdgeId(OUTLET, "y")])
    fields = {field.accessibleName(): field for field in editor.inspector.findChildren(InlineField)}
    assert fields["Name of the node"].text() == "x"
    assert fields["Name of the node"].isVisible()
    editor.canvas.select((), [EdgeId(PlainOutlet(START), "x")])
    assert not fields["Name of the node"].isVisible()
