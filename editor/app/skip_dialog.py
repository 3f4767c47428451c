"""Asks for the result of a node that is not to run: a field for each key it writes, or the whole as JSON.

Opened by ``debug_verbs``; carries nothing out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QScrollArea, QWidget

from editor.app.dialog_parts import answer_row, dialog_column, headline
from editor.widgets.buttons import text_button
from editor.widgets.json_edit import JsonEdit
from editor.widgets.labels import ElidedLabel, role_label
from editor.widgets.schema_form import SchemaForm
from editor.widgets.segmented import Segmented

FORM, JSON = "Form", "JSON"
WIDTH_PX, FORM_MOST_PX, JSON_PX = 480, 420, 200


class SkipDialog(QDialog):
    """Accepted means: skip it. ``result_given`` and ``then`` say with what, and how the run goes on."""

    def __init__(self, parent: QWidget | None, node: str, schema: Mapping[str, Any] | None) -> None:
        super().__init__(parent)
        self.setObjectName("skip")
        self.setWindowTitle(f"Skip {node}")
        self.result_given: dict[str, Any] = {}
        self.then = "pause"
        self.form = SchemaForm(schema, says_optional=False) if schema else None
        self.json = JsonEdit(f"Result of {node} as JSON", only_objects=True)
        self.json.set_text("{}")
        self.json.setMinimumHeight(JSON_PX)
        self.switch = Segmented((FORM, JSON), "How to write the result")
        self.switch.setVisible(self.form is not None)
        self.switch.chosen.connect(self._change_page)
        self._page = self._scrolled()
        whole = dialog_column(self)
        whole.addLayout(self._headline(node))
        whole.addLayout(self._switch_row())
        whole.addWidget(self._page, 1)
        whole.addWidget(self.json, 1)
        whole.addLayout(self._buttons())
        self._show_page()
        self.setMinimumWidth(WIDTH_PX)
        self.json.submitted.connect(lambda: self._accept("pause"))
        if self.form is not None:
            self.form.submitted.connect(lambda: self._accept("pause"))
            if (first := self.form.first_input()) is not None:
                first.setFocus()
        else:
            self.json.setFocus()

    def _accept(self, then: str) -> None:
        if self._writes_json:
            parsed = self.json.show_problem()
            if not parsed.ok:
                self.json.go_to_problem()
                return
            self.result_given = parsed.value
        else:
            assert self.form is not None, "without a form the JSON is shown"
            value, problems = self.form.answer()
            self.form.show_problems(problems)
            if problems:
                return
            self.result_given = value
        self.then = then
        self.accept()

    @property
    def _writes_json(self) -> bool:
        return self.form is None or self.switch.word == JSON

    def _change_page(self, word: str) -> None:
        if word == JSON and self.form is not None:
            value, problems = self.form.answer()
            self.json.set_value({key: each for key, each in value.items() if key not in problems})
        self._show_page()

    def _show_page(self) -> None:
        self._page.setVisible(not self._writes_json)
        self.json.setVisible(self._writes_json)

    def _scrolled(self) -> QScrollArea:
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if self.form is not None:
            area.setWidget(self.form)
            self.form.setAutoFillBackground(False)
            area.setMinimumHeight(min(FORM_MOST_PX, self.form.sizeHint().height() + 4))
        return area

    def _headline(self, node: str) -> QHBoxLayout:
        text = (
            "The node does not run. What you give is taken as what it returned: reducers fold it into the state, and "
            "the node's edges and routers decide what is next."
        )
        words = (ElidedLabel(f"Skip {node} by giving its result", "title"), role_label(text, "quiet", wrap=True))
        return headline("step_over", "accent", words)

    def _switch_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        hint = "Keys left empty are not written." if self.form is not None else "The keys the node would have written"
        row.addWidget(role_label(hint, "caption"), 1)
        row.addWidget(self.switch)
        return row

    def _buttons(self) -> QHBoxLayout:
        cancel = text_button("Cancel", self.reject)
        skip_and_go = text_button("Skip and continue", lambda: self._accept("resume"))
        skip = text_button("Skip", lambda: self._accept("pause"), kind="primary")
        skip.setDefault(True)
        return answer_row((cancel, skip_and_go, skip))
