"""JSON schemas into form fields, and what is entered into an answer."""

from __future__ import annotations

from editor.widgets.form_fields import FieldKind, answer_of, fields_of

APPROVAL = {
    "type": "object",
    "properties": {
        "approved": {"type": "boolean"},
        "reason": {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
        "limit": {"type": "integer", "minimum": 1, "maximum": 10},
        "tone": {"enum": ["kind", "strict"]},
        "tags": {"type": "array"},
    },
    "required": ["approved", "limit", "tone"],
}


def test_each_property_becomes_a_field_of_its_type() -> None:
    kinds = {field.key: field.kind for field in fields_of(APPROVAL)}

    assert kinds == {
        "approved": FieldKind.TRUTH,
        "reason": FieldKind.TEXT,
        "limit": FieldKind.INTEGER,
        "tone": FieldKind.CHOICE,
        "tags": FieldKind.JSON,
    }


def test_a_schema_of_one_value_gives_one_field_whose_value_is_the_answer() -> None:
    fields = fields_of({"type": "boolean", "title": "Approve"})

    assert answer_of(fields, {"": True}) == (True, {})


def test_a_lone_yes_or_no_is_chosen_and_an_untouched_one_is_no_answer() -> None:
    fields = fields_of({"type": "boolean"})

    assert (fields[0].kind, fields[0].choices) == (FieldKind.CHOICE, (True, False))
    assert answer_of(fields, {"": False}) == (False, {})
    assert answer_of(fields, {"": None})[1] == {"": "Answer is missing."}


TEXTS = {
    "type": "object",
    "properties": {
        "tags": {"type": "array", "items": {"type": "string"}},
        "zip": {"type": "string", "minLength": 5, "pattern": "^\\d+$", "description": "Of the street"},
    },
    "required": ["tags", "zip"],
}


def test_a_list_of_texts_is_written_one_in_a_line() -> None:
    assert fields_of(TEXTS)[0].kind is FieldKind.LINES
    assert answer_of(fields_of(TEXTS), {"tags": "red\n\n dark green \n", "zip": "12345"}) == (
        {"tags": ["red", "dark green"], "zip": "12345"},
        {},
    )
    assert answer_of(fields_of(TEXTS), {"tags": "", "zip": "12345"})[0]["tags"] == []


def test_a_text_that_is_too_short_is_said_and_a_pattern_is_shown_but_never_tried() -> None:
    (_, zip_code) = fields_of(TEXTS)

    assert zip_code.description == "Of the street · Fits ^\\d+$"
    assert answer_of(fields_of(TEXTS), {"tags": "", "zip": "12"})[1] == {"zip": "Zip has at least 5 letters."}
    assert answer_of(fields_of(TEXTS), {"tags": "", "zip": ""})[1] == {"zip": "Zip is missing."}
    assert answer_of(fields_of(TEXTS), {"tags": "", "zip": "abcde"})[1] == {}


def test_a_good_answer_leaves_out_what_is_optional_and_empty() -> None:
    entered = {"approved": True, "reason": "", "limit": "3", "tone": "kind", "tags": ""}

    assert answer_of(fields_of(APPROVAL), entered) == ({"approved": True, "limit": 3, "tone": "kind"}, {})


def test_each_wrong_field_gets_its_own_sentence() -> None:
    entered = {"approved": True, "limit": "30", "tone": None, "tags": "[1,"}

    _, problems = answer_of(fields_of(APPROVAL), entered)

    assert problems["limit"] == "Limit is at most 10."
    assert problems["tone"] == "Tone is missing."
    assert problems["tags"].startswith("Line 1")


def test_a_reference_inside_the_schema_is_followed() -> None:
    schema = {
        "type": "object",
        "properties": {"level": {"$ref": "#/$defs/Level"}},
        "$defs": {"Level": {"enum": ["low", "high"], "title": "Level"}},
    }

    assert fields_of(schema)[0].choices == ("low", "high")


def test_a_reference_that_goes_in_circles_is_a_json_field() -> None:
    schema = {"type": "object", "properties": {"a": {"$ref": "#/properties/a"}}}

    assert fields_of(schema)[0].kind is FieldKind.JSON
