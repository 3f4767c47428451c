"""What is below the row of an option in the inspector, one kind for each shape of value. ``option_sections`` has them.

Each shows a value, tells what the user makes of it by ``changed``, and can be read-only.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from editor.panels.option_fields import NEW
from editor.panels.spec_form import SpecForm
from editor.widgets.buttons import icon_button, text_button
from editor.widgets.checked_field import CheckedField
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import ElidedLabel, role_label
from editor.widgets.target_picker import Choice, TargetPicker
from engine.graph.node_options import BreakerSpec, CacheSpec, FallbackSpec, RateLimitSpec, RetrySpec, TimeoutSpec
from engine.graph.option_rules import OPTION_TITLES, why_not_code_name
from engine.graph.spec import END

KINDS: dict[str, Any] = {
    "retry": RetrySpec,
    "cache": CacheSpec,
    "timeout": TimeoutSpec,
    "circuit_breaker": BreakerSpec,
    "rate_limit": RateLimitSpec,
    "fallback": FallbackSpec,
}
ADD_WORDS = "Add a destination…"
MANY = ("retry", "fallback")
"""Options that may have several, in an order."""


class OptionBody(QWidget):
    changed = Signal(object)
    """The option's value after the user's edit."""

    def __init__(self) -> None:
        super().__init__()
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(8)

    def show_value(self, value: Any) -> None:
        raise NotImplementedError

    def set_read_only(self, on: bool) -> None:
        raise NotImplementedError


class PolicyBody(OptionBody):
    """One policy, or several below each other; a button puts the first one on."""

    def __init__(self, option: str) -> None:
        super().__init__()
        self._option = option
        self._specs: tuple[Any, ...] = ()
        self._forms: list[SpecForm] = []
        self._remove_buttons: list[QWidget] = []
        self._read_only = False
        title = OPTION_TITLES[option].lower()
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        self._fn = CheckedField(InlineField(f"New {title}", mono=True, placeholder="module:function"))
        self._fn.field.committed.connect(self._add_function)
        self._add = text_button(f"Add {title}", self._add_policy, kind="quiet", icon_name="add")
        self.column.addLayout(self._list)
        self.column.addWidget(self._fn)
        row = QHBoxLayout()
        row.addWidget(self._add)
        row.addStretch(1)
        self.column.addLayout(row)

    def show_value(self, value: Any) -> None:
        specs = value if isinstance(value, tuple) else () if value is None else (value,)
        if len(specs) != len(self._forms):
            self._build(len(specs))
        self._specs = specs
        for form, spec in zip(self._forms, specs, strict=True):
            form.show_spec(spec)
        is_function = self._option == "fallback"
        self._fn.setVisible(is_function)
        self._fn.field.setPlaceholderText("then module:function" if specs else "module:function")
        self._add.setVisible(not is_function and (not specs or self._option in MANY))
        self._add.setText("Add another policy" if specs else f"Add {OPTION_TITLES[self._option].lower()}")

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self._add.setEnabled(not on)
        self._fn.field.setReadOnly(on)
        for form in self._forms:
            form.set_read_only(on)
        for button in self._remove_buttons:
            button.setEnabled(not on)

    def _build(self, count: int) -> None:
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self._forms, self._remove_buttons = [], []
        title = OPTION_TITLES[self._option]
        for index in range(count):
            name = f"{title} {index + 1}" if count > 1 else title
            box = QWidget()
            column = QVBoxLayout(box)
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(4)
            form = SpecForm(KINDS[self._option], name)
            form.changed.connect(partial(self._replace, index))
            remove = text_button("Take off", partial(self._remove, index), kind="quiet", icon_name="trash")
            remove.setAccessibleName(f"Take off {name}")
            head = QHBoxLayout()
            head.addWidget(role_label(f"{index + 1}." if count > 1 else "", "quiet"))
            head.addStretch(1)
            head.addWidget(remove)
            column.addWidget(form)
            column.addLayout(head)
            self._list.addWidget(box)
            box.show()  # now, so that its first field can take the focus
            self._forms.append(form)
            self._remove_buttons.append(remove)
        self.set_read_only(self._read_only)

    def _replace(self, index: int, spec: Any) -> None:
        self._tell((*self._specs[:index], spec, *self._specs[index + 1 :]))

    def _remove(self, index: int) -> None:
        self._tell((*self._specs[:index], *self._specs[index + 1 :]))

    def _add_policy(self) -> None:
        self._tell((*self._specs, NEW[self._option]))
        if self._forms:
            self._forms[-1].first_field().setFocus()

    def _add_function(self, text: str) -> None:
        if not text.strip():
            return
        if (reason := why_not_code_name(text.strip())) is not None:
            self._fn.field.show_problem(reason)
            return
        self._fn.field.go_back()
        self._tell((*self._specs, FallbackSpec(text.strip())))

    def _tell(self, specs: tuple[Any, ...]) -> None:
        if self._option in MANY:
            self.changed.emit(specs)
        else:
            self.changed.emit(specs[-1] if specs else None)


class CodeBody(OptionBody):
    """A function or class as ``module:name``; empty for none."""

    def __init__(self, option: str) -> None:
        super().__init__()
        example = "module:Class" if option == "input_schema" else "module:function"
        self._line = CheckedField(InlineField(OPTION_TITLES[option], mono=True, placeholder=example))
        self._line.field.committed.connect(self._take)
        self.column.addWidget(self._line)

    def show_value(self, value: Any) -> None:
        self._line.field.show_text(value or "")
        reason = why_not_code_name(value) if value else None
        if reason and self._line.field.text() == value:
            self._line.field.show_problem(reason)

    def set_read_only(self, on: bool) -> None:
        self._line.field.setReadOnly(on)

    def _take(self, text: str) -> None:
        text = text.strip()
        if text and (reason := why_not_code_name(text)) is not None:
            self._line.field.show_problem(reason)
        else:
            self.changed.emit(text or None)


class DestinationsBody(OptionBody):
    """Nodes in rows, each with a button that takes it off, and a list of those that can be added."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: tuple[str, ...] = ()
        self._read_only = False
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self._nodes: Sequence[str] = ()
        self._add = TargetPicker("Add a destination", self._choices)
        self._add.picked.connect(self._take)
        self.column.addLayout(self._rows)
        self.column.addWidget(self._add)

    def set_nodes(self, nodes: Sequence[str]) -> None:
        """Those that can be jumped to."""
        self._nodes = nodes

    def _choices(self) -> list[Choice]:
        free: list[Choice] = [(name, name) for name in sorted(self._nodes, key=str.casefold) if name not in self._shown]
        return [(ADD_WORDS, None), *free, *([] if END in self._shown else [("END", END)])]

    def show_value(self, value: Any) -> None:
        self._shown = tuple(value or ())
        self._add.show_value(None, ADD_WORDS)
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for name in self._shown:
            row = QWidget()
            line = QHBoxLayout(row)
            line.setContentsMargins(0, 0, 0, 0)
            shown = "END" if name == END else name
            line.addWidget(ElidedLabel(shown), 1)
            remove = icon_button("close", f"Take {shown} off the destinations", partial(self._remove, name))
            remove.setEnabled(not self._read_only)
            line.addWidget(remove)
            self._rows.addWidget(row)
            row.show()

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self._add.setEnabled(not on)
        self.show_value(self._shown)

    def _take(self, name: object) -> None:
        self._add.show_value(None, ADD_WORDS)
        if isinstance(name, str):
            self.changed.emit(tuple(sorted({*self._shown, name})))

    def _remove(self, name: str) -> None:
        self.changed.emit(tuple(each for each in self._shown if each != name))
