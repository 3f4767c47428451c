"""What the journeys do again and again, in the user's words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from editor.app.hands import Hands
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from editor.panels.diff_view import DiffView
from editor.widgets.segmented import Segmented
from editor.widgets.value_view import ValueView
from engine.time_travel.state_diff import StateDiff


async def open_graph(hands: Hands, graph: Path) -> None:
    await hands.editor.start(graph)
    await hands.settle()
    assert hands.editor.files.path == graph


async def trust_and_start_stepping(hands: Hands) -> None:
    """F10, then the mouse on "Trust this folder and run"."""
    await hands.press("F10")
    dialog = await hands.dialog("trust")
    hands.click_button(dialog, "Trust this folder and run")
    await hands.until_phase(Phase.PAUSED)


async def trust_and_run(hands: Hands, *phases: Phase) -> None:
    await hands.press("F5")
    dialog = await hands.dialog("trust")
    hands.click_button(dialog, "Trust this folder and run")
    await hands.until_phase(*phases)


async def failed_at(hands: Hands, node: str) -> None:
    """F5 on a graph that nobody has trusted yet, until that node has failed and everything says so."""
    await trust_and_run(hands, Phase.FAILED)
    assert look_of(hands, node) is NodeLook.FAILED
    assert hands.window.status.text.startswith(f"{node} failed")
    assert hands.editor.error.isVisible()


async def retried_with_changed_code(hands: Hands) -> None:
    """Retry on the card of the error; the changed code is asked about; until the end."""
    hands.click_button(hands.editor.error, "Retry")
    hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
    await hands.until_phase(Phase.FINISHED)


async def step(hands: Hands) -> None:
    """F10, until the next checkpoint is there and its diff is shown."""
    session, head = hands.editor.session, hands.editor.session.run_state.head
    await hands.press("F10")
    await hands.until(
        lambda: session.run_state.head != head and session.run_state.phase is not Phase.RUNNING, "the next step"
    )
    await hands.until_diff_is_shown()


def diff_view(hands: Hands) -> DiffView:
    return hands.editor.state.findChildren(DiffView)[0]


def changed_keys(diff: StateDiff) -> set[str]:
    return {key.key for key in diff.keys if key.kind != "same"}


def look_of(hands: Hands, node: str) -> NodeLook:
    moment = hands.editor.session.picture.nodes.get(node)
    return moment.look if moment is not None else NodeLook.NOT_REACHED


def ran(hands: Hands) -> tuple[str, ...]:
    """The nodes whose step led to the head."""
    state = hands.editor.session.run_state
    head = state.checkpoints.get(state.head or "")
    return head.ran if head is not None else ()


async def edit_value(hands: Hands, key: str, value: str) -> None:
    """Double-click on the value in the state tree, type, Enter."""
    hands.choose(hands.part(Segmented, hands.editor.state), "State")
    tree = next(tree for tree in hands.editor.state.findChildren(ValueView) if type(tree) is ValueView)
    await hands.until(lambda: tree.isVisible() and tree.view_index((key,)).isValid(), f"the key '{key}'")
    hands.double_click_row(tree, tree.view_index((key,), 1))
    await hands.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field of the value")
    await hands.press("Ctrl+A")
    hands.write(value)
    await hands.press("Return")


def fork_words(hands: Hands) -> str:
    bar = hands.editor.state.findChild(QWidget, "fork bar")
    assert bar is not None
    return str(bar.next_text)
