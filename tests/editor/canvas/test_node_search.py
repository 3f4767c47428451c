"""The search at the pointer: by keyboard alone, in a window, with the modules of a real folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu

from editor.canvas.allowed_targets import reasons_against
from editor.canvas.choice_popup import ChoicePopup
from editor.canvas.graph_view import GraphView
from editor.canvas.node_offers import OfferKind, TemplateChoice, offers_to_add
from editor.canvas.shapes import Point
from editor.document.clipboard import paste
from editor.document.connection_rules import why_not
from editor.document.document import Document
from editor.document.insert_template import Inserted
from editor.document.source_code import FunctionChoice
from editor.document.undo_history import UndoHistory
from engine.graph.spec import END, START, BranchOutlet, PlainOutlet
from tests.editor.canvas.graphs import document, loop

MODULE = '''
def summarise(state):
    """Says it in two lines."""
    return {}


def a(state):
    return {}


class State(dict):
    pass


def _hidden(state):
    return {}
'''


@pytest.fixture
def canvas(qtbot, qapp, tmp_path: Path):
    (tmp_path / "nodes.py").write_text(MODULE)
    (tmp_path / "broken.py").write_text("def (")

    def opened(shown: Document) -> tuple[GraphView, UndoHistory]:
        history = UndoHistory(shown)
        view = GraphView(history)
        qtbot.addWidget(view)
        view.set_folder(tmp_path)
        view.resize(1200, 700)
        view.show()
        view.zoom_reset()
        view.centerOn(450, 100)
        view.setFocus()
        return view, history

    return opened


def popup_of(view: GraphView) -> ChoicePopup:
    assert view.search.popup is not None, "the search is not open"
    return view.search.popup


def type_(view: GraphView, text: str) -> None:
    QTest.keyClicks(popup_of(view).field, text)


def press(view: GraphView, key: Qt.Key) -> None:
    QTest.keyClick(popup_of(view).field, key)


def titles(view: GraphView) -> list[str]:
    return [offer.title for offer in popup_of(view).offers()]


def wait_for_functions(qtbot, view: GraphView) -> None:
    qtbot.waitUntil(lambda: any(offer.kind is OfferKind.FUNCTION for offer in popup_of(view).offers()))


def test_tab_offers_the_functions_of_the_modules_and_enter_adds_a_node_for_one(canvas, qtbot) -> None:
    view, history = canvas(loop())

    QTest.keyClick(view, Qt.Key.Key_Tab)
    wait_for_functions(qtbot, view)
    shown = titles(view)
    type_(view, "summ")
    press(view, Qt.Key.Key_Return)

    assert shown == ["New node…", "summarise", "a", "Subgraph"]  # no class, nothing hidden; "a" is in use already
    assert history.document.graph.nodes["summarise"].fn == "nodes:summarise"
    assert view.selected_nodes() == {"summarise"}
    assert view.search.popup is None
    assert view.hasFocus()


def test_a_function_whose_name_is_taken_gets_the_next_free_name(canvas, qtbot) -> None:
    view, history = canvas(loop())

    view.add_node_at(QPointF(0, 300))
    wait_for_functions(qtbot, view)
    type_(view, "a")
    assert popup_of(view).chosen().fn == "nodes:a"
    press(view, Qt.Key.Key_Return)

    assert history.document.graph.nodes["a_2"].fn == "nodes:a"


def test_a_name_that_fits_nothing_becomes_a_new_node_without_a_function(canvas, qtbot) -> None:
    view, history = canvas(loop())

    view.add_node_at(QPointF(0, 300))
    wait_for_functions(qtbot, view)
    type_(view, "review")
    press(view, Qt.Key.Key_Return)

    assert history.document.graph.nodes["review"].fn is None
    assert history.document.layout.positions["review"] == (0, 300)


def test_enter_on_nothing_adds_a_node_and_asks_for_its_name(canvas) -> None:
    view, history = canvas(loop())

    QTest.keyClick(view, Qt.Key.Key_Tab)
    press(view, Qt.Key.Key_Return)
    field = view.viewport().focusWidget()
    QTest.keyClicks(field, "ponder")
    QTest.keyClick(field, Qt.Key.Key_Return)

    assert "ponder" in history.document.graph.nodes
    assert view.selected_nodes() == {"ponder"}


def test_a_taken_name_cannot_be_taken_and_says_so(canvas) -> None:
    view, history = canvas(loop())
    told: list[str] = []
    view.message.connect(told.append)

    view.add_node_at(QPointF(0, 300))
    type_(view, "c")
    (offer,) = popup_of(view).offers()
    press(view, Qt.Key.Key_Return)

    assert offer.is_refused
    assert told == [offer.detail] == ["There already is a node 'c'."]
    assert view.search.popup is not None
    assert not history.can_undo
    view.search.close()


def test_arrows_choose_and_go_round(canvas, qtbot) -> None:
    view, _ = canvas(loop())
    view.add_node_at(QPointF(0, 300))
    wait_for_functions(qtbot, view)

    seen = [popup_of(view).chosen().title]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Down, Qt.Key.Key_Up):
        press(view, key)
        seen.append(popup_of(view).chosen().title)

    assert seen == ["New node…", "summarise", "a", "Subgraph", "a"]
    view.search.close()


def test_a_click_takes_a_row(canvas, qtbot) -> None:
    view, history = canvas(loop())
    view.add_node_at(QPointF(0, 300))
    wait_for_functions(qtbot, view)
    rows = popup_of(view).list
    place = rows.visualRect(rows.model().index(1, 0)).center()

    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, pos=place)

    assert "summarise" in history.document.graph.nodes


@pytest.mark.parametrize("how", ["escape", "click"])
def test_escape_and_a_click_elsewhere_close_it_without_an_edit(canvas, how: str) -> None:
    view, history = canvas(loop())
    view.add_node_at(QPointF(0, 300))
    type_(view, "review")

    if how == "escape":
        press(view, Qt.Key.Key_Escape)
    else:
        QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(5, 5))

    assert view.search.popup is None
    assert not history.can_undo


def test_an_edge_released_on_nothing_can_be_led_to_a_node_that_is_there(canvas) -> None:
    view, history = canvas(loop())

    view.search.open(Point(700, 300), PlainOutlet("c"))
    shown_first = titles(view)
    type_(view, "END")
    press(view, Qt.Key.Key_Return)

    assert shown_first[:4] == ["New node…", "END", "a", "b"]
    assert ("c", END) in {(edge.source, edge.target) for edge in history.document.graph.edges}


def test_while_a_node_is_chosen_the_edge_shows_where_it_would_go(canvas) -> None:
    view, _ = canvas(loop())
    view.search.open(Point(700, 300), PlainOutlet("c"))
    at_the_pointer = view.graph_scene.overlay.draft.tip

    type_(view, "END")
    at_end = view.graph_scene.overlay.draft.tip
    glow = view.graph_scene.nodes[END].dress.glow
    press(view, Qt.Key.Key_Escape)

    assert at_the_pointer == Point(700, 300)
    assert at_end == view.drawing.inlet(END)
    assert glow == "valid"
    assert view.graph_scene.overlay.draft is None
    assert view.graph_scene.nodes[END].dress.glow == ""


def test_a_second_plain_edge_to_a_new_node_asks_first_and_adds_it_as_one_edit(canvas) -> None:
    view, history = canvas(loop())

    view.search.open(Point(700, 300), PlainOutlet("a"))
    type_(view, "review")
    press(view, Qt.Key.Key_Return)
    before = set(history.document.graph.nodes)
    menu = next(menu for menu in view.findChildren(QMenu) if menu.isVisible())
    menu.actions()[1].trigger()
    menu.close()

    (router,) = history.document.graph.routers["a"]
    assert "review" not in before
    assert {branch.target for branch in router.branches} == {"b", "review"}
    history.undo()
    assert "review" not in history.document.graph.nodes
    assert not history.can_undo


def test_the_card_stays_inside_the_canvas(canvas) -> None:
    view, _ = canvas(loop())

    view.add_node_at(view.mapToScene(QPoint(1190, 690)))

    assert view.rect().contains(popup_of(view).geometry())
    view.search.close()


def test_a_graph_that_becomes_read_only_closes_it(canvas) -> None:
    view, _ = canvas(loop())
    view.add_node_at(QPointF(0, 300))

    view.set_read_only("A run exists.")
    view.add_node_at(QPointF(0, 300))

    assert view.search.popup is None


def test_routing_functions_come_last_and_used_ones_say_by_whom() -> None:
    functions = [FunctionChoice(f"nodes:{name}", "function", "") for name in ("a", "fresh")]
    functions.append(FunctionChoice("routing:choose", "function", "Where to?"))

    offers = offers_to_add("", loop(), functions)

    assert [offer.title for offer in offers] == ["New node…", "fresh", "a", "choose", "Subgraph"]
    assert [offer.detail for offer in offers[1:-1]] == [
        "nodes.py",
        "nodes.py  ·  used by 'a'",
        "routing.py  ·  Where to?",
    ]


@pytest.mark.parametrize(
    "outlet",
    [PlainOutlet("a"), PlainOutlet("b"), PlainOutlet("c"), PlainOutlet(START), PlainOutlet(END), PlainOutlet("gone"),
     BranchOutlet("b", "", "again"), BranchOutlet("b", "", "gone")],
)  # fmt: skip
def test_the_reasons_for_all_nodes_are_those_that_the_rule_gives_for_each(outlet) -> None:
    graph = document(
        {START: (0, 0), "a": (0, 0), "b": (0, 0), "c": (0, 0), "d": (0, 0), END: (0, 0)},
        [(START, "a"), (("a", "c"), "d"), ("c", "c")],
        {"b": {"again": "a", "done": END}},
    )
    names = (START, *graph.graph.nodes, END)

    assert reasons_against(graph, outlet, names) == {name: why_not(graph, outlet, name) for name in names}


def test_a_graph_of_ten_thousand_nodes_asks_the_rule_only_a_few_times(monkeypatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "editor.canvas.allowed_targets.why_not", lambda _document, _outlet, target: asked.append(target)
    )
    names = [f"n{number}" for number in range(10_000)]

    reasons_against(loop(), PlainOutlet("a"), [START, "a", "b", *names])

    assert len(asked) == 4


def test_undo_takes_back_the_node_and_its_edge_together(canvas) -> None:
    view, history = canvas(loop())
    before = history.document
    history_len = history.can_undo
    view.search.open(Point(700, 300), PlainOutlet("c"))
    type_(view, "review")
    press(view, Qt.Key.Key_Return)

    history.undo()

    assert (history.document, history.can_undo) == (before, history_len)


CHAIN = TemplateChoice("chain", "Chain", "Steps one after the other.")


def insert_chain(shown: Document, name: str, at: tuple[int, int]) -> Inserted:
    text = '{"format": "stategraph", "format_version": "1.0", "nodes": {"first": {}, "second": {}}, '
    command = paste(shown, text + '"edges": [{"from": "first", "to": "second"}]}', at)
    return Inserted(command, ("first", "second"), "first", f"{name} came along.")


@pytest.mark.parametrize("edges", [[], [("a", END)]], ids=["END is free", "END is in use"])
def test_a_template_lies_on_nothing_and_pushes_an_end_to_which_nothing_leads(canvas, edges) -> None:
    view, _history = canvas(document({START: (0, 12), "a": (120, 0), END: (640, 12)}, edges))
    view.search.templates, view.search.insert_template = (CHAIN,), insert_chain
    drawing = view.drawing

    view.search.open(Point(400, 0))
    QTest.keyClicks(view.search.popup.field, "chain")
    QTest.keyClick(view.search.popup.field, Qt.Key.Key_Return)

    cards = {name: drawing.card_rect(name) for name in drawing.shapes}
    assert not any(one.meets(other) for a, one in cards.items() for b, other in cards.items() if a < b)
    assert cards[END].left > cards["second"].right or edges


def test_a_template_is_offered_by_its_title_and_inserted_as_one_edit(canvas) -> None:
    view, history = canvas(loop())
    view.search.templates = (CHAIN,)
    view.search.insert_template = insert_chain
    told: list[str] = []
    view.message.connect(told.append)
    view.search.open(Point(600, 300), PlainOutlet("c"))

    assert view.search.popup is not None
    QTest.keyClicks(view.search.popup.field, "chain")
    assert view.search.popup.chosen().kind is OfferKind.TEMPLATE
    QTest.keyClick(view.search.popup.field, Qt.Key.Key_Return)

    edges = {(edge.source, edge.target) for edge in history.document.graph.edges}
    assert {("first", "second"), ("c", "first")} <= edges
    assert view.selected_nodes() == {"first", "second"}
    assert told == ["chain came along."]
    history.undo()
    assert not history.can_undo and not history.document.has_node("first")


def test_what_is_typed_finds_a_node_or_function_before_a_template_that_fits_equally() -> None:
    functions = (FunctionChoice("nodes:router", "function", ""),)
    templates = (TemplateChoice("router", "Router", "One of several ways."),)

    found = [offer.kind for offer in offers_to_add("router", Document(), functions, templates=templates)]

    assert found.index(OfferKind.FUNCTION) < found.index(OfferKind.TEMPLATE)
    assert OfferKind.TEMPLATE in {offer.kind for offer in offers_to_add("", Document(), (), templates=templates)}


def test_a_card_that_is_added_at_the_edge_of_the_view_is_seen_as_a_whole(canvas) -> None:
    view, _history = canvas(loop())
    corner = view.mapToScene(view.viewport().rect().bottomRight() - QPoint(20, 20))

    view.search.open(Point(corner.x(), corner.y()), PlainOutlet("c"))
    QTest.keyClicks(view.search.popup.field, "fresh")
    QTest.keyClick(view.search.popup.field, Qt.Key.Key_Return)

    assert view.viewport().rect().contains(view.mapFromScene(view.node_rect("fresh")).boundingRect())
