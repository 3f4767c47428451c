"""The graph asks a human: the run waits, the reply goes in, the graph goes on."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from editor.app.hands import Hands
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from engine.runner.engine_kit import kit_named
from tests.journeys.conftest import Travel
from tests.journeys.steps import diff_view, look_of, open_graph, trust_and_run
from tests.runner.small_graphs import write_graph

pytestmark = pytest.mark.journey


def test_the_escalation_is_answered_and_the_run_ends(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        await open_graph(hands, example_graph)
        hands.click(hands.editor.inputs)
        picker = hands.editor.inputs.picker
        rows = [picker.list.model().index(row, 0) for row in range(picker.list.model().rowCount())]
        hands.click_row(picker.list, next(index for index in rows if "Escalation" in str(index.data())))
        hands.editor.inputs.close_picker()
        await trust_and_run(hands, Phase.WAITING)
        assert look_of(hands, "escalate") is NodeLook.WAITING
        assert hands.window.status.text.startswith("escalate asks")

        await hands.press("F5")  # shows the question, answers nothing
        assert hands.editor.session.run_state.phase is Phase.WAITING
        field = hands.part(QPlainTextEdit, hands.editor.answer)
        await hands.until(field.hasFocus, "the reply field has the focus")
        hands.write("We call you back.")
        hands.click_button(hands.editor.answer, "Send answer")
        await hands.until_phase(Phase.FINISHED)

        await hands.until(lambda: any(key.key == "answer" for key in diff_view(hands).diff.keys), "the answer")
        assert "We call you back." in str(diff_view(hands).diff.to_json())
        assert not hands.editor.answer.isVisible()

    travel(journey)


TWO = """{
  "format": "stategraph", "format_version": "1.0", "name": "two", "state": "STATE:State",
  "nodes": {"ask": {"fn": "NODES:ask"}},
  "edges": [{"from": "__start__", "to": "ask"}, {"from": "ask", "to": "__end__"}]
}"""
TWO_QUESTIONS = """
from engine import interrupt

def ask(state):
    return {"log": [interrupt("Which size?"), interrupt("Which colour?"), interrupt("Anything else?")]}
"""


def is_asked(hands: Hands, question: str) -> bool:
    """The card shows this question, and its field has the keyboard."""
    card = hands.editor.answer
    fields = [field for field in card.findChildren(QPlainTextEdit) if field.isVisible()]
    shown = card.isVisible() and [form.question.value for form in card.forms] == [question]
    return shown and len(fields) == 1 and fields[0].hasFocus()


def test_several_questions_of_one_node_are_answered_without_leaving_the_keyboard(
    travel: Travel, tmp_path: Path
) -> None:
    graph = write_graph(tmp_path, TWO, TWO_QUESTIONS, kit_named("stepgraph"))

    async def journey(hands: Hands) -> None:
        await open_graph(hands, graph)
        hands.editor.inputs.picker.edit.set_text("{}")
        await trust_and_run(hands, Phase.WAITING)
        await hands.press("F5")

        for question, reply in (("Which size?", "S"), ("Which colour?", "red"), ("Anything else?", "no")):
            await hands.until(partial(is_asked, hands, question), f"the keyboard at {question!r}")
            hands.write(reply)
            await hands.press("Ctrl+Return")

        await hands.until_phase(Phase.FINISHED)
        await hands.until(hands.editor.canvas.hasFocus, "the keyboard at the canvas")
        await hands.until(lambda: "red" in str(diff_view(hands).diff.to_json()), "the answers")

    travel(journey)
