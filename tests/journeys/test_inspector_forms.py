"""The inspector's forms: a node gets a retry, the state a key with a reducer; both are saved, and the graph runs so."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QWidget

from editor.app.hands import Hands
from engine.graph.graph_file import read_graph
from engine.graph.node_options import RetrySpec
from tests.journeys.conftest import Travel
from tests.journeys.steps import changed_keys, diff_view, open_graph, ran, step, trust_and_start_stepping

pytestmark = pytest.mark.journey


def named(hands: Hands, name: str) -> QWidget:
    (found,) = [w for w in hands.window.findChildren(QWidget) if w.accessibleName() == name and w.isVisible()]
    return found


async def type_into(hands: Hands, name: str, text: str) -> None:
    named(hands, name).setFocus()
    await hands.press("Ctrl+A")
    hands.write(text)
    await hands.press("Return")
    await hands.settle()


async def unfold(hands: Hands, *names: str) -> None:
    for name in names:
        header = named(hands, name)
        header.setFocus()
        await hands.press("Space")
        await hands.settle()


def test_a_retry_and_a_state_key_are_given_by_the_forms_saved_and_run(travel: Travel, example_graph: Path) -> None:
    nodes = example_graph.parent / "nodes.py"
    broken_once = (
        "_calls = []\n\n\ndef _classify_later(state):\n    _calls.append(1)\n    if len(_calls) == 1:\n"
        "        raise ConnectionError('not yet')\n"
        "    return {**classify(state), 'tries': [len(_calls)]}\n"
    )

    async def journey(hands: Hands) -> None:
        canvas, history = hands.editor.canvas, hands.editor.history
        await open_graph(hands, example_graph)

        hands.click_scene(canvas.node_rect("classify").center())
        await hands.settle()
        await type_into(hands, "Function of the node", "nodes:_classify_later")
        await unfold(hands, "Options", "Retry")
        add = next(b for b in hands.window.findChildren(QAbstractButton) if b.text() == "Add retry" and b.isVisible())
        add.setFocus()
        await hands.press("Space")
        await hands.settle()
        await type_into(hands, "Retry, First wait", "0.01")
        assert history.document.graph.nodes["classify"].retry == (RetrySpec(initial_interval=0.01),)

        await hands.press("Ctrl+Alt+K")
        await hands.settle()
        await type_into(hands, "New key of the state", "tries: list[int]")
        reducer = named(hands, "Reducer of key tries")
        assert isinstance(reducer, QComboBox)
        reducer.setFocus()
        await hands.press("Down")
        await hands.settle()
        await hands.press("Ctrl+S")
        await hands.until(lambda: not history.is_modified, "the save")

        assert read_graph(example_graph).nodes["classify"].retry == (RetrySpec(initial_interval=0.01),)
        assert "    tries: Annotated[list[int], operator.add]\n" in (example_graph.parent / "state.py").read_text()

        await trust_and_start_stepping(hands)
        await step(hands)
        assert ran(hands) == ("classify",)
        assert "tries" in changed_keys(diff_view(hands).diff)

    nodes.write_text(nodes.read_text(encoding="utf-8") + "\n\n" + broken_once, encoding="utf-8")
    travel(journey)
