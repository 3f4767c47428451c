"""One router of a node in the inspector: what decides, and its branches in the order they are tried.

``router_section`` makes one for each router and carries out what it asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Protocol

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from editor.document.router_commands import has_conditions
from editor.theme.theme import current_tokens
from editor.widgets.buttons import icon_button, text_button
from editor.widgets.checked_field import CheckedField
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import IconLabel, role_label
from editor.widgets.segmented import Segmented
from editor.widgets.target_picker import Choice, TargetPicker
from engine.graph.conditions import keys_read, why_not_condition
from engine.graph.spec import END, BranchSpec, RouterSpec, shown_text

FUNCTION, CONDITIONS = "Function", "Conditions"
ROOM_FOR_TITLE_PX = 290
"""A narrower card has only the icon before the switch: "R…" would tell nothing."""
ROWS_AT_ONCE = 100
"""A row of fields takes 4 ms to make; a router of a thousand branches would hold the window for four seconds."""


class RouterDoor(Protocol):
    """What a card asks for. The field says why, if it cannot be done."""

    def rename_router(self, field: InlineField, router: str, name: str) -> None: ...
    def change_fn(self, field: InlineField, router: str, fn: str) -> None: ...
    def let_decide(self, router: str, what: str) -> None: ...
    def remove_router(self, router: str) -> None: ...
    def add_branch(self, router: str, *, is_else: bool) -> None: ...
    def rename_branch(self, field: InlineField, router: str, label: str, new: str) -> None: ...
    def change_when(self, field: InlineField, router: str, label: str, when: str) -> None: ...
    def lead(self, router: str, label: str, target: str | None) -> None: ...
    def move_branch(self, router: str, label: str, place: int) -> None: ...
    def remove_branch(self, router: str, label: str) -> None: ...
    def show_target(self, target: str) -> None: ...
    def show_more_branches(self) -> None: ...


class RouterCard(QWidget):
    def __init__(
        self,
        router: RouterSpec,
        *,
        door: RouterDoor,
        choices: Callable[[], list[Choice]],
        known_keys: Collection[str] | None,
        has_name: bool,
        most: int = ROWS_AT_ONCE,
    ) -> None:
        """``known_keys``: of the state; None if they are not known. ``has_name``: there are several on the node.

        ``most``: how many branches have a row.
        """
        super().__init__()
        self._router, self._door, self._choices, self._known = router, door, choices, known_keys
        self.fields: list[InlineField] = []
        self.controls: list[QWidget] = []
        self._by_conditions = has_conditions(router)
        self._rows: list[_BranchRow] = []
        self._title = role_label("Router", "strong")
        self._drop_line = QFrame(self)
        self._drop_line.setProperty("role", "drop-line")
        self._drop_line.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(self._head())
        if has_name:
            column.addWidget(self._name())
        if not self._by_conditions:
            column.addWidget(self._fn())
        for place, branch in enumerate(router.branches[:most]):
            column.addWidget(self._branch(place, branch))
        if (hidden := len(router.branches) - most) > 0:
            words = f"Show {min(hidden, ROWS_AT_ONCE)} more of {len(router.branches):,} branches"
            column.addWidget(text_button(words, door.show_more_branches, kind="quiet", icon_name="expand"))
        column.addLayout(self._foot())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._title.setVisible(event.size().width() >= ROOM_FOR_TITLE_PX)

    # Parts

    def _head(self) -> QHBoxLayout:
        name = self._router.name
        switch = Segmented((FUNCTION, CONDITIONS), f"What decides in router {name}".strip())
        switch.choose(CONDITIONS if self._by_conditions else FUNCTION)
        switch.chosen.connect(lambda word: self._door.let_decide(name, word))
        remove = icon_button("trash", f"Remove router {name}".strip(), lambda: self._door.remove_router(name))
        self.controls += [switch, remove]
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(IconLabel("router", "router"))
        head.addWidget(self._title, 1)
        head.addStretch()
        head.addWidget(switch)
        head.addWidget(remove)
        return head

    def _name(self) -> QWidget:
        field = self._field(
            "name", f"Name of router {self._router.name}", placeholder="name, to tell it from the others"
        )
        field.show_text(self._router.name)
        field.committed.connect(lambda text: self._door.rename_router(field, self._router.name, text.strip()))
        return CheckedField(field)

    def _fn(self) -> QWidget:
        field = self._field("fn", f"Function of router {self._router.name}", mono=True, placeholder="module:function")
        field.show_text(self._router.fn or "")
        field.committed.connect(lambda text: self._door.change_fn(field, self._router.name, text.strip()))
        return CheckedField(field)

    def _branch(self, place: int, branch: BranchSpec) -> QWidget:
        is_else = self._by_conditions and branch.when is None
        row = _BranchRow(self, place, can_move=not is_else)
        label = self._field(f"{place}/label", f"Label of branch {branch.label}")
        label.show_text(branch.label)
        label.setMinimumWidth(40)
        label.committed.connect(
            lambda text: self._door.rename_branch(label, self._router.name, branch.label, text.strip())
        )
        checked = CheckedField(label)
        target = TargetPicker(f"Target of branch {branch.label}", self._choices)
        target.setObjectName(f"{place}/target")
        target.show_value(branch.target, _target_text(branch.target))
        target.picked.connect(lambda value: self._door.lead(self._router.name, branch.label, value))
        remove = icon_button(
            "close",
            f"Remove branch {branch.label}",
            lambda: self._door.remove_branch(self._router.name, branch.label),
        )
        row.dragged.connect(self._show_drop)
        row.dropped.connect(lambda at: self._drop(place, at))
        self._rows.append(row)
        self.controls += [target, remove, row]
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(row.handle, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(checked, 4)
        line.addWidget(self._arrow(branch), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(target, 5, Qt.AlignmentFlag.AlignTop)
        line.addWidget(remove, 0, Qt.AlignmentFlag.AlignTop)
        row.column.addLayout(line)
        if self._by_conditions:
            row.column.addLayout(self._when(place, branch))
        return row

    def _arrow(self, branch: BranchSpec) -> QWidget:
        """As wide in every row, so that the targets stand below each other."""
        target = branch.target
        way: QWidget
        if target is None or target == END:
            way = _word("→")
            way.setAlignment(Qt.AlignmentFlag.AlignCenter)
        else:
            way = icon_button("following", f"Show {target}", lambda: self._door.show_target(target))
        way.setFixedWidth(current_tokens().control_height_px)
        return way

    def _when(self, place: int, branch: BranchSpec) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setContentsMargins(_BranchRow.INDENT_PX, 0, 30, 0)
        line.setSpacing(6)
        if branch.when is None:
            line.addWidget(role_label("if no condition holds", "caption"))
            return line
        when = self._field(f"{place}/when", f"Condition of branch {branch.label}", mono=True, placeholder="tries < 3")
        checked = CheckedField(when)
        when.show_text(branch.when)
        when.textEdited.connect(lambda text: when.show_problem(self._why_not(text)))
        when.committed.connect(lambda text: self._take_when(when, branch.label, text))
        when.show_problem(self._why_not(branch.when))
        line.addWidget(_word("if"), 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(checked, 1)
        return line

    def _foot(self) -> QHBoxLayout:
        name = self._router.name
        add = text_button("Branch", lambda: self._door.add_branch(name, is_else=False), kind="quiet", icon_name="add")
        add.setAccessibleName(f"Add a branch to router {name}".strip())
        self.controls.append(add)
        line = QHBoxLayout()
        line.setSpacing(4)
        line.addWidget(add)
        if self._by_conditions and all(branch.when is not None for branch in self._router.branches):
            otherwise = text_button(
                "Else", lambda: self._door.add_branch(name, is_else=True), kind="quiet", icon_name="add"
            )
            otherwise.setAccessibleName(f"Add an else to router {name}".strip())
            self.controls.append(otherwise)
            line.addWidget(otherwise)
        line.addStretch(1)
        return line

    # Edits

    def move_by(self, place: int, step: int) -> None:
        """One row up (-1) or down (1)."""
        self.move_to(place, place + step)

    def move_to(self, place: int, new_place: int) -> None:
        if 0 <= new_place < len(self._router.branches) and place != new_place:
            self._door.move_branch(self._router.name, self._router.branches[place].label, new_place)

    def _gap_at(self, at: QPoint) -> int:
        """Before which row the pointer is; the number of rows behind the last one."""
        y = self.mapFromGlobal(at).y()
        return sum(y > row.geometry().center().y() for row in self._rows)

    def _show_drop(self, at: QPoint) -> None:
        gap = self._gap_at(at)
        row = self._rows[min(gap, len(self._rows) - 1)].geometry()
        self._drop_line.setGeometry(0, (row.top() if gap < len(self._rows) else row.bottom()) - 3, self.width(), 2)
        self._drop_line.show()
        self._drop_line.raise_()

    def _drop(self, place: int, at: QPoint) -> None:
        if self._drop_line.isHidden():
            return
        self._drop_line.hide()
        gap = self._gap_at(at)
        self.move_to(place, gap - 1 if gap > place else gap)

    @property
    def router_name(self) -> str:
        return self._router.name

    def _take_when(self, field: InlineField, label: str, text: str) -> None:
        if (reason := why_not_condition(text)) is not None:
            field.show_problem(reason)
        else:
            self._door.change_when(field, self._router.name, label, text.strip())

    def _why_not(self, text: str) -> str:
        if (reason := why_not_condition(text)) is not None:
            return reason
        missing = [key for key in keys_read(text) if self._known is not None and key not in self._known]
        return f"The state has no key {shown_text(missing[0])}." if missing else ""

    def _field(self, key: str, name: str, *, mono: bool = False, placeholder: str = "") -> InlineField:
        field = InlineField(name.strip(), mono=mono, placeholder=placeholder)
        field.setObjectName(key)
        self.fields.append(field)
        return field


class _BranchRow(QWidget):
    """A branch that is moved by Alt+Up and Alt+Down from any of its fields, or dragged by its handle."""

    INDENT_PX = 22
    dragged = Signal(QPoint)
    """Where the pointer is on the screen."""
    dropped = Signal(QPoint)

    def __init__(self, card: RouterCard, place: int, *, can_move: bool) -> None:
        super().__init__()
        self._card, self._place = card, place
        self.can_move = can_move
        self.handle = QWidget()
        self.handle.setFixedSize(16, current_tokens().control_height_px)
        if can_move:
            grip = _Handle(self)
            grip.setParent(self.handle)
            grip.move(0, (self.handle.height() - grip.height()) // 2)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()))
        if step is not None and event.modifiers() & Qt.KeyboardModifier.AltModifier and self.can_move:
            self._card.move_by(self._place, step)
        else:
            super().keyPressEvent(event)


class _Handle(IconLabel):
    """Dragged up and down; a line shows between which rows the branch would come."""

    def __init__(self, row: _BranchRow) -> None:
        super().__init__("menu", "quiet", 16)
        self._row = row
        self._is_held = False
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self.setToolTip("Drag to reorder, or Alt+Up and Alt+Down in a field")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._is_held = event.button() == Qt.MouseButton.LeftButton

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._is_held and self._row.isEnabled():
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self._row.dragged.emit(event.globalPosition().toPoint())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        if self._is_held and self._row.isEnabled():
            self._is_held = False
            self._row.dropped.emit(event.globalPosition().toPoint())


def _word(text: str) -> QLabel:
    """In the middle of the fields beside it."""
    label = role_label(text, "quiet")
    label.setFixedHeight(current_tokens().control_height_px)
    return label


def _target_text(target: str | None) -> str:
    return "not connected" if target is None else "END" if target == END else target


def target_choices(nodes: Collection[str]) -> list[Choice]:
    """What a branch can lead to, as a list in which a name is found."""
    return [("not connected", None), *((name, name) for name in sorted(nodes, key=str.casefold)), ("END", END)]
