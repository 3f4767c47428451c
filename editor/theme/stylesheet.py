"""The one stylesheet of the application, made from the tokens. Pure text, no Qt.

Widgets ask for a look by a dynamic property, set before they are shown:
``QPushButton`` ``kind``: "primary", "quiet", "danger", "status". ``QToolButton`` ``kind``: "primary", "card".
``QLabel`` ``role``: "headline", "title", "strong", "quiet", "caption", "error", "chip".
``QFrame`` ``role``: "card", "hint", "bar", "line", "upright-line", "drop-line", "banner-past", "banner-waiting",
"banner-failed", "banner-info".
A field or text in the monospaced font, besides ``setFont``: ``mono`` = true. A button with its text at the left:
``align`` = "left". The status bar and its labels while a run is shown: ``tint``, the name of a pair of tokens.
No widget has a sheet of its own for what is the same for all of its kind: each is parsed alone, and is in the way of a
quick change of theme.
A view, text field or scroll area without a frame of its own: ``flat`` = true. A field with a wrong value: ``invalid``.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Template

from editor.theme.tokens import Tokens


def stylesheet(tokens: Tokens, images: Mapping[str, str]) -> str:
    """The whole text. ``images`` maps the names in ``IMAGES`` to file paths."""
    values = {name: getattr(tokens, name) for name in tokens.__dataclass_fields__}
    return Template(_TEXT).substitute(values, **{f"image_{name}": _quotable(path) for name, path in images.items()})


def _quotable(path: str) -> str:
    """A user's name may hold a quote, and with it the path of the temporary folder."""
    return path.replace("\\", "\\\\").replace('"', '\\"')


IMAGES = {
    "down": ("expand", "text_quiet", 12, 1.1),
    "up": ("up", "text_quiet", 12, 1.1),
    "right": ("collapse", "text_quiet", 12, 1.1),
    "check": ("check", "on_accent", 12, 1.2),
    "check_menu": ("check", "accent", 12, 1.2),
    "dot": ("dot", "on_accent", 12, 0.6),
    "close": ("close", "text_quiet", 12, 1.3),
    "close_hover": ("close", "text", 12, 1.3),
    "dock_close": ("close", "text_quiet", 20, 0.8),
    "dock_float": ("float", "text_quiet", 20, 0.8),
    "files_back": ("previous", "text", 16, 1.0),
    "files_on": ("following", "text", 16, 1.0),
    "files_up": ("up", "text", 16, 1.0),
    "files_new": ("add", "text", 16, 1.0),
    "files_list": ("more", "text", 16, 1.0),
    "files_details": ("outline", "text", 16, 1.0),
}
"""Small pictures that Qt takes from files only: name -> (icon, token of its colour, px, glyph's share of the picture).

A dock's title has buttons of 10/16 of their icon-size, so about 20 px; the glyphs have room around them."""


_TEXT = """
* { outline: 0; }
QWidget { color: $text; font-size: ${font_body_px}px; }
QMainWindow, QDialog { background: $window; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QFileDialog {
    backward-icon: url("$image_files_back"); forward-icon: url("$image_files_on");
    filedialog-parent-directory-icon: url("$image_files_up"); filedialog-new-directory-icon: url("$image_files_new");
    filedialog-listview-icon: url("$image_files_list"); filedialog-detailedview-icon: url("$image_files_details");
}
QMainWindow::separator { background: $border; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QToolTip {
    background: $surface_raised; color: $text; border: 1px solid $border_strong;
    padding: ${space_xs_px}px ${space_s_px}px;
}

/* ---- text ---- */
QLabel { background: transparent; }
QLabel:disabled { color: $text_disabled; }
QLabel[role="headline"] { font-size: ${font_headline_px}px; font-weight: 600; }
QLabel[role="title"] { font-size: ${font_title_px}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="quiet"] { color: $text_quiet; }
QLabel[role="caption"] { color: $text_quiet; font-size: ${font_caption_px}px; }
QLabel[role="error"] { color: $failed; }
QLabel[role="chip"] {
    background: $surface_sunken; color: $text_quiet; border-radius: ${radius_s_px}px;
    padding: 1px 6px; font-size: ${font_caption_px}px;
}

/* ---- frames ---- */
QFrame[role="card"] { background: $surface; border: 1px solid $border; border-radius: ${radius_l_px}px; }
QFrame[role="hint"] { background: $surface_raised; border: 2px solid $accent; border-radius: ${radius_l_px}px; }
QFrame[role="bar"] { background: $window; border: 0; border-bottom: 1px solid $border; }
QFrame[role="line"] { background: $border; border: 0; max-height: 1px; min-height: 1px; }
QFrame[role="upright-line"] {
    background: $border; border: 0; min-height: 18px; max-height: 18px; margin: 0 6px;
}
QFrame[role="drop-line"] { background: $accent; border: 0; }
QFrame[role="banner-past"] { background: $past_quiet; border: 0; border-bottom: 1px solid $border; }
QFrame[role="banner-past"] QLabel { color: $past; }
QFrame[role="banner-waiting"] { background: $waiting_quiet; border: 0; border-bottom: 1px solid $border; }
QFrame[role="banner-waiting"] QLabel { color: $waiting; }
QFrame[role="banner-failed"] { background: $failed_quiet; border: 0; border-bottom: 1px solid $border; }
QFrame[role="banner-failed"] QLabel { color: $failed; }
QFrame[role="banner-info"] { background: $accent_quiet; border: 0; border-bottom: 1px solid $border; }

/* ---- buttons ---- */
QPushButton {
    background: $surface; border: 1px solid $border_strong; border-radius: ${radius_m_px}px;
    padding: 0 ${space_m_px}px; min-height: 26px; font-weight: 500;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $pressed; }
QPushButton:checked { background: $accent_quiet; border-color: $accent; color: $accent; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $text_disabled; background: transparent; border-color: $border; }
QPushButton[kind="primary"], QPushButton:default {
    background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600;
}
QPushButton[kind="primary"]:hover, QPushButton:default:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[kind="primary"]:pressed, QPushButton:default:pressed {
    background: $accent_pressed; border-color: $accent_pressed;
}
QPushButton[kind="primary"]:focus, QPushButton:default:focus { border: 1px solid $text; }
QPushButton[kind="primary"]:disabled {
    background: $surface_sunken; color: $text_disabled; border-color: $border;
}
QPushButton[kind="quiet"] { background: transparent; border-color: transparent; padding: 0 ${space_s_px}px; }
QPushButton[kind="quiet"]:hover { background: $hover; }
QPushButton[kind="quiet"]:pressed { background: $pressed; }
QPushButton[kind="quiet"]:checked { background: $accent_quiet; color: $accent; }
QPushButton[kind="quiet"]:focus { border-color: $accent; }
QPushButton[kind="quiet"]:disabled { background: transparent; }
QPushButton[align="left"] { text-align: left; }
QPushButton[kind="danger"] { color: $failed; }
QPushButton[kind="danger"]:hover { background: $failed_quiet; border-color: $failed; }
QPushButton::menu-indicator { image: url("$image_down"); width: 12px; subcontrol-position: right center; right: 6px; }

QToolButton {
    background: transparent; border: 1px solid transparent; border-radius: ${radius_m_px}px;
    padding: 4px; font-weight: 500;
}
QToolButton:hover { background: $hover; }
QToolButton:pressed, QToolButton:open { background: $pressed; }
QToolButton:checked { background: $accent_quiet; color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $text_disabled; }
QToolButton[kind="primary"] { background: $accent; color: $on_accent; font-weight: 600; padding: 4px 10px; }
QToolButton[kind="primary"]:hover { background: $accent_hover; }
QToolButton[kind="primary"]:pressed { background: $accent_pressed; }
QToolButton[kind="primary"]:disabled { background: $surface_sunken; color: $text_disabled; }
QToolButton[kind="card"] {
    background: $surface; border: 1px solid $border; border-radius: ${radius_l_px}px; padding: 10px 4px 8px 4px;
}
QToolButton[kind="card"]:hover { border-color: $accent; background: $surface; }
QToolButton[kind="card"]:pressed { background: $surface_sunken; }
QToolButton[kind="card"]:focus { border-color: $accent; }
QToolButton[kind="card"]:checked {
    border: 2px solid $accent; padding: 9px 3px 7px 3px; background: $surface; color: $text; font-weight: 600;
}
QToolButton::menu-indicator { image: none; }
QToolButton[popupMode="1"] { padding-right: 18px; }
QToolButton::menu-button { border: 0; width: 16px; border-radius: ${radius_s_px}px; }
QToolButton::menu-button:hover { background: $pressed; }
QToolButton::menu-arrow { image: url("$image_down"); width: 10px; height: 10px; }

/* ---- bars ---- */
QToolBar {
    background: $window; border: 0; border-bottom: 1px solid $border;
    padding: ${space_xs_px}px ${space_s_px}px; spacing: 2px;
}
QToolBar::separator { background: $border; width: 1px; margin: 6px 6px; }
QToolBar::handle { image: none; width: 0; }
QMenuBar { background: $window; border: 0; padding: 2px ${space_xs_px}px; }
QMenuBar::item { background: transparent; padding: 4px 8px; border-radius: ${radius_s_px}px; }
QMenuBar::item:selected { background: $hover; }
QMenuBar::item:pressed { background: $pressed; }
QStatusBar { background: $window; border-top: 1px solid $border; color: $text_quiet; }
QStatusBar QLabel { color: $text_quiet; font-size: ${font_caption_px}px; padding: 0 ${space_xs_px}px; }
QStatusBar[tint="running"] { background: $running_quiet; }
QStatusBar QLabel[tint="running"] { color: $running; font-weight: 600; }
QStatusBar[tint="next"] { background: $next_quiet; }
QStatusBar QLabel[tint="next"] { color: $next; font-weight: 600; }
QStatusBar[tint="waiting"] { background: $waiting_quiet; }
QStatusBar QLabel[tint="waiting"] { color: $waiting; font-weight: 600; }
QStatusBar[tint="failed"] { background: $failed_quiet; }
QStatusBar QLabel[tint="failed"] { color: $failed; font-weight: 600; }
QStatusBar[tint="done"] { background: $done_quiet; }
QStatusBar QLabel[tint="done"] { color: $done; font-weight: 600; }
QStatusBar[tint="past"] { background: $past_quiet; }
QStatusBar QLabel[tint="past"] { color: $past; font-weight: 600; }
QPushButton[kind="status"] {
    background: transparent; border-color: transparent; border-radius: ${radius_s_px}px; color: $text_quiet;
    font-size: ${font_caption_px}px; font-weight: normal; padding: 0 ${space_xs_px}px; min-height: 18px;
}
QPushButton[kind="status"]:hover { background: $hover; color: $text; }
QPushButton[kind="status"]:focus { border-color: $accent; }
QStatusBar::item { border: 0; }
QSizeGrip { image: none; }

/* ---- menus ---- */
QMenu {
    background: $surface_raised; border: 1px solid $border_strong; padding: ${space_xs_px}px;
}
QMenu::item { padding: 5px 28px 5px 10px; border-radius: ${radius_s_px}px; margin: 0; }
QMenu::item:selected { background: $accent_quiet; color: $text; }
QMenu::item:disabled { color: $text_disabled; background: transparent; }
QMenu::separator { height: 1px; background: $border; margin: ${space_xs_px}px 6px; }
QMenu::icon { padding-left: 8px; }
QMenu::indicator { width: 14px; height: 14px; margin-left: 6px; }
QMenu::indicator:checked { image: url("$image_check_menu"); }
QMenu::right-arrow { image: url("$image_right"); width: 12px; height: 12px; margin-right: 6px; }

/* ---- docks and tabs ---- */
QDockWidget {
    font-weight: 600; titlebar-close-icon: url("$image_dock_close");
    titlebar-normal-icon: url("$image_dock_float");
}
QDockWidget::title {
    background: $window; padding: 6px ${space_m_px}px; text-align: left; border-bottom: 1px solid $border;
}
QDockWidget::close-button, QDockWidget::float-button {
    border: 0; border-radius: ${radius_s_px}px; padding: 0; background: transparent; icon-size: 32px;
}
QDockWidget::close-button:hover, QDockWidget::float-button:hover { background: $hover; }
QTabWidget::pane { border: 0; border-top: 1px solid $border; background: $surface; }
QTabBar { background: $window; qproperty-drawBase: 0; }
QTabBar::tab {
    background: transparent; color: $text_quiet; border: 0; border-bottom: 2px solid transparent;
    padding: 7px ${space_m_px}px 6px ${space_m_px}px; margin: 0; font-weight: 500;
}
QTabBar::tab:hover { color: $text; background: $hover; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { color: $accent; }
QTabBar::tab:bottom { border-bottom: 0; border-top: 2px solid transparent; padding: 6px ${space_m_px}px 7px; }
QTabBar::tab:bottom:selected { border-top: 2px solid $accent; }
QTabBar::close-button { image: url("$image_close"); subcontrol-position: right; margin: 2px; }
QTabBar::close-button:hover { image: url("$image_close_hover"); background: $pressed; border-radius: 3px; }
QTabBar QToolButton { background: $window; border-radius: 0; }
QSplitter::handle { background: $border; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QSplitter::handle:hover { background: $accent; }

/* ---- fields ---- */
QLineEdit, QTextEdit, QPlainTextEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateTimeEdit {
    background: $surface; color: $text; border: 1px solid $border_strong; border-radius: ${radius_m_px}px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit, QSpinBox, QDoubleSpinBox, QComboBox, QDateTimeEdit { padding: 0 ${space_s_px}px; min-height: 26px; }
QTextEdit, QPlainTextEdit { padding: ${space_xs_px}px; }
QLineEdit, QTextEdit, QPlainTextEdit { placeholder-text-color: $text_quiet; }
QLineEdit:hover, QSpinBox:hover, QDoubleSpinBox:hover, QComboBox:hover { border-color: $text_quiet; }
QLineEdit:focus, QTextEdit:focus, QPlainTextEdit:focus, QSpinBox:focus, QDoubleSpinBox:focus, QComboBox:focus {
    border: 1px solid $accent;
}
QLineEdit:disabled, QTextEdit:disabled, QPlainTextEdit:disabled, QSpinBox:disabled, QComboBox:disabled {
    color: $text_disabled; background: $window; border-color: $border;
}
QLineEdit:read-only, QTextEdit:read-only, QPlainTextEdit:read-only { background: $surface; }
QLineEdit[invalid="true"], QPlainTextEdit[invalid="true"] { border: 1px solid $failed; }
QLineEdit[mono="true"], QPlainTextEdit[mono="true"] { font-size: ${font_mono_px}px; }
QTextEdit[flat="true"], QPlainTextEdit[flat="true"] { border: 0; border-radius: 0; }
QComboBox { selection-background-color: $accent_quiet; selection-color: $text; }
QComboBox::drop-down { border: 0; width: 22px; }
QComboBox::down-arrow { image: url("$image_down"); width: 12px; height: 12px; }
QComboBox QAbstractItemView {
    background: $surface_raised; border: 1px solid $border_strong; padding: ${space_xs_px}px;
    selection-background-color: $accent_quiet; selection-color: $text;
}
QSpinBox::up-button, QSpinBox::down-button, QDoubleSpinBox::up-button, QDoubleSpinBox::down-button {
    border: 0; width: 18px; background: transparent;
}
QSpinBox::up-arrow, QDoubleSpinBox::up-arrow { image: url("$image_up"); width: 10px; height: 10px; }
QSpinBox::down-arrow, QDoubleSpinBox::down-arrow { image: url("$image_down"); width: 10px; height: 10px; }
QCheckBox, QRadioButton { spacing: ${space_s_px}px; background: transparent; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; border: 1px solid $border_strong; background: $surface; border-radius: ${radius_s_px}px;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { border-color: $accent; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$image_check"); }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; image: url("$image_dot"); }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { background: $window; border-color: $border; }
QCheckBox:focus, QRadioButton:focus { color: $accent; }
QGroupBox {
    border: 1px solid $border; border-radius: ${radius_l_px}px; margin-top: 18px; padding: ${space_s_px}px;
    font-weight: 600;
}
QGroupBox::title { subcontrol-origin: margin; left: ${space_s_px}px; padding: 0 ${space_xs_px}px; }

/* ---- trees, tables, lists ---- */
QAbstractScrollArea { background: $surface; }
QTreeView, QTableView, QListView {
    background: $surface; alternate-background-color: $window; border: 1px solid $border;
    border-radius: ${radius_m_px}px; show-decoration-selected: 1; gridline-color: $border;
    selection-background-color: $accent_quiet; selection-color: $text;
}
QTreeView[flat="true"], QTableView[flat="true"], QListView[flat="true"], QScrollArea[flat="true"] {
    border: 0; border-radius: 0;
}
QTreeView::item, QListView::item, QTableView::item { padding: 3px ${space_xs_px}px; border: 0; }
QTreeView::item:hover, QListView::item:hover, QTableView::item:hover { background: $hover; }
QTreeView::item:selected, QListView::item:selected, QTableView::item:selected {
    background: $accent_quiet; color: $text;
}
QTreeView::indicator, QListView::indicator, QTableView::indicator {
    width: 12px; height: 12px; border: 1px solid $text_quiet; background: $surface; border-radius: 3px;
}
QTreeView::indicator:checked, QListView::indicator:checked, QTableView::indicator:checked {
    background: $accent; border-color: $accent; image: url("$image_check");
}
QTreeView::branch { background: transparent; }
QTreeView::branch:hover { background: $hover; }
QTreeView::branch:selected { background: $accent_quiet; }
QTreeView::branch:has-children:closed { image: url("$image_right"); }
QTreeView::branch:has-children:open { image: url("$image_down"); }
QHeaderView { background: $surface; border: 0; }
QHeaderView::section {
    background: $surface; color: $text_quiet; border: 0; border-bottom: 1px solid $border;
    padding: 5px ${space_s_px}px; font-size: ${font_caption_px}px; font-weight: 600; text-align: left;
}
QTableCornerButton::section { background: $surface; border: 0; }
QScrollArea { border: 0; background: transparent; }
QGraphicsView { border: 0; background: $canvas; }

/* ---- scroll bars ---- */
QScrollBar { background: transparent; border: 0; margin: 0; }
QScrollBar:vertical { width: ${scrollbar_px}px; }
QScrollBar:horizontal { height: ${scrollbar_px}px; }
QScrollBar::handle { background: $border_strong; border-radius: 3px; margin: 3px; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::handle:hover { background: $text_quiet; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QAbstractScrollArea::corner { background: transparent; border: 0; }

/* ---- the rest ---- */
QProgressBar {
    background: $surface_sunken; border: 0; border-radius: 3px; max-height: 6px; min-height: 6px; text-align: center;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QSlider::groove:horizontal { background: $surface_sunken; height: 4px; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; height: 4px; border-radius: 2px; }
QSlider::handle:horizontal {
    background: $surface; border: 1px solid $border_strong; border-radius: 8px;
    width: 14px; height: 14px; margin: -6px 0;
}
QSlider::handle:horizontal:hover { border-color: $accent; }
"""
