"""Values that stay in sight above the state, whichever moment is shown: one line each, read anew for every moment."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from editor.debugger.own_marks import OwnMarks
from editor.debugger.run_state import CheckpointRow
from editor.debugger.session import DebugSession, RequestHandle
from editor.theme.fonts import mono_font
from editor.theme.theme import current_tokens
from editor.widgets.buttons import icon_button, set_kind
from editor.widgets.labels import ElidedLabel, IconLabel, role_label
from editor.widgets.preview_node import Path, preview_from_json, short_path_text, size_text

LABEL_PX = 160
ITEMS = 8
"""Of a container: what fits into its one line."""


class PinnedValues(QFrame):
    value_wanted = Signal(object)
    """(path): show it in the tree."""

    def __init__(self, session: DebugSession, marks: OwnMarks) -> None:
        super().__init__()
        self._session = session
        self._marks = marks
        self._lines: dict[Path, _Line] = {}
        self._shown: CheckpointRow | None = None
        self._handles: list[RequestHandle] = []
        self.setProperty("role", "bar")
        self.setAccessibleName("Pinned values")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 6, 8, 6)
        self._column.setSpacing(2)
        marks.changed.connect(self._on_marks)
        self._make_lines()

    def show_moment(self, row: CheckpointRow | None) -> None:
        """The values at this checkpoint. A checkpoint never changes, so each is read once."""
        if row is None or self._shown is None or row.id != self._shown.id:
            self._shown = row
            self._read()

    def text_of(self, path: Path) -> str:
        return self._lines[path].value.full_text

    def _on_marks(self, old: Any, new: Any) -> None:
        if old.pins != new.pins:
            self._make_lines()
            self._read()

    def _make_lines(self) -> None:
        for line in self._lines.values():
            self._column.removeWidget(line)
            line.hide()
            line.deleteLater()
        self._lines = {path: _Line(path, self._marks, self.value_wanted.emit) for path in self._marks.now.pins}
        for line in self._lines.values():
            self._column.addWidget(line)
        self.setVisible(bool(self._lines))

    def _read(self) -> None:
        for handle in self._handles:
            handle.cancel()
        self._handles = []
        for path, line in self._lines.items():
            line.show_text("", is_there=False, is_changed=False)
            if self._shown is not None:
                self._handles.append(self._ask(self._shown, path, line))

    def _ask(self, row: CheckpointRow, path: Path, line: _Line) -> RequestHandle:
        def done(data: Any) -> None:
            node = preview_from_json(data, path)
            size = f"  {size_text(node)}" if node.is_container else ""
            line.show_text(node.text + size, is_there=True, is_changed=path[0] in row.changed_keys)

        def missing(_error: str) -> None:
            line.show_text("not there yet", is_there=False, is_changed=False)

        return self._session.read_state(row.id, path, done, missing, count=ITEMS)


class _Line(QWidget):
    def __init__(self, path: Path, marks: OwnMarks, on_click: Any) -> None:
        super().__init__()
        name = short_path_text(path)
        self.value = ElidedLabel()
        label = role_label()
        for part in (self.value, label):
            part.setFont(mono_font(current_tokens().font_mono_px))
        label.setText(label.fontMetrics().elidedText(name, Qt.TextElideMode.ElideMiddle, LABEL_PX))
        label.setToolTip(name)
        self._changed = IconLabel("dot", "warning", 8)
        self._changed.setToolTip("The shown step changed this key")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("pin", "quiet", 12))
        row.addWidget(label)
        row.addSpacing(8)
        row.addWidget(self._changed)
        row.addWidget(self.value, 1)
        row.addWidget(icon_button("search", f"Show {name} in the state", lambda: on_click(path)))
        row.addWidget(icon_button("close", f"Unpin {name}", lambda: marks.toggle_pin(path)))

    def show_text(self, text: str, *, is_there: bool, is_changed: bool) -> None:
        self.value.set_full_text(text)
        set_kind(self.value, "role", "" if is_there else "quiet")
        self._changed.setVisible(is_changed)
