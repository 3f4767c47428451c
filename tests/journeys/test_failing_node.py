"""A node raises: the error is shown at the node, the code is mended outside, the run goes on with the mended code."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from editor.app.hands import Hands
from editor.app.run_control import RunControl
from engine.runner import client
from tests.journeys.conftest import Travel
from tests.journeys.steps import failed_at, open_graph, ran, retried_with_changed_code

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("runner", ["that ends at once", "that takes long to end"])
def test_a_failed_node_is_mended_and_tried_again(
    travel: Travel, example_graph: Path, example_folder: Path, monkeypatch: pytest.MonkeyPatch, runner: str
) -> None:
    if runner == "that takes long to end":
        monkeypatch.setattr(client, "kill_orphans", lambda mark: time.sleep(0.5))
        monkeypatch.setattr(RunControl.end_run, "__defaults__", (0.05,))  # how long others wait for it
    nodes = example_folder / "nodes.py"
    good = nodes.read_text()
    nodes.write_text(good.replace("    draft = model.describe_invoices(", "    draft = model.describe_invoice("))
    assert nodes.read_text() != good

    async def journey(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, example_graph)
        await failed_at(hands, "answer_billing")
        assert session.run_state.error is not None
        assert "describe_invoice" in session.run_state.error.message
        head = session.run_state.head

        nodes.write_text(good)
        await retried_with_changed_code(hands)

        assert ran(hands) == ("format",)
        assert head in session.run_state.checkpoints
        assert not hands.editor.error.isVisible()

    travel(journey)
