"""The small parts: labels, filter field, words to choose from, JSON field, form, code view, toast, fold."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QLabel, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from editor.theme.palette import apply_theme
from editor.widgets.code_view import CodeView
from editor.widgets.empty_state import EmptyState
from editor.widgets.foldable import Foldable
from editor.widgets.inline_field import InlineField
from editor.widgets.json_edit import JsonEdit
from editor.widgets.labels import ElidedLabel
from editor.widgets.schema_form import SchemaForm
from editor.widgets.search_box import SearchBox
from editor.widgets.segmented import Segmented
from editor.widgets.toast import Toast


def test_a_long_label_is_elided_and_keeps_all_of_its_text_as_tooltip(qtbot: QtBot) -> None:
    label = ElidedLabel("a very long line that cannot fit into so little room")
    qtbot.addWidget(label)

    label.resize(80, 20)
    label.show()

    assert label.text().endswith("…")
    assert label.toolTip() == label.full_text
    label.resize(600, 20)
    assert label.text() == label.full_text


def test_the_filter_field_tells_a_rested_text_once_and_escape_clears_it(qtbot: QtBot) -> None:
    box = SearchBox()
    qtbot.addWidget(box)
    box.show()
    told: list[str] = []
    box.searched.connect(told.append)

    QTest.keyClicks(box, "rows")
    qtbot.waitUntil(lambda: told == ["rows"])
    QTest.keyClick(box, Qt.Key.Key_Escape)

    assert told == ["rows", ""]


def test_a_word_is_chosen_by_click_and_by_arrow(qtbot: QtBot) -> None:
    words = Segmented(("Diff", "State"), "What to show")
    qtbot.addWidget(words)
    words.resize(words.sizeHint())
    words.show()
    told: list[str] = []
    words.chosen.connect(told.append)

    QTest.mouseClick(words, Qt.MouseButton.LeftButton, pos=words.rect_of("State").center().toPoint())
    QTest.keyClick(words, Qt.Key.Key_Left)
    QTest.keyClick(words, Qt.Key.Key_Left)

    assert told == ["State", "Diff"]


def test_a_json_field_says_what_is_wrong_and_goes_there(qtbot: QtBot) -> None:
    edit = JsonEdit("Input", only_objects=True)
    qtbot.addWidget(edit)
    edit.show()

    QTest.keyClicks(edit.field, '{"a": oops}')
    edit.go_to_problem()

    assert edit.problem() == "Line 1, column 7: a value is missing here."
    assert edit.field.textCursor().position() == 6


def test_enter_between_brackets_indents_and_closes_on_a_line_of_its_own(qtbot: QtBot) -> None:
    edit = JsonEdit("Input")
    qtbot.addWidget(edit)
    edit.set_text("{}")
    cursor = edit.field.textCursor()
    cursor.setPosition(1)
    edit.field.setTextCursor(cursor)

    QTest.keyClick(edit.field, Qt.Key.Key_Return)

    assert edit.text() == "{\n  \n}"


def test_a_very_long_line_of_json_is_not_wrapped(qtbot: QtBot) -> None:
    edit = JsonEdit("Input")
    qtbot.addWidget(edit)

    edit.set_value("x" * 20_000)

    assert edit.field.lineWrapMode() == QPlainTextEdit.LineWrapMode.NoWrap


def test_a_form_reads_each_kind_of_field_and_shows_problems_beside_them(qtbot: QtBot) -> None:
    form = SchemaForm(
        {
            "properties": {
                "text": {"type": "string"},
                "sure": {"type": "boolean"},
                "tone": {"enum": ["kind", "strict"]},
                "n": {"type": "integer"},
            },
            "required": ["text", "sure", "tone", "n"],
        }
    )
    qtbot.addWidget(form)
    form.show()
    line, box, choice, number = (form.input_of(key) for key in ("text", "sure", "tone", "n"))
    assert isinstance(line, QLineEdit) and isinstance(number, QLineEdit)
    assert isinstance(box, QCheckBox) and isinstance(choice, QComboBox)

    QTest.keyClicks(line, "hello")
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    QTest.keyClicks(number, "x")
    _, problems = form.answer()
    form.show_problems(problems)

    assert set(problems) == {"tone", "n"}
    assert number.property("invalid") is True
    choice.setCurrentText("strict")
    number.setText("4")
    assert form.answer() == ({"text": "hello", "sure": True, "tone": "strict", "n": 4}, {})


def test_code_is_numbered_from_its_line_in_the_file_and_coloured(qtbot: QtBot) -> None:
    view = CodeView("python", "Source")
    qtbot.addWidget(view)
    view.set_code('def f():\n    """Says\n    two lines."""\n    return 1', first_line=98)
    view.show()

    formats = view.document().findBlockByNumber(2).layout().formats()

    assert view.number_width() > view.fontMetrics().horizontalAdvance("101")
    assert formats, "the second line of a docstring is coloured as one"
    assert view.isReadOnly()


def first_colour(view: CodeView) -> str:
    formats = view.document().firstBlock().layout().formats()
    form = formats[0].format  # kept alive while its brush is read
    return form.foreground().color().name()


def test_a_change_of_theme_recolours_code(qtbot: QtBot, qapp: QApplication) -> None:
    view = CodeView("python", "Source")
    qtbot.addWidget(view)
    view.set_code("return 1")
    light = first_colour(view)

    apply_theme(qapp, "dark")

    assert first_colour(view) != light


def test_a_toast_shows_its_text_over_the_lower_edge_and_goes_at_a_click(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(500, 300)
    toast = Toast(window)
    window.show()

    toast.say("Pause the run to edit a value.")
    assert window.rect().contains(toast.geometry())
    QTest.mouseClick(toast, Qt.MouseButton.LeftButton)

    assert toast.isHidden()


def test_a_toast_over_a_narrow_widget_wraps_its_text(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(260, 300)
    toast = Toast(window)
    window.show()

    toast.say("records is too large, or of a kind that JSON cannot hold, to be edited here.")

    assert window.rect().contains(toast.geometry())
    label = next(label for label in toast.findChildren(QLabel) if label.text() == toast.text)
    assert label.height() >= label.heightForWidth(label.width())


def test_a_fold_opens_at_a_click_and_by_key(qtbot: QtBot) -> None:
    body = QWidget()
    fold = Foldable("Traceback", body)
    qtbot.addWidget(fold)
    fold.show()
    header = fold.findChildren(QWidget)[0]
    told: list[bool] = []
    fold.toggled.connect(told.append)

    QTest.mouseClick(header, Qt.MouseButton.LeftButton)
    QTest.keyClick(header, Qt.Key.Key_Space)

    assert told == [True, False]
    assert body.isHidden()


def test_an_inline_field_takes_over_at_enter_and_escape_brings_the_old_text_back(qtbot: QtBot) -> None:
    field = InlineField("Name")
    qtbot.addWidget(field)
    field.show_text("classify")
    field.show()
    told: list[str] = []
    field.committed.connect(told.append)

    QTest.keyClicks(field, "x")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert field.text() == "classify"
    field.selectAll()
    QTest.keyClicks(field, "triage")
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert told == ["triage"]


def test_an_empty_state_never_cuts_its_text(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    empty = EmptyState("state", "No run yet", "Press F5 to run, or F10 to step node by node. Changes appear here.")
    empty.setParent(window)
    window.show()
    empty.show()

    for width in (220, 400, 900):
        empty.resize(width, 240)
        label = empty._text
        assert label.height() >= label.heightForWidth(label.width())
        assert label.width() <= width
