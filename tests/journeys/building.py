"""What the journeys that draw a whole graph share: the empty canvas beside the code, the search, fields, the run."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QPushButton, QToolButton, QWidget

from editor.app.hands import Hands
from editor.canvas.choice_popup import ChoicePopup
from editor.debugger.run_state import Phase
from engine.graph.graph_file import format_graph
from engine.graph.spec import START, GraphSpec

TRUST = "Trust this folder and run"
MOST_TABS = 40
WAY_OF_THE_FIRST_INPUT = [
    *(START, "classify", "generate_query", "execute_query", "generate_query", "execute_query"),
    *("answer_billing", "format"),
]
"""The input that lies first beside the graph asks for an invoice that only the second query finds."""


def logic_text(graph: GraphSpec) -> str:
    """What the graph file says, but for its name."""
    return format_graph(replace(graph, name=""))


async def new_graph_beside_the_code(hands: Hands, example_graph: Path) -> Path:
    """The example's graph and layout are gone, its code is there; an empty graph is saved in their place."""
    example_graph.unlink()
    example_graph.with_name("support_router.layout.json").unlink()
    path = example_graph.with_name("drawn.graph.json")
    hands.editor.tasks.start(hands.editor.start(None))
    await hands.settle()
    await hands.press("Ctrl+N")
    await hands.until(lambda: hands.editor.files.has_document, "an empty graph")
    await hands.until(lambda: hands.editor.canvas.hasFocus(), "the keyboard at the canvas")
    await hands.press("Ctrl+S")
    await hands.until(lambda: hands.window.findChildren(QFileDialog), "the dialog that asks where")
    field = hands.window.findChildren(QFileDialog)[0].findChild(QLineEdit)
    assert field is not None
    await hands.until(field.hasFocus, "the field for the file's name")
    await hands.press("Ctrl+A")
    hands.write(str(path))
    await hands.press("Return")
    await hands.until(lambda: hands.editor.files.path == path, "the first save")
    hands.window.activateWindow()  # offscreen nobody gives the focus back when a dialog has closed
    await hands.until(lambda: hands.editor.canvas.hasFocus(), "the keyboard at the canvas again")
    return path


async def the_search(hands: Hands) -> ChoicePopup:
    await hands.until(lambda: hands.editor.canvas.search.popup is not None, "the search")
    popup = hands.editor.canvas.search.popup
    assert popup is not None
    await hands.until(lambda: popup.field.hasFocus(), "the keyboard in the search")
    return popup


def named(hands: Hands, name: str) -> QWidget:
    found = [w for w in hands.window.findChildren(QWidget) if w.accessibleName() == name and w.isVisible()]
    assert len(found) == 1, f"{len(found)} visible widgets are called {name!r}"
    return found[0]


def is_shown(hands: Hands, name: str) -> bool:
    """The inspector follows an edit a moment later."""
    return any(w.accessibleName() == name and w.isVisible() for w in hands.window.findChildren(QWidget))


async def fill_field(hands: Hands, name: str, text: str) -> None:
    """Click into the field of this accessible name, type, Enter."""
    await hands.until(lambda: is_shown(hands, name), f"the inspector to show {name!r}")
    hands.click(named(hands, name))
    await hands.press("Ctrl+A")
    hands.write(text)
    await hands.press("Return")
    await hands.settle()


def tool_button(hands: Hands, action_id: str) -> QToolButton:
    action = hands.window.registry[action_id]
    (found,) = [b for b in hands.window.findChildren(QToolButton) if b.defaultAction() is action and b.isVisible()]
    return found


async def run_by_keys(hands: Hands) -> None:
    """F5, and the keyboard on "Trust this folder and run"."""
    await hands.press("F5")
    await tab_to_button(hands, await hands.dialog("trust"), TRUST)
    await hands.press("Space")
    await hands.until_phase(Phase.FINISHED)


async def tab_to_button(hands: Hands, dialog: QDialog, text: str) -> None:
    """Tab until the button of the dialog with these words has the focus."""
    await hands.until(lambda: dialog.isAncestorOf(QApplication.focusWidget()), "the keyboard in the dialog")
    for _ in range(MOST_TABS):
        focused = QApplication.focusWidget()
        if isinstance(focused, QPushButton) and focused.text() == text:
            return
        await hands.press("Tab")
    raise AssertionError(f"Tab does not lead to {text!r}")


async def run_by_mouse(hands: Hands) -> None:
    await hands.until_offered("debug.run")
    hands.click(tool_button(hands, "debug.run"))
    hands.click_button(await hands.dialog("trust"), TRUST)
    await hands.until_phase(Phase.FINISHED)


def way_of_the_run(hands: Hands) -> list[str]:
    """The nodes of the run, in their order."""
    return [name for row in hands.editor.session.run_state.checkpoints.values() for name in row.ran]
