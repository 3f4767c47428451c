"""What is kept of runs, in the real window: a step is tagged, a branch deleted, old steps go, room is given back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLineEdit

from editor.app.hands import Hands
from editor.app.run_files import RunFiles
from editor.debugger.run_state import Phase
from editor.panels.thread_model import SIZE_ROLE
from tests.journeys.conftest import Travel
from tests.journeys.steps import open_graph, trust_and_run
from tests.journeys.test_code_changes_outside import GRAPH, NODES
from tests.runner.small_graphs import write_graph

pytestmark = pytest.mark.journey


def test_a_branch_that_led_nowhere_and_old_steps_go_and_what_is_tagged_stays(travel: Travel, tmp_path: Path) -> None:
    graph = write_graph(tmp_path, GRAPH, NODES)

    async def journey(hands: Hands) -> None:
        editor, session, timeline = hands.editor, hands.editor.session, hands.editor.timeline
        await open_graph(hands, graph)
        await trust_and_run(hands, Phase.FINISHED)
        first_line = list(session.run_state.checkpoints)
        tagged = first_line[1]

        row = timeline.rows.row_of(tagged)
        assert row is not None
        hands.click_row(timeline.view, timeline.rows.index(row, 1))
        await hands.press("Ctrl+Shift+F2")
        timeline.view.findChildren(QLineEdit)[0].setText("good")
        await hands.press("Return")
        await hands.until(lambda: session.run_state.checkpoints[tagged].tags == ("good",), "the tag")

        session.fork(tagged, {}, None, "resume")

        def is_branch_at_its_end() -> bool:
            state = session.run_state
            head = state.checkpoints.get(state.head) if state.head not in (None, *first_line) else None
            return len(state.branches) == 2 and state.phase is Phase.FINISHED and head is not None and not head.next

        await hands.until(is_branch_at_its_end, "the branch")
        head = timeline.rows.row_of(session.run_state.head)
        assert head is not None
        hands.click_row(timeline.view, timeline.rows.index(head, 1))
        await hands.press("Delete")
        await hands.until(timeline.question.isVisible, "the question")
        assert timeline.question.words.startswith("Delete “branch 2” for good, ")
        hands.click_button(timeline.question, "Delete")
        await hands.until(
            lambda: list(session.run_state.checkpoints) == first_line and len(session.run_state.branches) == 1,
            "the branch to be gone",
        )
        assert session.run_state.phase is Phase.FINISHED

        hands.window.show_dock(hands.window.threads_dock)
        threads = editor.threads
        await hands.until(lambda: threads.rows.rowCount() == 1, "the list of runs")
        await hands.until(lambda: threads.rows.index(0, 0).data(SIZE_ROLE), "its size")
        threads.ask_to_prune()
        threads.keep_count.setValue(1)
        forget = threads.prune_question.deed_button
        await hands.until(lambda: forget.isEnabled() and "Counting" not in threads.prune_question.words, "the count")
        hands.click(forget)
        await hands.until(
            lambda: list(session.run_state.checkpoints) == [tagged, first_line[-1]], "the old steps to be gone"
        )
        assert session.run_state.checkpoints[tagged].tags == ("good",)

        told: list[object] = []
        session.give_room_back(told.append)
        await hands.until(lambda: told, "the room to be given back")
        seen: list[object] = []
        session.read_state(first_line[-1], (), seen.append)
        await hands.until(lambda: seen, "the state of what stayed")

    travel(journey)


def test_a_run_that_is_not_shown_is_exported_from_the_list(travel: Travel, tmp_path: Path) -> None:
    graph, file = write_graph(tmp_path, GRAPH, NODES), tmp_path / "sent.run.jsonl"

    async def journey(hands: Hands) -> None:
        await open_graph(hands, graph)
        await trust_and_run(hands, Phase.FINISHED)
        shown = hands.editor.session.run_state.thread_id
        hands.editor.session.run({})
        await hands.until(
            lambda: (
                hands.editor.session.run_state.thread_id != shown
                and hands.editor.session.run_state.phase is Phase.FINISHED
            ),
            "the second run",
        )
        hands.window.show_dock(hands.window.threads_dock)
        threads = hands.editor.threads
        await hands.until(lambda: threads.rows.rowCount() == 2, "the list of runs")
        hands.click_row(threads.view, threads.rows.index(1, 0))

        threads.export_current()

        (await hands.dialog("export run")).reject()
        await hands.settle()
        hands.editor.tasks.start(RunFiles(hands.editor).export(file, thread=shown))
        hands.click_button(await hands.dialog("export run"), "Export…")
        await hands.until(file.exists, "the exported run")
        assert json.loads(file.read_text().splitlines()[0])["thread_id"] == shown

    travel(journey)
