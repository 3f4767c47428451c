"""A whole session of debugging without the mouse: run, break, step, look back, lead elsewhere, skip, answer, stop."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from editor.app.hands import Hands
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from tests.journeys.building import TRUST, tab_to_button
from tests.journeys.conftest import Travel
from tests.journeys.steps import look_of, open_graph, ran

pytestmark = pytest.mark.journey


async def trust(hands: Hands) -> None:
    await tab_to_button(hands, await hands.dialog("trust"), TRUST)
    await hands.press("Space")


async def go_to_node(hands: Hands, node: str) -> None:
    await hands.press("Ctrl+P")
    hands.write(node)
    await hands.press("Return")
    await hands.until(lambda: hands.editor.canvas.selected_nodes() == {node}, f"{node} selected")


async def until_elsewhere(hands: Hands, head: str | None, *phases: Phase) -> None:
    session = hands.editor.session
    await hands.until(
        lambda: session.run_state.head != head and session.run_state.phase in phases, f"another moment than {head}"
    )


def test_a_run_is_debugged_without_the_mouse(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, example_graph)

        await go_to_node(hands, "execute_query")
        await hands.press("F9")
        assert session.breakpoints == {"execute_query"}
        await hands.press("F5")
        await trust(hands)
        await hands.until_phase(Phase.PAUSED)
        assert look_of(hands, "execute_query") is NodeLook.NEXT

        held = session.run_state.head
        await hands.press("Alt+Left")
        await hands.until(lambda: session.focus.in_past(session.run_state), "the step before")
        await hands.press("Alt+End")
        assert not session.focus.in_past(session.run_state)

        await hands.press("F10")
        await until_elsewhere(hands, held, Phase.PAUSED)
        assert ran(hands) == ("execute_query",)

        decided = session.run_state.head
        await hands.press("Ctrl+Alt+B")
        hands.write("give up")
        await hands.press("Return")
        dialog = await hands.dialog("force branch")
        await hands.until(lambda: "Next will be escalate" in dialog.next_text, "where it leads")  # type: ignore[attr-defined]  # of ForceDialog
        await hands.press("Return")
        await until_elsewhere(hands, decided, Phase.PAUSED)
        assert look_of(hands, "escalate") is NodeLook.NEXT

        await hands.press("F5")
        await hands.until_phase(Phase.WAITING)
        await hands.press("F5")
        await hands.until(lambda: hands.editor.answer.isAncestorOf(QApplication.focusWidget()), "the reply field")
        hands.write("We call you today.")
        await hands.press("Ctrl+Return")
        await hands.until_phase(Phase.FINISHED)
        assert ran(hands) == ("format",)

        await hands.press("Ctrl+Shift+F5")
        await until_elsewhere(hands, session.run_state.head, Phase.PAUSED)
        assert session.run_state.pause_reason == "breakpoint before 'execute_query'"
        await go_to_node(hands, "execute_query")
        await hands.press("F9")
        assert session.breakpoints == frozenset()
        await go_to_node(hands, "format")
        await hands.press("Ctrl+F10")
        await hands.until(lambda: look_of(hands, "format") is NodeLook.NEXT, "a pause before format")
        await hands.until_phase(Phase.PAUSED)
        await hands.press("Shift+F5")
        await hands.until_phase(Phase.STOPPED)

    travel(journey)
