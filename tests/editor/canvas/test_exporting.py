"""The drawing as a picture or as text for others."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog

from editor.canvas import exporting
from editor.canvas.graph_view import GraphView
from editor.debugger.run_picture import NodeLook, NodeMoment, RunPicture
from editor.document.document import Document
from editor.document.layout import Layout
from editor.document.remark import Remark
from editor.document.undo_history import UndoHistory
from editor.theme.palette import apply_theme
from editor.theme.theme import current_tokens
from engine.graph.spec import EdgeSpec, GraphSpec, NodeSpec
from engine.graph.spec_mermaid import graph_mermaid
from tests.editor.canvas.graphs import loop

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def view(qtbot, qapp) -> Iterator[GraphView]:
    apply_theme(qapp, "light")
    view = GraphView(UndoHistory(loop()))
    qtbot.addWidget(view)
    view.resize(900, 500)
    view.show()
    view.zoom_at(view.viewport().rect().center(), 0.1)  # what is exported does not depend on it
    yield view
    apply_theme(qapp, "light")
    QGuiApplication.clipboard().clear()


def test_a_png_shows_the_whole_graph_at_twice_its_size(view) -> None:
    picture = QImage.fromData(view.exporting.png())

    area = view.content_rect()
    assert abs(picture.width() - 2 * (area.width() + 64)) <= 2
    assert abs(picture.height() - 2 * (area.height() + 64)) <= 2
    card = view.node_rect("c").center() - area.topLeft()
    assert picture.pixelColor(int(card.x() + 32) * 2, int(card.y() + 32 + 20) * 2).name() == "#ffffff"


def test_a_png_shows_nothing_of_the_users_hand_and_leaves_the_selection(view) -> None:
    plain = view.exporting.png()

    view.select(["a"])
    selected = view.exporting.png()

    assert selected == plain
    assert view.selected_nodes() == {"a"}


def test_a_png_shows_the_run(view) -> None:
    plain = view.exporting.png()

    view.show_run(RunPicture(nodes={"a": NodeMoment(NodeLook.FAILED)}))

    assert view.exporting.png() != plain


def test_a_huge_drawing_is_made_smaller(view, monkeypatch) -> None:
    monkeypatch.setattr(exporting, "MOST_PIXELS", 10_000)

    picture = QImage.fromData(view.exporting.png())

    assert 5_000 < picture.width() * picture.height() <= 10_400


def test_an_svg_holds_names_as_text_and_no_pictures_and_no_icon_font(view) -> None:
    view.show_run(RunPicture(nodes={"a": NodeMoment(NodeLook.DONE, 1, 0.1)}))  # it has an icon

    root = ElementTree.fromstring(view.exporting.svg())

    words = {"".join(text.itertext()).strip() for text in root.iter(f"{SVG}text")}
    families = {text.get("font-family") for text in root.iter() if text.get("font-family")}
    assert {"a", "b", "c", "START", "END", "again", "done"} <= words
    assert not list(root.iter(f"{SVG}image"))
    assert not any("phosphor" in family.lower() for family in families)


def test_mermaid_goes_to_the_clipboard(view) -> None:
    told: list[str] = []
    view.message.connect(told.append)

    view.exporting.copy_mermaid()

    assert QGuiApplication.clipboard().text() == graph_mermaid(loop().graph)
    assert told == ["The graph is in the clipboard as Mermaid text."]


@pytest.mark.parametrize(("kind", "begins"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("mermaid", b"---\nconfig:")])
def test_the_dialog_begins_beside_the_graph_and_writes_the_file_chosen(
    view, tmp_path: Path, monkeypatch, kind: str, begins: bytes
) -> None:
    told: list[str] = []
    view.message.connect(told.append)
    monkeypatch.setattr(QFileDialog, "open", lambda _dialog: None)
    view.set_folder(tmp_path)
    target = tmp_path / "drawing.out"

    dialog = view.exporting.ask(kind)
    folder = Path(dialog.directory().absolutePath())
    dialog.fileSelected.emit(str(target))
    dialog.deleteLater()

    assert folder == tmp_path
    assert target.read_bytes().startswith(begins)
    assert told == ["Exported to drawing.out."]


def test_a_folder_that_cannot_be_written_is_told(view, tmp_path: Path) -> None:
    told: list[str] = []
    view.message.connect(told.append)

    done = view.exporting.save("mermaid", tmp_path / "missing" / "a.mmd")

    assert not done
    assert told == ["a.mmd could not be written: No such file or directory."]


def many(count: int) -> Document:
    nodes = {f"n{i}": NodeSpec("nodes:f") for i in range(count)}
    edges = tuple(EdgeSpec(f"n{i}", f"n{i + 1}") for i in range(count - 1))
    places = {f"n{i}": (i % 20 * 240, i // 20 * 96) for i in range(count)}
    return Document(GraphSpec("many", None, nodes, edges), Layout(places))


@pytest.fixture
def large(qtbot) -> GraphView:
    view = GraphView(UndoHistory(many(exporting.AT_ONCE_UP_TO + 1)))
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()
    return view


@pytest.mark.parametrize("kind", ["png", "svg"])
def test_a_large_picture_is_made_while_the_window_goes_on_and_is_the_same(large, qtbot, tmp_path: Path, kind) -> None:
    path = tmp_path / f"large.{kind}"

    assert large.exporting.save(kind, path)
    assert not path.exists() and large.exporting.work.is_busy
    qtbot.waitUntil(path.exists)

    assert path.read_bytes() == large.exporting.content(kind)
    assert not large.exporting.work.is_busy


def test_escape_ends_a_large_export_and_nothing_is_written(large, qtbot, tmp_path: Path) -> None:
    large.exporting.save("png", tmp_path / "large.png")
    qtbot.waitUntil(large.exporting.work.note.isVisible)

    QTest.keyClick(large, Qt.Key.Key_Escape)

    assert not large.exporting.work.is_busy and not large.exporting.work.note.isVisible()
    assert list(tmp_path.iterdir()) == []


def test_an_edit_ends_a_large_export_and_says_so(large, qtbot, tmp_path: Path) -> None:
    told: list[str] = []
    large.message.connect(told.append)
    large.exporting.save("svg", tmp_path / "large.svg")

    large.select(["n0"])
    large.delete_selection()
    qtbot.waitUntil(lambda: not large.exporting.work.is_busy)

    assert any("changed" in each for each in told), told
    assert list(tmp_path.iterdir()) == []


def test_strips_and_single_items_give_the_picture_that_the_scene_gives(large) -> None:
    png = QImage.fromData(large.exporting.png()).convertToFormat(QImage.Format.Format_RGB32)
    whole = QImage(png.size(), QImage.Format.Format_RGB32)
    whole.fill(QColor(current_tokens().canvas))
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    large.exporting._paint(painter, QRectF(whole.rect()), large.exporting._area())
    painter.end()

    differing = sum(
        whole.pixel(x, y) != png.pixel(x, y) for x in range(0, png.width(), 7) for y in range(0, png.height(), 3)
    )
    assert differing / (png.width() * png.height() / 21) < 0.001  # the borders of strips are rounded


def test_the_title_of_a_frame_and_the_stripes_of_a_card_are_painted_once_in_a_picture_of_many_strips(qtbot) -> None:
    graph = GraphSpec("framed", None, {"a": NodeSpec("nodes:f", disabled=True)})
    frame = Remark("frame", (-200, -200, 800, 900), "All of it")
    view = GraphView(UndoHistory(Document(graph, Layout({"a": (0, 60)}, remarks={"frame": frame}))))
    qtbot.addWidget(view)
    view.resize(900, 600)
    view.show()

    png = QImage.fromData(view.exporting.png()).convertToFormat(QImage.Format.Format_RGB32)

    whole = QImage(png.size(), QImage.Format.Format_RGB32)
    whole.fill(QColor(current_tokens().canvas))
    painter = QPainter(whole)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    view.exporting._paint(painter, QRectF(whole.rect()), view.exporting._area())
    painter.end()
    middle_of_bar = ((-200 + 700) * 2, (-200 + 12) * 2)
    left, top = (round(2 * each) for each in (view.exporting._area().left(), view.exporting._area().top()))
    x, y = middle_of_bar[0] - left, middle_of_bar[1] - top
    assert png.pixelColor(x, y) != png.pixelColor(x, y + 100)  # it is the bar
    assert png.pixelColor(x, y) == whole.pixelColor(x, y)
    differing = sum(
        whole.pixel(x, y) != png.pixel(x, y) for x in range(0, png.width(), 5) for y in range(0, png.height(), 3)
    )
    assert differing / (png.width() * png.height() / 15) < 0.001
