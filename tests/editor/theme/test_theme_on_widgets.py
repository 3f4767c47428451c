"""The theme on a real application: switching, icons that follow, no warning from the stylesheet."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon, QImage, QPalette
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QDialogButtonBox,
    QFileDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QToolButton,
)

from editor.theme.icons import GLYPHS, ROLES, icon, icon_pixmap
from editor.theme.palette import _SystemFollower, apply_theme, current_tokens, theme
from editor.theme.stylesheet import IMAGES, stylesheet
from editor.theme.tokens import DARK, LIGHT, contrast, tokens_for


@pytest.fixture(autouse=True)
def light_again(qapp: QApplication):
    apply_theme(qapp, "light")
    yield
    apply_theme(qapp, "light")


def test_a_switch_is_told_once_with_old_and_new(qapp: QApplication) -> None:
    heard = []
    theme().theme_changed.connect(lambda old, new: heard.append((old, new)))

    apply_theme(qapp, "dark")
    apply_theme(qapp, "dark")

    assert heard == [(LIGHT, DARK)]
    assert current_tokens() is DARK


def test_a_button_takes_its_colour_from_the_tokens(qtbot, qapp: QApplication) -> None:
    button = QPushButton("Run")
    button.setProperty("kind", "primary")
    qtbot.addWidget(button)
    button.resize(120, 28)
    button.show()

    apply_theme(qapp, "dark")

    assert button.grab().toImage().pixelColor(12, 14) == QColor(DARK.accent)


def test_an_icon_made_before_a_switch_has_the_new_colour_after_it(qapp: QApplication) -> None:
    stop = icon("stop")
    before = _middle(stop)

    apply_theme(qapp, "dark")

    assert before == QColor(LIGHT.text)
    assert _middle(stop) == QColor(DARK.text)


@pytest.mark.parametrize("name", sorted(GLYPHS))
def test_every_icon_paints_something(qapp: QApplication, name: str) -> None:
    image = icon(name).pixmap(QSize(24, 24)).toImage()

    assert any(image.pixelColor(x, y).alpha() > 128 for x in range(24) for y in range(24))


def test_a_disabled_icon_is_quiet_whatever_its_role(qapp: QApplication) -> None:
    image = icon("stop", role="danger").pixmap(QSize(16, 16), QIcon.Mode.Disabled).toImage()

    assert image.pixelColor(8, 8) == QColor(LIGHT.text_disabled)


def test_pictures_are_found_in_a_folder_of_any_name(qtbot, qapp: QApplication, tmp_path: Path) -> None:
    """Read where Qt reads it: a text that cannot be parsed is a warning, and a warning fails the test."""
    folder = tmp_path / "Ann (the 2nd) O'Neil <x> ü"
    folder.mkdir()
    picture = folder / "check.png"
    icon_pixmap("stop", 12, role="danger").save(str(picture))
    box = QCheckBox("on")
    qtbot.addWidget(box)

    box.setStyleSheet(stylesheet(LIGHT, dict.fromkeys(IMAGES, picture.as_posix())))
    box.setChecked(True)
    box.resize(80, 24)

    shown = box.grab().toImage()
    colours = {shown.pixelColor(x, 12).name() for x in range(16)}
    assert LIGHT.failed in colours


def test_every_role_names_a_token() -> None:
    assert all(hasattr(LIGHT, token) for token in ROLES.values())


def _middle(an_icon: QIcon) -> QColor:
    image: QImage = an_icon.pixmap(QSize(16, 16)).toImage()
    return image.pixelColor(8, 8)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_words_in_an_empty_field_can_be_read(qtbot, qapp: QApplication, mode) -> None:
    """Where a style sheet names only the colour of the text, Qt makes these words half transparent: 3.3:1."""
    apply_theme(qapp, mode)
    tokens = tokens_for(mode)

    for kind in (QLineEdit, QPlainTextEdit, QTextEdit):
        field = kind()
        qtbot.addWidget(field)
        field.ensurePolished()
        colour = field.palette().color(QPalette.ColorRole.PlaceholderText)
        assert colour.alpha() == 255
        assert contrast(colour.name(), tokens.surface) >= 4.5


def test_the_file_dialog_of_qt_has_our_arrows_and_plain_buttons(qtbot, qapp: QApplication) -> None:
    """Where the desktop has none of its own. A property that Qt does not know is a warning, and fails the test."""
    dialog = QFileDialog()
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    qtbot.addWidget(dialog)
    dialog.show()

    buttons = dialog.findChild(QDialogButtonBox)
    assert buttons is not None
    assert all(button.icon().isNull() for button in buttons.buttons())
    back = dialog.findChild(QToolButton, "backButton")
    assert back is not None
    drawn = back.icon().pixmap(QSize(16, 16)).toImage()
    ours = QImage(_SystemFollower.of(qapp).images(LIGHT)["files_back"])
    assert drawn.convertToFormat(QImage.Format.Format_ARGB32) == ours.convertToFormat(QImage.Format.Format_ARGB32)
