"""The drawing for others: as a PNG or SVG picture of the whole graph, or as Mermaid text.

A picture shows what the canvas shows, the run too, but nothing of the user's hand: no selection, no pointer.
"""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage, QImageWriter, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QGraphicsItem, QStyleOptionGraphicsItem

from editor.canvas.patient_work import PatientWork, Steps
from editor.canvas.shapes import Rect
from editor.document.atomic_file import write_atomically
from editor.document.document import Document
from editor.theme.theme import current_tokens
from engine.graph.spec_mermaid import graph_mermaid

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView

KINDS = {"png": ("PNG picture", ".png"), "svg": ("SVG picture", ".svg"), "mermaid": ("Mermaid text", ".mmd")}
"""Kind -> what menus and dialogs call it, and how its files end."""
BORDER_PX = 32.0
PNG_SCALE = 2.0
"""Sharp on paper and on dense screens."""
PNG_QUALITY = 60
"""Qt's word for how little it is packed: 140 ms for a usual drawing instead of 490, and a quarter more bytes."""
MOST_PIXELS = 40_000_000
"""160 MB while it is drawn. A larger drawing is drawn smaller."""


DRAWN_SHARE = 0.5
"""Of the time that a PNG takes; packing it takes the rest."""
AT_ONCE_UP_TO = 400
"""Nodes that are drawn and packed within a quarter of a second. More are drawn a little at a time."""
STRIP_PX = 96
"""Of a PNG, between two looks at the clock."""
BATCH = 24
"""Items of an SVG, between two looks at the clock."""


class Exporting:
    def __init__(self, view: GraphView) -> None:
        self._view = view
        self.work = PatientWork(view)
        self.folder: Path | None = None
        """Where the dialog begins: beside the graph. None for a graph without a file."""

    def ask(self, kind: str) -> QFileDialog:
        """Ask where the file goes, and write it there. Returns at once."""
        text, ending = KINDS[kind]
        dialog = QFileDialog(self._view.window(), f"Export as {text}", str(self.folder or Path.home()))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(f"{text} (*{ending})")
        dialog.setDefaultSuffix(ending[1:])
        dialog.selectFile(f"{self._view.document.graph.name or 'subgraph'}{ending}")
        dialog.fileSelected.connect(lambda path: self.save(kind, Path(path)))
        dialog.open()
        return dialog

    def save(self, kind: str, path: Path) -> bool:
        """Write the file whole or not at all, and tell how it went. A large picture takes some turns of the loop."""
        document = self._view.document
        if kind == "mermaid" or len(document.graph.nodes) <= AT_ONCE_UP_TO:
            return self._write(path, self.content(kind))
        steps = self._png_steps() if kind == "png" else self._svg_steps()
        words = f"Drawing {len(document.graph.nodes):,} nodes for {path.name} …"
        self.work.start(words, self._while_same(document, steps), lambda data: data and self._write(path, data))
        return True

    def _while_same(self, document: Document, steps: Steps) -> Steps:
        """A picture of one graph: an edit meanwhile ends it."""
        try:
            while True:
                share = next(steps)
                if self._view.document is not document:
                    self._view.message.emit("The graph changed while it was being drawn. Export it again.")
                    return b""
                yield share
        except StopIteration as finished:
            return finished.value
        finally:
            steps.close()

    def _write(self, path: Path, content: bytes) -> bool:
        try:
            write_atomically(path, content)
        except OSError as error:
            self._view.message.emit(f"{path.name} could not be written: {error.strerror or error}.")
            return False
        self._view.message.emit(f"Exported to {path.name}.")
        return True

    def content(self, kind: str) -> bytes:
        """What a file of this kind holds."""
        match kind:
            case "png":
                return self.png()
            case "svg":
                return self.svg()
            case _:
                return self.mermaid().encode()

    def copy_mermaid(self) -> None:
        QGuiApplication.clipboard().setText(self.mermaid())
        self._view.message.emit("The graph is in the clipboard as Mermaid text.")

    def mermaid(self) -> str:
        return graph_mermaid(self._view.document.graph)

    def png(self) -> bytes:
        """At twice the size of 100 %, or as large as memory allows."""
        return _all_of(self._png_steps())

    def svg(self) -> bytes:
        return _all_of(self._svg_steps())

    def _png_steps(self) -> Steps:
        """In strips, from top to bottom; then it is packed, by another thread."""
        area = self._area()
        scale = min(PNG_SCALE, (MOST_PIXELS / (area.width() * area.height())) ** 0.5)
        image = QImage((area.size() * scale).toSize(), QImage.Format.Format_RGB32)
        image.fill(QColor(current_tokens().canvas))
        for top in range(0, image.height(), STRIP_PX):
            height = min(STRIP_PX, image.height() - top)
            painter = QPainter(image)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            strip = QRectF(0, top, image.width(), height)
            painter.setClipRect(strip)
            source = QRectF(area.left(), area.top() + top / scale, image.width() / scale, height / scale)
            self._paint(painter, strip, source)
            painter.end()
            yield DRAWN_SHARE * (top + height) / image.height()
        packed: list[bytes] = []
        packer = Thread(target=lambda: packed.append(_packed(image)))
        packer.start()
        while packer.is_alive():
            packer.join(0.004)
            yield DRAWN_SHARE
        return packed[0]

    def _svg_steps(self) -> Steps:
        """Item by item, from the lowest to the highest."""
        area = self._area()
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        size = area.size().toSize()
        generator = QSvgGenerator(QSvgGenerator.SvgVersion.Svg11)
        generator.setOutputDevice(buffer)
        generator.setSize(size)
        generator.setViewBox(QRect(0, 0, size.width(), size.height()))
        generator.setTitle(self._view.document.graph.name)
        painter = QPainter(generator)
        painter.fillRect(QRectF(0, 0, size.width(), size.height()), QColor(current_tokens().canvas))
        painter.translate(-area.topLeft())
        scene = self._view.graph_scene
        by_area, upwards = Qt.ItemSelectionMode.IntersectsItemBoundingRect, Qt.SortOrder.AscendingOrder
        scene.make_within(Rect(area.x(), area.y(), area.width(), area.height()))
        items = scene.items(area, by_area, upwards)
        try:
            for start in range(0, len(items), BATCH):
                with scene.without_hand():
                    for item in items[start : start + BATCH]:
                        _paint_item(painter, item)
                yield start / len(items)
        finally:
            painter.end()
        return bytes(data.data())

    def _area(self) -> QRectF:
        rect = self._view.content_rect()
        return rect.adjusted(-BORDER_PX, -BORDER_PX, BORDER_PX, BORDER_PX)

    def _paint(self, painter: QPainter, target: QRectF, area: QRectF) -> None:
        scene = self._view.graph_scene
        scene.make_within(Rect(area.x(), area.y(), area.width(), area.height()))
        with scene.without_hand():
            scene.render(painter, target, area)


def _all_of(steps: Steps) -> bytes:
    while True:
        try:
            next(steps)
        except StopIteration as finished:
            return bytes(finished.value)


def _paint_item(painter: QPainter, item: QGraphicsItem) -> None:
    if not item.isVisible():
        return
    option = QStyleOptionGraphicsItem()
    option.exposedRect = item.boundingRect()
    painter.save()
    painter.setTransform(item.sceneTransform(), True)
    painter.setOpacity(item.effectiveOpacity())
    item.paint(painter, option, None)
    painter.restore()


def _packed(image: QImage) -> bytes:
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QImageWriter(buffer, QByteArray(b"png"))
    writer.setQuality(PNG_QUALITY)
    writer.write(image)
    return bytes(data.data())
