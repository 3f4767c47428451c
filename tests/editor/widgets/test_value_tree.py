"""The lazy tree of values, checked by Qt's own model tester, and its view with real keys and mouse."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot

from editor.widgets.preview_node import PreviewItem, preview_from_json
from editor.widgets.value_tree import PATH_ROLE, ValueTreeModel
from editor.widgets.value_view import ValueView
from engine.serialization.preview import preview, preview_at
from tests.serialization.deep import nested

STATE = {"intent": "billing", "confidence": 0.94, "messages": [{"role": "user", "content": "hello"}], "empty": []}


def items_of(state: dict[str, Any], *, max_items: int = 100) -> tuple[PreviewItem, ...]:
    return preview_from_json(preview(state, max_items=max_items)).items


def checked_model(state: dict[str, Any], *, max_items: int = 100) -> tuple[ValueTreeModel, QAbstractItemModelTester]:
    model = ValueTreeModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.set_items(items_of(state, max_items=max_items))
    return model, tester


def view_of(qtbot: QtBot, model: ValueTreeModel) -> ValueView:
    view = ValueView(model)
    qtbot.addWidget(view)
    view.resize(480, 400)
    view.show()
    return view


def walk(model: ValueTreeModel, parent: QModelIndex | None = None) -> int:
    parent = parent or QModelIndex()
    rows = model.rowCount(parent)
    return rows + sum(walk(model, model.index(row, 0, parent)) for row in range(rows))


def test_the_model_keeps_qts_rules_while_every_branch_is_opened(qtbot: QtBot) -> None:
    model, _tester = checked_model(STATE)

    assert walk(model) == 7


def test_new_items_replace_the_old_ones_and_the_model_stays_sound(qtbot: QtBot) -> None:
    model, _tester = checked_model(STATE)
    walk(model)

    model.set_items(items_of({"only": 1}))

    assert walk(model) == 1
    assert model.index(0, 1).data() == "1"


def test_more_items_come_on_demand_in_place_of_the_row_that_offers_them(qtbot: QtBot) -> None:
    numbers = {"numbers": list(range(250))}
    model, _tester = checked_model(numbers, max_items=100)
    owner = model.index(0, 0)
    asked: list[tuple[Any, int]] = []
    model.more_wanted.connect(lambda path, start: asked.append((path, start)))

    while not asked or len(asked) < 2:
        offer = model.index(model.rowCount(owner) - 1, 0, owner)
        assert model.ask_for_more(offer)
        assert model.ask_for_more(offer), "asked twice, told once"
        path, start = asked[-1]
        more = preview_from_json(preview_at(numbers, path, start, 100), path)
        model.add_items(path, more.items, more.more)

    assert asked == [(("numbers",), 100), (("numbers",), 200)]
    assert model.rowCount(owner) == 250
    assert model.index(249, 1, owner).data() == "249"


def test_a_million_items_cost_only_the_rows_that_are_shown(qtbot: QtBot) -> None:
    model, _tester = checked_model({"big": list(range(1_000_000))})
    view = view_of(qtbot, model)

    view.expandAll()

    assert model.rowCount(model.index(0, 0)) == 101


def test_the_filter_finds_names_and_values_at_any_depth(qtbot: QtBot) -> None:
    model, _tester = checked_model(STATE)
    view = view_of(qtbot, model)

    view.set_filter("hello")

    assert view.row_count() == 1
    assert view.view_index(("messages", 0, "content")).isValid()
    view.set_filter("")
    assert view.row_count() == 4


def test_enter_and_double_click_ask_to_edit_the_value(qtbot: QtBot) -> None:
    model, _tester = checked_model(STATE)
    view = view_of(qtbot, model)
    wanted: list[Any] = []
    view.edit_wanted.connect(lambda path, node: wanted.append((path, node.json)))

    view.select_path(("confidence",))
    QTest.keyClick(view, Qt.Key.Key_Return)
    spot = view.visualRect(view.view_index(("intent",), 1)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    QTest.mouseDClick(view.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    assert wanted == [(("confidence",), 0.94), (("intent",), "billing")]


def test_copy_gives_text_as_it_is_and_containers_as_json(qtbot: QtBot) -> None:
    model, _tester = checked_model(STATE)
    view = view_of(qtbot, model)

    view.select_path(("intent",))
    QTest.keyClick(view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    text = QGuiApplication.clipboard().text()
    view.select_path(("messages", 0))
    view.copy_value()
    data = QGuiApplication.clipboard().text()
    view.copy_path()

    assert text == "billing"
    assert data == '{\n  "role": "user",\n  "content": "hello"\n}'
    assert QGuiApplication.clipboard().text() == "messages[0]"


def test_the_context_menu_offers_edit_and_copy_but_not_on_the_row_that_offers_more(qtbot: QtBot) -> None:
    model, _tester = checked_model({"numbers": list(range(250))})
    view = view_of(qtbot, model)
    view.expandAll()
    owner = view.view_index(("numbers",))

    menu = view.menu_for(owner)

    assert menu is not None
    assert [action.text() for action in menu.actions() if action.text()][:6] == [
        "View",
        "Edit value…",
        "Copy value",
        "Copy path",
        "Who wrote this",
        "Break when numbers changes",
    ]
    offer = owner.model().index(owner.model().rowCount(owner) - 1, 0, owner)
    assert view.menu_for(offer) is None
    menu.deleteLater()


def test_branches_that_were_open_are_open_in_the_next_state(qtbot: QtBot) -> None:
    model, _tester = checked_model(STATE)
    view = view_of(qtbot, model)
    view.expandAll()
    opened = view.opened_paths()

    model.set_items(items_of({**STATE, "messages": [{"role": "user", "content": "bye"}]}))
    view.open_paths(opened)

    assert ("messages", 0) in view.opened_paths()
    assert view.view_index(("messages", 0, "content"), 1).data() == "'bye'"
    assert view.view_index(("messages", 0, "content")).data(PATH_ROLE) == ("messages", 0, "content")


def test_a_branch_that_is_opened_fetches_its_first_items_by_itself(qtbot: QtBot) -> None:
    model, _tester = checked_model({"deep": nested(lambda value: [value], 40)})
    view = view_of(qtbot, model)
    asked: list[Any] = []
    model.more_wanted.connect(lambda path, start: asked.append((path, start)))

    for depth in range(4):
        view.expand(view.view_index(("deep", *[0] * depth)))

    assert asked == [(("deep", 0, 0, 0), 0)]


def test_a_deep_value_is_shown_from_one_of_its_levels_and_back(qtbot: QtBot) -> None:
    state = {"deep": nested(lambda value: {"x": value, "y": 1}, 3_000), "other": 1}
    model, _tester = checked_model(state)
    view = view_of(qtbot, model)
    model.more_wanted.connect(
        lambda path, start: model.add_items(path, preview_from_json(preview_at(state, path, start)).items, 0)
    )
    path: tuple[str, ...] = ("deep",)

    for _ in range(12):
        view.select_path(path)
        QTest.keyClick(view, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
        assert view.rootIndex() == view.view_index(path)
        path = (*path, "x")
        assert view.current_path() == path

    assert view.visualRect(view.currentIndex()).left() < 40  # pixels: no more than one level is to its left
    QTest.keyClick(view, Qt.Key.Key_Backspace)
    assert not view.rootIndex().isValid()
    assert view.current_path() == path[:-1]


def test_new_values_are_shown_from_the_top(qtbot: QtBot) -> None:
    model, _tester = checked_model(STATE)
    view = view_of(qtbot, model)
    view.show_from(view.view_index(("messages",)))

    model.set_items(items_of(STATE))

    assert not view.rootIndex().isValid()
    assert view.row_count() == 4


def test_a_way_that_has_no_rows_yet_is_known_so_far_as_it_has(qtbot: QtBot) -> None:
    model, _tester = checked_model({"deep": nested(lambda value: [value], 3_000)})

    assert model.known_part(("deep", *[0] * 3_000)) == ("deep", 0, 0, 0)
    assert model.known_part(("gone", 1)) == ()
    assert not model.index_of_path(("deep", *[0] * 3_000)).isValid()


def test_a_value_that_is_copied_in_short_is_told(qtbot: QtBot) -> None:
    model, _tester = checked_model({"long": "x" * 50_000, "short": "x", "tuple": (1, 2)})
    view = view_of(qtbot, model)
    told: list[Any] = []
    view.copied_in_short.connect(told.append)

    for key in ("short", "tuple", "long"):
        view.select_path((key,))
        view.copy_value()

    assert told == [("long",)]
    assert QGuiApplication.clipboard().text().endswith("…")
