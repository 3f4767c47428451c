"""Tab goes through widgets in the order in which they stand, whenever they were made."""

from __future__ import annotations

from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QVBoxLayout, QWidget

from editor.widgets.tab_order import tab_before


def test_what_is_made_later_comes_where_it_stands(qtbot) -> None:
    page = QWidget()
    qtbot.addWidget(page)
    first, last = QLineEdit(), QLineEdit()
    column = QVBoxLayout(page)
    for widget in (first, QLabel("a word between"), last):
        column.addWidget(widget)
    late, inside, picker, after = QWidget(), QLineEdit(), QComboBox(), QLineEdit()
    picker.addItem("its list is a window of its own")
    picker.view()
    part = QVBoxLayout(late)
    for widget in (inside, picker, after):
        part.addWidget(widget)
    column.insertWidget(1, late)

    tab_before(last, [late])
    page.show()
    first.setFocus()
    order = [first]
    while order[-1] is not last and len(order) < 10:
        page.focusNextChild()
        order.append(page.focusWidget())

    assert order == [first, inside, picker, after, last]
