"""Into a subgraph and out of it by keyboard: the canvas shows the level where the run stops, and what is next there."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from editor.app.hands import Hands
from editor.debugger.breakpoints import Breakpoint
from editor.debugger.run_picture import NodeLook
from editor.debugger.run_state import Phase
from editor.panels.inside_card import InsideCard
from tests.journeys.conftest import Travel
from tests.journeys.steps import changed_keys, open_graph
from tests.journeys.test_deciding_by_hand import shown_in_bar
from tests.runner.small_graphs import write_graph
from tests.runner.test_inside import GRAPH, INNER, NODES, STATE

pytestmark = pytest.mark.journey


async def until_paused(hands: Hands, keys: str, *within: str) -> None:
    """Presses the key and waits until the run rests within that subgraph."""
    session, before = hands.editor.session, hands.editor.session.run_state
    await hands.press(keys)
    await hands.until(
        lambda: (
            session.run_state is not before
            and session.run_state.phase is Phase.PAUSED
            and (within in session.stopped_within or not (within or session.stopped_within))
            and (session.run_state.inside, session.run_state.head) != (before.inside, before.head)
        ),
        f"a pause within {within}",
    )
    await hands.settle()


def keys_of(card: InsideCard) -> list[str]:
    model = card.state.model_of_state
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def inner_look(hands: Hands, node: str) -> NodeLook:
    return hands.editor.session.picture.inside[hands.editor.history.path].nodes[node].look


def test_a_subgraph_is_stepped_into_and_out_of(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "nested"
    folder.mkdir()
    text = GRAPH.replace("INNER_GRAPH", INNER).replace("KIND", "")
    graph = write_graph(folder, text, NODES, state=STATE)

    async def journey(hands: Hands) -> None:
        session, level = hands.editor.session, hands.editor.history
        await open_graph(hands, graph)
        hands.editor.inputs.picker.edit.set_text('{"topic": "x"}')
        await hands.press("F10")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until_phase(Phase.PAUSED)
        assert not {"debug.into", "debug.out"} & shown_in_bar(hands)
        await until_paused(hands, "F10")
        assert {"debug.into", "debug.out"} <= shown_in_bar(hands)

        await until_paused(hands, "F11", "s")
        assert level.path == ("s",)
        assert inner_look(hands, "i") is NodeLook.NEXT
        assert (session.picture.nodes["s"].inside, session.picture.nodes["s"].inside_done) == ("i", (0, 3))
        assert hands.window.status.text.startswith("Paused in s and 1 more before i")
        card = hands.part(InsideCard)
        assert (card.which.currentText(), card.title.full_text) == ("s", "before i")
        await hands.until(lambda: keys_of(card) == ["topic", "log"], "the state of the subgraph")
        await until_paused(hands, "F10", "s")
        assert (inner_look(hands, "i"), inner_look(hands, "deep")) == (NodeLook.DONE, NodeLook.NEXT)
        await until_paused(hands, "F11", "s", "deep")
        assert level.path == ("s", "deep")
        assert inner_look(hands, "k") is NodeLook.NEXT
        await hands.until(lambda: card.which.currentText() == "s / deep", "the card to show the subgraph stepped into")
        await until_paused(hands, "Shift+F11", "s")
        assert level.path == ("s",)
        assert inner_look(hands, "j") is NodeLook.NEXT
        shown = lambda: (card.which.currentText(), card.title.full_text)  # noqa: E731
        await hands.until(lambda: shown() == ("s", "before j"), "the card to show where the run is now")
        await until_paused(hands, "Shift+F11")
        assert level.path == ()
        assert session.picture.nodes["z"].look is NodeLook.NEXT
        assert card.title.full_text == "at its end"  # the card of s is selected, so what ran in it stays in sight

        await hands.press("F5")
        await hands.until_phase(Phase.FINISHED)

    travel(journey)


def test_a_breakpoint_is_set_inside_by_key_and_holds_there(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "nested"
    folder.mkdir()
    graph = write_graph(folder, GRAPH.replace("INNER_GRAPH", INNER).replace("KIND", ""), NODES, state=STATE)

    async def journey(hands: Hands) -> None:
        session, level = hands.editor.session, hands.editor.history
        await open_graph(hands, graph)
        hands.editor.inputs.picker.edit.set_text('{"topic": "x"}')
        hands.editor.levels.go_to(("u",), "j")
        QTest.keyClick(hands.editor.canvas, Qt.Key.Key_F9)
        assert [(each.node, each.within) for each in session.breakpoint_list] == [("j", ("u",))]
        hands.editor.levels.go_to((), None)

        await hands.press("F5")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until_phase(Phase.PAUSED)

        assert session.run_state.pause_reason == "breakpoint before 'j' in 'u'"
        assert level.path == ("u",)
        assert inner_look(hands, "j") is NodeLook.NEXT

    travel(journey)


def test_breakpoints_inside_are_kept_in_the_local_file(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "nested"
    folder.mkdir()
    graph = write_graph(folder, GRAPH.replace("INNER_GRAPH", INNER).replace("KIND", ""), NODES, state=STATE)
    wanted = Breakpoint("", node="k", within=("s", "deep"), condition="True")

    async def first(hands: Hands) -> None:
        await open_graph(hands, graph)
        hands.editor.session.add_breakpoint(wanted)

    async def second(hands: Hands) -> None:
        await open_graph(hands, graph)
        (found,) = hands.editor.session.breakpoint_list
        assert (found.node, found.within, found.condition) == ("k", ("s", "deep"), "True")

    travel(first)
    travel(second)


def test_a_past_step_shows_what_ran_in_its_subgraph(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "nested"
    folder.mkdir()
    graph = write_graph(folder, GRAPH.replace("INNER_GRAPH", INNER).replace("KIND", ""), NODES, state=STATE)

    async def first(hands: Hands) -> None:
        await open_graph(hands, graph)
        hands.editor.inputs.picker.edit.set_text('{"topic": "x"}')
        await hands.press("F5")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until_phase(Phase.FINISHED)

    async def second(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, graph)
        session.open_thread()
        await hands.until_phase(Phase.FINISHED)
        card = hands.window.findChildren(InsideCard)[0]
        assert not card.isVisible()

        hands.editor.levels.go_to(("s",), None)
        await hands.until(lambda: ("s",) in session.picture.inside, "what ran in s")
        assert {inner_look(hands, node) for node in ("i", "deep", "j")} == {NodeLook.DONE}
        assert [card.steps.itemText(each) for each in range(card.steps.count())] == [
            "Step 0 · begins",
            "Step 1 · i ran",
            "Step 2 · deep ran",
            "Step 3 · j ran",
        ]
        QTest.keyClick(card.steps, Qt.Key.Key_Up)
        QTest.keyClick(card.steps, Qt.Key.Key_Up)
        assert (inner_look(hands, "i"), inner_look(hands, "deep")) == (NodeLook.DONE, NodeLook.NEXT)
        assert card.title.full_text == "before deep"
        hands.choose(card.switch, "Diff")
        await hands.until(lambda: changed_keys(card.state.diff.diff) == {"log"}, "the difference of the step inside")
        hands.editor.levels.go_to((), "a")
        ran = [row for row in session.run_state.checkpoints.values() if row.ran == ("s", "u")]
        session.look_at(ran[0].id)
        hands.editor.levels.go_to(("s", "deep"), None)
        await hands.until(lambda: card.isVisible() and card.which.currentText() == "s / deep", "what ran in s / deep")
        assert {inner_look(hands, node) for node in ("k", "l")} == {NodeLook.DONE}
        assert "run to its end" in session.why_not_edit_inside(card.which.currentData(), card.steps.currentData())

    travel(first)
    travel(second)


def test_a_value_is_edited_where_the_run_stopped_inside(travel: Travel, tmp_path: Path) -> None:
    folder = tmp_path / "nested"
    folder.mkdir()
    graph = write_graph(folder, GRAPH.replace("INNER_GRAPH", INNER).replace("KIND", ""), NODES, state=STATE)

    async def journey(hands: Hands) -> None:
        session = hands.editor.session
        await open_graph(hands, graph)
        hands.editor.inputs.picker.edit.set_text('{"topic": "x"}')
        await hands.press("F10")
        hands.click_button(await hands.dialog("trust"), "Trust this folder and run")
        await hands.until_phase(Phase.PAUSED)
        await until_paused(hands, "F10")
        await until_paused(hands, "F11", "s")
        card = hands.part(InsideCard)
        tree = card.state.tree
        await hands.until(lambda: tree.view_index(("topic",)).isValid(), "the key 'topic'")
        before = session.run_state.inside[card.which.currentData()].head

        hands.double_click_row(tree, tree.view_index(("topic",), 1))
        await hands.until(lambda: isinstance(QApplication.focusWidget(), QLineEdit), "the field of the value")
        await hands.press("Ctrl+A")
        hands.write("mine")
        await hands.press("Return")

        await hands.until(
            lambda: (
                session.run_state.phase is Phase.PAUSED
                and session.run_state.inside[card.which.currentData()].head != before
            ),
            "the edited checkpoint",
        )
        assert card.title.full_text == "before i"
        assert card.steps.currentText().endswith("edited by hand")
        await hands.until(lambda: "mine" in str(tree.view_index(("topic",), 1).data()), "the new value")
        await hands.press("F5")
        await hands.until_phase(Phase.FINISHED)

    travel(journey)
