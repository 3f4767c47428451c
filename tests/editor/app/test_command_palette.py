"""The palette finds actions by pieces of their names and does what was chosen."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from editor.app.action_registry import ActionRegistry
from editor.app.actions import ACTIONS
from editor.app.command_palette import PALETTES, Choice, CommandPalette, action_choices, fuzzy_rank
from editor.app.situation import Situation


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def palette(window: QWidget, done: list[str]) -> CommandPalette:
    registry = ActionRegistry(window)
    registry.connect_handlers({row.id: (lambda id=row.id: done.append(id)) for row in ACTIONS}, window)
    registry.update_for(Situation(has_graph=True, may=lambda verb: verb == "run", has_input=True))
    palette = CommandPalette(window)
    palette.open_with(action_choices(registry), "What would you like to do?")
    return palette


def test_without_a_word_everything_is_listed_and_what_can_be_done_comes_first(palette: CommandPalette) -> None:
    found = palette.found()

    assert len(found) == len(ACTIONS) - len(PALETTES)
    assert found.index("file.open") < found.index("debug.stop")


def test_pieces_of_the_name_find_it(palette: CommandPalette, qtbot: Any) -> None:
    qtbot.keyClicks(palette.field, "sav as")

    assert palette.found()[0] == "file.save_as"


def test_enter_does_what_is_selected_and_closes(palette: CommandPalette, qtbot: Any, done: list[str]) -> None:
    qtbot.keyClicks(palette.field, "dark")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert done == ["view.theme_dark"]
    assert not palette.isVisible()


def test_arrows_choose_another_one(palette: CommandPalette, qtbot: Any, done: list[str]) -> None:
    first, second = palette.found()[:2]
    qtbot.keyClick(palette.field, Qt.Key.Key_Down)
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert done == [second]
    assert first != second


def test_what_cannot_be_done_now_is_shown_and_not_done(palette: CommandPalette, qtbot: Any, done: list[str]) -> None:
    qtbot.keyClicks(palette.field, "stop")
    assert palette.found()[0] == "debug.stop"
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert done == []


def test_where_nothing_fits_that_is_said_and_enter_does_nothing(
    palette: CommandPalette, qtbot: Any, done: list[str]
) -> None:
    qtbot.keyClicks(palette.field, "qqq")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert palette.list.model().index(0, 0).data() == "Nothing is called so"
    assert palette.list.model().rowCount() == 1
    assert done == [] and palette.isVisible()


def test_escape_closes_and_gives_the_focus_back(palette: CommandPalette, qtbot: Any, done: list[str]) -> None:
    qtbot.keyClick(palette.field, Qt.Key.Key_Escape)

    assert not palette.isVisible()
    assert done == []


@pytest.mark.parametrize(
    ("better", "worse", "wanted"),
    [
        ("Save", "Save as", "save"),
        ("Step", "Show the last step", "step"),
        ("Zoom in", "Fit in zoom", "zoom"),
        ("Open", "Breakpoints", "op"),
    ],
)
def test_the_closer_name_ranks_first(better: str, worse: str, wanted: str) -> None:
    good, bad = fuzzy_rank(wanted, better), fuzzy_rank(wanted, worse)

    assert good is not None
    assert bad is None or good < bad


def test_letters_that_are_not_there_find_nothing() -> None:
    assert fuzzy_rank("xyz", "Save") is None


def test_other_things_than_actions_can_be_found_too(window: QWidget, qtbot: Any) -> None:
    gone_to: list[str] = []
    palette = CommandPalette(window)
    nodes = ("classify", "answer_billing")
    palette.open_with([Choice(name, name, lambda name=name: gone_to.append(name)) for name in nodes], "Which node?")

    qtbot.keyClicks(palette.field, "bill")
    qtbot.keyClick(palette.field, Qt.Key.Key_Return)

    assert gone_to == ["answer_billing"]


def test_with_nothing_typed_all_fit_equally_so_that_their_order_stays() -> None:
    assert fuzzy_rank("", "Save") == fuzzy_rank(" ", "New from template…")
