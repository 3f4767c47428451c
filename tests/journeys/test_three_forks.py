"""Three forks from one point, each with its own name, and the tree that shows them; compared with one another."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QLineEdit

from editor.app.hands import Hands
from editor.debugger.run_state import Phase
from editor.widgets.segmented import Segmented
from editor.widgets.value_view import ValueView
from tests.journeys.conftest import Travel
from tests.journeys.steps import (
    changed_keys,
    diff_view,
    edit_value,
    fork_words,
    open_graph,
    step,
    trust_and_start_stepping,
)

pytestmark = pytest.mark.journey

FORKS = (
    ("technical", "plan_search", "as a technical case"),
    ("general", "answer_general", "as a general one"),
    ("escalate", "escalate", "to a human"),
)
"""The intent, where it leads, the name of the fork."""


def test_three_forks_from_one_point_have_names_and_lanes(travel: Travel, example_graph: Path) -> None:
    async def journey(hands: Hands) -> None:
        session, timeline = hands.editor.session, hands.editor.timeline
        await open_graph(hands, example_graph)
        await trust_and_start_stepping(hands)
        await step(hands)
        point = session.run_state.head
        await step(hands)

        for intent, target, name in FORKS:
            row = timeline.rows.row_of(point)
            assert row is not None
            hands.click_row(timeline.view, timeline.rows.index(row, 1))
            await hands.until(lambda: session.focus.shown_id(session.run_state) == point, "the point to fork from")
            hands.choose(hands.part(Segmented, hands.editor.state), "State")
            tree = next(view for view in hands.editor.state.findChildren(ValueView) if type(view) is ValueView)
            await hands.until(lambda tree=tree: tree.view_index(("intent",), 1).data() == "'billing'", "its state")
            await edit_value(hands, "intent", intent)
            wanted = f"Next will be {target}"
            await hands.until(lambda wanted=wanted: wanted in fork_words(hands), "where the fork would lead")
            before = session.run_state.head
            hands.click_button(hands.editor.state, "Fork and step")
            await hands.until(
                lambda before=before: (
                    session.run_state.head != before and session.run_state.phase in (Phase.PAUSED, Phase.WAITING)
                ),
                f"the fork {name}",
            )
            await hands.press("F2")
            await hands.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field of the name")
            hands.write(name)
            await hands.press("Return")
            await hands.until(
                lambda name=name: name in {branch.name for branch in session.run_state.branches}, f"the name {name}"
            )

        rows = range(timeline.rows.rowCount())
        chips = [timeline.rows.branch_chip(row) for row in rows]
        assert [chip for chip in chips if chip] == [name for _intent, _target, name in FORKS]
        forked = [timeline.rows.checkpoint(row) for row in rows if timeline.rows.branch_chip(row)]
        assert {row.parent_id for row in forked} == {point}
        lanes = {timeline.rows.lanes.rows[timeline.rows.place(row)].lane for row in rows if chips[row]}
        assert len(lanes) == 3 and timeline.rows.lanes.count == 4

        box = hands.editor.state.compare.box
        box.showPopup()
        box.hidePopup()
        assert any("as a technical case" in box.itemText(i) for i in range(box.count()))
        hands.choose(hands.part(Segmented, hands.editor.state), "Diff")
        place = next(i for i in range(box.count()) if "as a technical case" in box.itemText(i))
        box.setCurrentIndex(place)
        box.activated.emit(place)
        await hands.until(lambda: "intent" in changed_keys(diff_view(hands).diff), "the difference to another fork")

    travel(journey)
