"""What the user can set: theme, mouse wheel, keys, trusted folders. Every change holds at once; ``wiring`` keeps it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QListWidget,
    QStackedWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from editor.app.key_bindings import KeyBindings
from editor.app.keys_page import KeysPage
from editor.app.settings import ThemeChoice, WheelChoice
from editor.widgets.buttons import text_button
from editor.widgets.empty_state import EmptyState
from editor.widgets.labels import role_label
from editor.widgets.segmented import Segmented

THEMES: dict[str, ThemeChoice] = {"Light": "light", "Dark": "dark", "Follow the system": "system"}
WHEELS: dict[str, WheelChoice] = {"Zooms": "zoom", "Scrolls": "scroll"}


class SettingsDialog(QDialog):
    theme_chosen = Signal(str)
    wheel_chosen = Signal(str)
    keys_changed = Signal(object)
    """The ``KeyBindings`` as they are wanted now."""
    folder_forgotten = Signal(str)
    telling_chosen = Signal(bool)
    """Whether the desktop shows when a long run stops."""
    motion_chosen = Signal(bool)
    """Whether anything moves on the canvas."""

    def __init__(
        self,
        parent: QWidget | None,
        theme: ThemeChoice,
        wheel: WheelChoice,
        bindings: KeyBindings,
        trusted: Sequence[str],
        *,
        tells: bool = True,
        moves: bool = True,
    ) -> None:
        super().__init__(parent)
        self.setObjectName("settings")
        self.setWindowTitle("Settings")
        self.theme_switch = _switch(THEMES, theme, "Theme")
        self.theme_switch.chosen.connect(lambda word: self.theme_chosen.emit(THEMES[word]))
        self.wheel_switch = _switch(WHEELS, wheel, "The wheel of the mouse")
        self.wheel_switch.chosen.connect(lambda word: self.wheel_chosen.emit(WHEELS[word]))
        self.tell = QCheckBox("Show a message")
        self.tell.setAccessibleName("Show a message when a long run stops")
        self.tell.setChecked(tells)
        self.tell.toggled.connect(self.telling_chosen)
        self.motion = QCheckBox("Lights move along what runs")
        self.motion.setAccessibleName("Motion on the canvas: lights move along what runs")
        self.motion.setChecked(moves)
        self.motion.toggled.connect(self.motion_chosen)
        self.keys = KeysPage(bindings)
        self.keys.changed.connect(self.keys_changed)
        self.folders = QListWidget()
        self.folders.setAccessibleName("Trusted folders")
        self.folders.addItems(list(trusted))
        self._forget = text_button("Forget this folder", self._on_forget)
        self.folders.currentRowChanged.connect(lambda row: self._forget.setEnabled(row >= 0))
        self._forget.setEnabled(False)
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Pages of the settings")
        self.tabs.setExpanding(False)
        self._pages = QStackedWidget()
        for title, page in (("General", self._general()), ("Keys", self.keys), ("Trusted folders", self._trusted())):
            self.tabs.addTab(title)
            self._pages.addWidget(page)
        self.tabs.currentChanged.connect(self._pages.setCurrentIndex)
        close = text_button("Close", self.accept)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 16, 24, 20)
        whole.setSpacing(8)
        whole.addWidget(self.tabs)
        whole.addWidget(self._pages, 1)
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignRight)
        self.resize(640, 560)
        self.tabs.setFocus()

    def _general(self) -> QWidget:
        page = QWidget()
        form = QFormLayout(page)
        form.setContentsMargins(0, 16, 0, 0)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        form.addRow("Theme", self.theme_switch)
        form.addRow("Mouse wheel on the canvas", self.wheel_switch)
        hint = "With Ctrl the wheel always zooms. Two fingers on a touchpad always move the graph."
        form.addRow("", role_label(hint, "caption", wrap=True))
        form.addRow("Motion on the canvas", self.motion)
        form.addRow("When a long run stops", self.tell)
        hint = "Only for runs of more than ten seconds, and only while you work in another window."
        form.addRow("", role_label(hint, "caption", wrap=True))
        return page

    def _trusted(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 16, 0, 0)
        column.setSpacing(8)
        words = "Code in these folders runs without being asked about, as long as it is the code you have seen."
        column.addWidget(role_label(words, "quiet", wrap=True))
        self._no_folder = EmptyState(
            "untrusted", "No folder is trusted yet", "The first run in a folder shows its code and asks."
        )
        column.addWidget(self.folders, 1)
        column.addWidget(self._no_folder, 1)
        column.addWidget(self._forget, 0, Qt.AlignmentFlag.AlignLeft)
        self._show_folders()
        return page

    def _show_folders(self) -> None:
        has_any = self.folders.count() > 0
        self.folders.setVisible(has_any)
        self._forget.setVisible(has_any)
        self._no_folder.setVisible(not has_any)

    def _on_forget(self) -> None:
        item = self.folders.takeItem(self.folders.currentRow())
        self._show_folders()
        self.folder_forgotten.emit(item.text())


def _switch(words: dict[str, ThemeChoice] | dict[str, WheelChoice], chosen: str, name: str) -> Segmented:
    switch = Segmented(tuple(words), name)
    switch.choose(next(word for word, choice in words.items() if choice == chosen))
    return switch
