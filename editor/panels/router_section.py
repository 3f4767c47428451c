"""The routers of one node, or of START, in the inspector: added, named, edited and removed. A card for each."""

from __future__ import annotations

from collections.abc import Callable, Collection

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QHBoxLayout, QVBoxLayout, QWidget

from editor.document import commands
from editor.document.command import Command, CommandError
from editor.document.document import Document
from editor.document.names import free_name
from editor.document.undo_history import UndoHistory
from editor.panels.edit_door import commit
from editor.panels.router_card import CONDITIONS, ROWS_AT_ONCE, RouterCard, target_choices
from editor.widgets.buttons import text_button
from editor.widgets.inline_field import InlineField
from editor.widgets.labels import role_label
from editor.widgets.tab_order import tab_before
from engine.graph.spec import BranchOutlet, RouterSpec, router_of


class RouterSection(QWidget):
    go_to = Signal(str)

    def __init__(self, history: UndoHistory) -> None:
        super().__init__()
        self._history = history
        self._node = ""
        self._shown: tuple[RouterSpec, ...] | None = None
        self._known_keys: frozenset[str] | None = None
        self._read_only = False
        self._cards: list[RouterCard] = []
        self._focus_next: str | None = None
        self._rows = ROWS_AT_ONCE
        """How many branches of a router are shown."""
        self._problem = role_label("", "error", wrap=True)
        self._problem.hide()
        self._column = QVBoxLayout()
        self._column.setSpacing(16)
        self._add = text_button("Add router", self._add_router, kind="quiet", icon_name="router")
        foot = QHBoxLayout()
        foot.addWidget(self._add)
        foot.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(self._column)
        whole.addWidget(self._problem)
        whole.addLayout(foot)

    def show_routers(
        self, node: str, routers: tuple[RouterSpec, ...], known_keys: Collection[str] | None = None
    ) -> None:
        """``known_keys``: of the state, for what conditions read; None if they cannot be seen."""
        known = None if known_keys is None else frozenset(known_keys)
        self._add.setText("Add another router" if routers else "Add router")
        if node == self._node and routers == self._shown and known == self._known_keys:
            return
        focus = self._focus_key() if node == self._node else None
        if node != self._node:
            self._rows = ROWS_AT_ONCE
        self._node, self._shown, self._known_keys = node, routers, known
        self._clear()
        for index, router in enumerate(routers):
            card = RouterCard(
                router,
                door=self,
                choices=lambda: target_choices(self._history.document.graph.nodes),
                known_keys=known,
                has_name=len(routers) > 1 or bool(router.name),
                most=self._rows,
            )
            card.setObjectName(str(index))
            self._cards.append(card)
            self._column.addWidget(card)
            card.show()
        tab_before(self._add, self._cards)
        self.set_read_only(self._read_only)
        self._focus(self._focus_next or focus)
        self._focus_next = None

    def focus_router(self, router: str) -> None:
        """The keyboard at its first condition, or at its function."""
        card = self._index_of(router)
        if card < len(self._cards):
            names = [field.objectName() for field in self._cards[card].fields]
            self._focus(f"{card}/{next((name for name in names if name.endswith('when')), 'fn')}")

    def show_more_branches(self) -> None:
        self._rows += ROWS_AT_ONCE
        shown, self._shown = self._shown or (), None
        self.show_routers(self._node, shown, self._known_keys)

    def set_read_only(self, on: bool) -> None:
        self._read_only = on
        self._add.setEnabled(not on)
        for card in self._cards:
            for field in card.fields:
                field.setReadOnly(on)
            for control in card.controls:
                control.setEnabled(not on)

    # What the cards ask for

    def rename_router(self, field: InlineField, router: str, name: str) -> None:
        commit(self._history, field, lambda: commands.change_router(self._document, self._node, router, name=name))

    def change_fn(self, field: InlineField, router: str, fn: str) -> None:
        commit(self._history, field, lambda: commands.change_router(self._document, self._node, router, fn=fn or None))

    def let_decide(self, router: str, what: str) -> None:
        decide = commands.let_conditions_decide if what == CONDITIONS else commands.let_function_decide
        self._do(lambda: decide(self._document, self._node, router))

    def remove_router(self, router: str) -> None:
        self._do(lambda: commands.delete_router(self._document, self._node, router))

    def add_branch(self, router: str, *, is_else: bool) -> None:
        spec = router_of(self._document.graph, self._node, router)
        if spec is None:
            return
        labels = {branch.label for branch in spec.branches}
        by_conditions = commands.has_conditions(spec)
        label = free_name(labels, "else" if is_else else "branch")
        when = "" if by_conditions and not is_else else None
        has_else = by_conditions and spec.branches[-1].when is None
        place = len(spec.branches) - (1 if has_else and not is_else else 0)
        self._focus_next = f"{self._index_of(router)}/{place}/{'when' if when is not None else 'label'}"
        self._rows = max(self._rows, place + 1)  # a new branch is seen at once
        self._do(lambda: commands.add_branch(self._document, self._node, router, label, when=when))

    def rename_branch(self, field: InlineField, router: str, label: str, new: str) -> None:
        commit(self._history, field, lambda: commands.rename_branch(self._document, self._node, router, label, new))

    def change_when(self, field: InlineField, router: str, label: str, when: str) -> None:
        make = lambda: commands.change_branch(self._document, self._node, router, label, when=when)  # noqa: E731
        commit(self._history, field, make)

    def lead(self, router: str, label: str, target: str | None) -> None:
        if target is None:
            self._do(lambda: commands.change_branch(self._document, self._node, router, label, target=None))
        else:
            outlet = BranchOutlet(self._node, router, label)
            self._do(lambda: commands.connect(self._document, outlet, target))

    def move_branch(self, router: str, label: str, place: int) -> None:
        key = self._focus_key()
        if key is not None and key.count("/") == 2:
            self._focus_next = f"{self._index_of(router)}/{place}/{key.rpartition('/')[2]}"
        self._do(lambda: commands.move_branch(self._document, self._node, router, label, place))
        self._focus_next = None

    def remove_branch(self, router: str, label: str) -> None:
        self._do(lambda: commands.delete_branch(self._document, self._node, router, label))

    def show_target(self, target: str) -> None:
        self.go_to.emit(target)

    # Parts of the above

    @property
    def _document(self) -> Document:
        return self._history.document

    def _do(self, make: Callable[[], Command]) -> None:
        if self._history.locked_reason:
            return
        try:
            command = make()
        except CommandError as error:
            self._problem.setText(str(error))
            self._problem.show()
            return
        self._problem.hide()
        self._history.do(command)

    def _add_router(self) -> None:
        self._focus_next = f"{len(self._cards)}/fn"
        self._do(lambda: commands.add_router(self._document, self._node))

    def _index_of(self, router: str) -> int:
        return next((index for index, card in enumerate(self._cards) if card.router_name == router), 0)

    def _clear(self) -> None:
        for card in self._cards:
            for field in card.fields:
                field.blockSignals(True)  # one that loses the focus by going must not take its text over
            self._column.removeWidget(card)
            card.hide()
            card.deleteLater()
        self._cards = []

    def _focus_key(self) -> str | None:
        """Which field has the focus: "0/2/when" is the condition of the third branch of the first router."""
        focused = QApplication.focusWidget()
        for card in self._cards:
            if focused is not None and focused.objectName() and card.isAncestorOf(focused):
                return f"{card.objectName()}/{focused.objectName()}"
        return None

    def _focus(self, key: str | None) -> None:
        index, _, name = (key or "").partition("/")
        if index.isdecimal() and int(index) < len(self._cards):
            found = self._cards[int(index)].findChild(QWidget, name)
            if isinstance(found, QWidget):
                found.setFocus()
                if isinstance(found, InlineField):
                    found.selectAll()
