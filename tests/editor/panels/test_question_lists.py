"""Messages and records in a question: which lists read better than JSON, and what of them is shown."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QLabel, QTableWidget
from pytestqt.qtbot import QtBot

from editor.debugger.run_state import Question
from editor.panels.question_form import QuestionForm
from editor.panels.question_lists import Table, table_of, talk_of


def test_messages_are_told_by_who_said_what() -> None:
    talk = talk_of(
        [
            {"role": "user", "content": "Where is my order?"},
            {"type": "ai", "content": "", "tool_calls": [{"name": "look_up"}]},
            {"type": "tool", "content": [{"type": "text", "text": "It is lost."}]},
        ]
    )

    assert talk == (("user", "Where is my order?"), ("assistant", "calls look_up"), ("tool", "It is lost."))


def test_records_are_a_table_with_all_their_keys() -> None:
    table = table_of([{"id": 7, "state": "lost"}, {"id": 8, "state": "sent", "on": "a  day"}])

    assert table == Table(("id", "state", "on"), (("7", "lost", ""), ("8", "sent", "a day")))


@pytest.mark.parametrize("value", [[], [1, 2], [{"a": 1}], [{"a": 1}, {"b": 2}, {"c": 3}], {"a": 1}, "text", None])
def test_other_values_stay_as_they_are(value: Any) -> None:
    assert table_of(value) is None
    assert talk_of(value) == ()


def test_the_form_shows_both_and_says_who_starts_again(qtbot: QtBot) -> None:
    payload = {
        "question": "Refund?",
        "talk": [{"role": "user", "content": "It is lost"}],
        "orders": [{"id": 7, "price": 12.5}, {"id": 8, "price": 3}],
    }
    form = QuestionForm(Question("1", "auth", payload, within=("deep", "ask")), may_wait=False)
    qtbot.addWidget(form)

    texts = [label.text() for label in form.findChildren(QLabel)]
    assert {"Refund?", "user", "It is lost"} <= set(texts)
    assert any(text.startswith("When you answer, ask starts again") for text in texts)
    (table,) = form.findChildren(QTableWidget)
    item = table.item(0, 1)
    assert item is not None and item.text() == "12.5"
