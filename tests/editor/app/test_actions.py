"""The table of actions: complete, without clashes, and honest about what can be done."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from PySide6.QtGui import QKeySequence

from editor.app.actions import ACTIONS, ActionRow, Scope, action, tooltip
from editor.app.main_menus import MENUS, actions_in
from editor.app.situation import Situation
from editor.debugger.legal_moves import PHASES_OF_VERB, allows
from editor.debugger.run_state import Phase
from editor.theme.icons import GLYPHS


def in_phase(phase: Phase, **facts: object) -> Situation:
    now = Situation(has_graph=True, has_input=True, may=lambda verb: allows(phase, verb), phase=phase)
    return replace(now, **facts)


def test_every_action_has_its_own_id_and_a_text() -> None:
    ids = [row.id for row in ACTIONS]

    assert len(ids) == len(set(ids))
    assert all(row.text and "." in row.id for row in ACTIONS)


def test_no_key_stands_for_two_things() -> None:
    keys = [QKeySequence(key).toString() for row in ACTIONS for key in row.keys]

    assert len(keys) == len(set(keys))
    assert all(keys), "each spelling is one that Qt understands"


def test_single_letters_and_digits_act_only_on_the_canvas() -> None:
    for row in ACTIONS:
        if any(len(key) == 1 or key in ("Tab", "Del", "F2") for key in row.keys):
            assert row.scope is Scope.CANVAS, row.id


def test_every_icon_is_one_of_the_family() -> None:
    assert {row.icon for row in ACTIONS if row.icon} <= GLYPHS.keys()


def test_every_action_stands_in_exactly_one_menu() -> None:
    in_menus = [id for _, ids in MENUS for id in actions_in(ids)]

    assert sorted(in_menus) == sorted(row.id for row in ACTIONS)


def test_the_keys_of_the_debugger_are_those_that_users_know() -> None:
    keys = {row.id: row.keys[0] for row in ACTIONS if row.id.startswith("debug.") and row.keys}

    assert keys["debug.run"] == "F5"
    assert keys["debug.stop"] == "Shift+F5"
    assert keys["debug.restart"] == "Ctrl+Shift+F5"
    assert keys["debug.pause"] == "F6"
    assert keys["debug.breakpoint"] == "F9"
    assert keys["debug.step"] == "F10"
    assert keys["debug.back"] == "Alt+F10"


def test_no_key_is_one_that_linux_takes_for_its_consoles() -> None:
    """Ctrl+Alt+F1 to F12 leave the desktop for a text console, whatever has the keyboard."""
    keys = [key for row in ACTIONS for key in row.keys]

    assert not [key for key in keys if re.fullmatch(r"Ctrl\+Alt\+(Shift\+)?F\d+", key)]


def test_a_tooltip_names_the_key() -> None:
    assert tooltip(action("debug.step"), ("F10",), "Step (2 nodes)").startswith("Step (2 nodes) (F10)\n")


@pytest.mark.parametrize("row", ACTIONS, ids=lambda row: row.id)
@pytest.mark.parametrize("phase", Phase, ids=lambda phase: phase.value)
def test_every_condition_and_text_can_be_asked_in_every_phase(row: ActionRow, phase: Phase) -> None:
    now = in_phase(phase)

    assert row.enabled(now) in (True, False)
    assert row.text_now is None or row.text_now(now)


def test_f5_continues_answers_tries_again_or_runs() -> None:
    texts = {phase: action("debug.run").text_now(in_phase(phase)) for phase in Phase}  # type: ignore[misc]  # it has one

    assert texts[Phase.NO_RUN] == "Run"
    assert texts[Phase.PAUSED] == "Continue"
    assert texts[Phase.WAITING] == "Answer"
    assert texts[Phase.FAILED] == "Try again"
    assert texts[Phase.FINISHED] == "Run"


def test_step_says_how_many_nodes_run_together() -> None:
    text = action("debug.step").text_now
    assert text is not None

    assert text(in_phase(Phase.PAUSED, due_together="2 nodes")) == "Step (2 nodes)"
    assert text(in_phase(Phase.PAUSED, due_together="")) == "Step"


def test_without_a_graph_only_files_views_and_help_can_be_used() -> None:
    usable = {row.id for row in ACTIONS if row.enabled(Situation())}

    assert not any(id.startswith(("edit.", "debug.")) for id in usable)
    assert {"file.open", "view.palette", "help.keys"} <= usable


def test_nothing_can_be_edited_while_the_graph_is_locked() -> None:
    locked = in_phase(Phase.PAUSED, locked_reason="A run exists.", selected_nodes=1)

    assert not any(action(id).enabled(locked) for id in ("edit.add_node", "edit.delete", "edit.rename", "edit.tidy"))


def test_every_verb_that_an_action_asks_for_is_known() -> None:
    asked: set[str] = set()
    now = replace(Situation(), has_graph=True, has_input=True, may=lambda verb: bool(asked.add(verb)))

    for row in ACTIONS:
        row.enabled(now)

    assert asked <= PHASES_OF_VERB.keys()
    assert {"run", "resume", "step", "stop", "pause", "restart"} <= asked
