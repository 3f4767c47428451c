"""A node takes the runner's process down: it is shown failed with the cause, the code is mended, the run goes on."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from editor.app.hands import Hands
from tests.journeys.conftest import Travel
from tests.journeys.steps import failed_at, open_graph, ran, retried_with_changed_code

pytestmark = [pytest.mark.journey, pytest.mark.skipif(sys.platform == "win32", reason="signals")]

DEATHS = {
    "SIGSEGV": "import ctypes; ctypes.string_at(0)",
    "Exit code 3": "import os; os._exit(3)",
    "SIGKILL": "import os; os.kill(os.getpid(), 9)",  # as the system does when memory runs out
}
PLACE = "    draft = model.describe_invoices("


@pytest.mark.parametrize(("cause", "body"), DEATHS.items(), ids=DEATHS)
def test_a_node_that_ends_its_process_has_failed_and_is_tried_again(
    travel: Travel, example_graph: Path, example_folder: Path, cause: str, body: str
) -> None:
    nodes = example_folder / "nodes.py"
    good = nodes.read_text()
    nodes.write_text(good.replace(PLACE, f"    {body}\n{PLACE}"))
    assert nodes.read_text() != good

    async def journey(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, example_graph)
        await failed_at(hands, "answer_billing")
        error, head = session.run_state.error, session.run_state.head
        assert error is not None
        assert (error.kind, error.node) == (cause, "answer_billing")
        assert "ended while answer_billing ran." in error.message

        nodes.write_text(good)
        await retried_with_changed_code(hands)
        assert ran(hands) == ("format",)
        assert head in session.run_state.checkpoints
        assert not hands.editor.error.isVisible()

    travel(journey)
