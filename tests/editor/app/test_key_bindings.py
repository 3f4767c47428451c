"""Keys can be given, taken and given back, and no two actions ever share one."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from editor.app.actions import ACTIONS, Scope, action
from editor.app.key_bindings import KeyBindings, sound_bindings, why_not_key


def shared_keys(bindings: KeyBindings) -> set[str]:
    count = Counter(key for row in ACTIONS for key in bindings.of(row.id))
    return {key for key, owners in count.items() if owners > 1}


def test_without_choices_the_keys_are_those_of_the_table_and_none_is_shared() -> None:
    assert KeyBindings().of("debug.run") == ("F5",)
    assert shared_keys(KeyBindings()) == set()


def test_a_free_key_replaces_those_of_the_action() -> None:
    bindings = KeyBindings().give("debug.run", "Ctrl+R")

    assert bindings.of("debug.run") == ("Ctrl+R",)
    assert bindings.owner("F5") is None


def test_a_taken_key_is_taken_away_and_only_that_one() -> None:
    bindings = KeyBindings().give("debug.run", "Ctrl+Y")

    assert bindings.of("edit.redo") == ("Ctrl+Shift+Z",)
    assert bindings.owner("Ctrl+Y") == "debug.run"


def test_a_reset_gives_back_what_nobody_else_has_now() -> None:
    bindings = KeyBindings().give("debug.run", "Ctrl+Y").reset("edit.redo")

    assert bindings.of("edit.redo") == ("Ctrl+Shift+Z",)
    assert bindings.reset("debug.run").reset("edit.redo") == KeyBindings()


def test_the_own_key_given_again_changes_nothing() -> None:
    assert KeyBindings().give("debug.run", "F5") == KeyBindings()


def test_an_action_may_have_no_key() -> None:
    bindings = KeyBindings().without_keys("debug.run")

    assert bindings.of("debug.run") == ()
    assert bindings.is_changed("debug.run")


@pytest.mark.parametrize("seed", range(20))
def test_whatever_is_given_and_reset_no_key_is_shared_and_the_settings_bring_it_back(seed: int) -> None:
    chance = random.Random(seed)
    ids, keys = [row.id for row in ACTIONS], ["F5", "F9", "Ctrl+S", "Ctrl+Y", "Ctrl+R", "Tab", "1"]
    bindings = KeyBindings()
    for _ in range(60):
        id = chance.choice(ids)
        change = chance.choice(["give", "give", "without_keys", "reset"])
        bindings = bindings.give(id, chance.choice(keys)) if change == "give" else getattr(bindings, change)(id)

        assert shared_keys(bindings) == set()
    assert sound_bindings(bindings.chosen) == bindings


def test_kept_keys_that_clash_with_a_newer_table_go_before_it() -> None:
    bindings = sound_bindings({"debug.run": ("Ctrl+S",), "of.another.version": ("Ctrl+S", "x")})

    assert bindings.of("debug.run") == ("Ctrl+S",)
    assert bindings.of("file.save") == ()
    assert bindings.chosen["of.another.version"] == ("Ctrl+S", "x")


@pytest.mark.parametrize("key", ["Ctrl+R", "F7", "Alt+Right", "Ctrl+Space", "Ctrl++", "Shift+F1"])
def test_usual_keys_can_be_given_to_any_action(key: str) -> None:
    assert why_not_key(key, Scope.WINDOW) == ""


@pytest.mark.parametrize("key", ["R", "Shift+R", "5", "Return", "Left", "Space", "Tab", "+", "Ctrl+K, Ctrl+S"])
def test_keys_that_people_type_and_move_with_cannot_be_given_to_the_window(key: str) -> None:
    assert why_not_key(key, Scope.WINDOW).endswith(".")


def test_a_letter_can_be_given_to_the_canvas() -> None:
    assert why_not_key("F", Scope.CANVAS) == ""
    assert why_not_key("Left", Scope.CANVAS) != ""
    assert action("view.fit").scope is Scope.CANVAS
