"""The little pictures of templates: all of the graph, in the theme's colours, as strong on dense screens."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication

from editor.app.graph_picture import graph_picture
from editor.app.template_cards import PICTURE_SIZE, TemplateCards
from editor.app.templates import Template, all_templates
from editor.document.files import open_document
from editor.theme.palette import apply_theme
from editor.theme.tokens import tokens_for


def drawn(template: Template, ratio: float = 1.0) -> QImage:
    return graph_picture(open_document(template.graph_path).document, PICTURE_SIZE, ratio).toImage()


def inked(image: QImage) -> float:
    """The share of the picture that anything was drawn on."""
    points = [(x, y) for x in range(image.width()) for y in range(image.height())]
    return sum(image.pixelColor(x, y).alpha() > 60 for x, y in points) / len(points)


@pytest.mark.parametrize("template", all_templates(), ids=lambda template: template.name)
def test_a_picture_leaves_its_edges_free_so_nothing_is_cut_off(qapp: QApplication, template: Template) -> None:
    image = drawn(template)
    right, bottom = image.width() - 1, image.height() - 1
    edge = [(x, y) for x in range(image.width()) for y in (0, bottom)]
    edge += [(x, y) for y in range(image.height()) for x in (0, right)]

    assert all(image.pixelColor(x, y).alpha() == 0 for x, y in edge)
    assert inked(image) > 0.1


def test_lines_are_as_wide_on_a_dense_screen(qapp: QApplication) -> None:
    chain = all_templates()[0]

    assert drawn(chain, 2.0).size() == PICTURE_SIZE * 2
    assert inked(drawn(chain, 2.0)) == pytest.approx(inked(drawn(chain)), rel=0.15)


def test_the_cards_follow_the_theme(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    cards = TemplateCards(4)
    cards.show()
    accents = []

    for mode in ("light", "dark"):
        apply_theme(qapp, mode)
        image = next(iter(cards._buttons.values())).icon().pixmap(QSize(PICTURE_SIZE)).toImage()
        colours = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
        accents.append(QColor(tokens_for(mode).accent).name() in colours)

    apply_theme(qapp, "light")
    cards.deleteLater()
    assert accents == [True, True]


def test_cards_that_nobody_has_seen_have_no_pictures(qapp: QApplication) -> None:
    cards = TemplateCards(4)
    button = next(iter(cards._buttons.values()))

    assert button.icon().isNull()
    cards.show()
    assert not button.icon().isNull()
    cards.deleteLater()
