"""Edits that wait to become a fork."""

from __future__ import annotations

from dataclasses import replace

import pytest

from editor.debugger.reports import ForkPreview
from editor.debugger.run_state import CheckpointRow
from editor.panels.fork_draft import (
    ForkDraft,
    next_text,
    node_choices,
    preset_node,
    what_as_node_means,
    with_value,
)

ROW = CheckpointRow(
    id="c1",
    parent_id="c0",
    step=1,
    source="loop",
    next=("lookup",),
    changed_keys=("intent",),
    created_at="",
    ran=("classify",),
)
QUERY = {"sql": "select 1", "parameters": ["INV-1"]}


def test_an_edit_of_a_part_changes_the_whole_key_and_nothing_in_place() -> None:
    draft = ForkDraft("c1", "classify").with_edit(("query", "parameters", 0), QUERY, "INV-2")

    assert draft.changes == {"query": {"sql": "select 1", "parameters": ["INV-2"]}}
    assert QUERY == {"sql": "select 1", "parameters": ["INV-1"]}


def test_two_edits_of_one_key_are_both_kept() -> None:
    draft = ForkDraft("c1", None).with_edit(("query", "sql"), QUERY, "select 2")
    draft = draft.with_edit(("query", "parameters", 0), QUERY, "INV-2")

    assert draft.changes == {"query": {"sql": "select 2", "parameters": ["INV-2"]}}
    assert len(draft.edits) == 2


def test_a_second_edit_of_one_place_replaces_the_first() -> None:
    draft = ForkDraft("c1", None).with_edit(("intent",), "billing", "x").with_edit(("intent",), "billing", "technical")

    assert [edit.text for edit in draft.edits] == ["intent: 'billing' → 'technical'"]


def test_an_edit_back_to_the_old_value_is_no_edit() -> None:
    draft = ForkDraft("c1", None).with_edit(("intent",), "billing", "x").with_edit(("intent",), "billing", "billing")

    assert draft.edits == ()
    assert draft.changes == {}


def test_an_edit_inside_an_edited_value_goes_into_that_edit() -> None:
    draft = ForkDraft("c1", None).with_edit(("query",), QUERY, {"new": [1, 2]})
    draft = draft.with_edit(("query", "new", 1), QUERY, 3)

    assert draft.changes == {"query": {"new": [1, 3]}}
    assert len(draft.edits) == 1


def test_an_edit_of_the_whole_replaces_edits_of_its_parts() -> None:
    draft = ForkDraft("c1", None).with_edit(("query", "sql"), QUERY, "select 2").with_edit(("query",), QUERY, None)

    assert draft.changes == {"query": None}


def test_an_edit_can_be_taken_back() -> None:
    draft = ForkDraft("c1", None).with_edit(("intent",), "billing", "x").with_edit(("n",), 1, 2)

    assert draft.without_edit(("intent",)).changes == {"n": 2}


def test_true_and_one_are_different_values() -> None:
    assert ForkDraft("c1", None).with_edit(("flag",), 1, True).changes == {"flag": True}


def test_the_part_of_a_value_that_is_not_there_is_an_error() -> None:
    with pytest.raises(LookupError):
        with_value({"a": []}, ["a", 3, "b"], 1)


@pytest.mark.parametrize(
    ("preview", "text"),
    [
        (ForkPreview(("technical",), ("billing",)), "Next will be technical (was billing)."),
        (ForkPreview(("a", "b"), ("b", "a")), "Next stays a and b."),
        (ForkPreview((), ("format",)), "Next will be the end (was format)."),
        (ForkPreview(error="Say in whose name."), "Say in whose name."),
    ],
)
def test_where_a_fork_leads_is_said_in_words(preview: ForkPreview, text: str) -> None:
    assert next_text(preview) == text


def test_who_ran_comes_first_and_is_preset() -> None:
    assert preset_node(ROW) == "classify"
    assert node_choices(ROW, ["format", "classify", "billing"]) == ("classify", "billing", "format")
    assert preset_node(replace(ROW, ran=())) is None


def test_each_choice_of_node_is_explained() -> None:
    texts = {what_as_node_means(node, ROW) for node in (None, "classify", "format", "__start__")}
    texts.add(what_as_node_means("classify", replace(ROW, ran=("classify", "search"))))

    assert len(texts) == 5
    assert all(text.endswith(".") for text in texts)
