"""The scenes of ``screens`` that show the editor: no run, or the question before the first one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QScrollArea, QWidget

from editor.app.hands import LEFT, NO_KEYS
from editor.panels.router_card import CONDITIONS
from editor.panels.router_section import RouterSection
from editor.pictures import scene_steps as steps
from editor.pictures.camera import Camera
from editor.pictures.screen_graphs import change_nodes, from_template, support_router
from editor.widgets.segmented import Segmented


async def welcome(camera: Camera, place: Path) -> None:
    await camera.editor.start(None)
    await camera.settle()
    await camera.picture("welcome")


async def empty_graph(camera: Camera, place: Path) -> None:
    camera.editor.new()
    await camera.until(lambda: camera.editor.canvas.isVisible(), "the canvas")
    await camera.settle()
    await camera.picture("empty-graph")


async def support_router_graph(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await steps.select(camera, "classify")
    await camera.picture("support-router")


async def node_search(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    camera.editor.canvas.setFocus()
    await camera.press("Tab")
    await camera.settle()
    camera.write("answer")
    await camera.settle()
    await camera.picture("node-search")


async def inspector_options(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await steps.select(camera, "search_articles")
    await steps.unfold(camera, "Options", "Retry", "Add retry")
    steps.named(camera.window, "Retry, First wait").setFocus()
    await camera.settle()
    await camera.picture("inspector-options")


async def router_form(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await steps.select(camera, "execute_query")
    camera.choose(camera.part(Segmented, camera.part(RouterSection)), CONDITIONS)
    await camera.settle()
    for label, condition in (("found", "len(rows) > 0"), ("again", "not rows and attempts < 3")):
        steps.named(camera.window, f"Condition of branch {label}").setFocus()
        await camera.press("Ctrl+A")
        camera.write(condition)
        await camera.press("Return")
        await camera.settle()
    await scroll_to(camera, "RouterSection")
    await camera.picture("router-form")


async def state_page(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await camera.press("Ctrl+Alt+K")
    await camera.settle()
    await camera.picture("state-page")


async def code(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await steps.select(camera, "generate_query")
    await camera.press("Return")
    pane = camera.editor.code.panel.section.pane
    await camera.until(lambda: pane.isVisible() and pane.editor.hasFocus(), "the code")
    line = 'attempt = state.get("attempts", 0) + 1'
    at = pane.editor.text().index(line) + len(line)
    pane.editor.select(at, at)
    await camera.press("Return")
    camera.write("words = model.d")
    await camera.press("Ctrl+Space")
    await camera.until(pane.assistant.choices.isVisible, "what could stand here")
    await camera.settle()
    await camera.picture("code")


async def problems(camera: Camera, place: Path) -> None:
    graph = support_router(place)
    change_nodes(graph, "def answer_general", "def answer_in_general")
    await steps.open_graph(camera, graph)
    await steps.select(camera, "plan_search")
    await camera.press("Del")
    await camera.press("Ctrl+Shift+M")
    await camera.settle()
    await camera.until(lambda: "(" in camera.window.problems_dock.windowTitle(), "problems")
    view = camera.editor.problems.list
    row = view.visualRect(view.model().index(0, 0))
    QTest.mouseClick(view.viewport(), LEFT, NO_KEYS, row.center() + QPoint(row.width() // 2 - 24, 0))
    await camera.settle()
    await camera.picture("problems")
    for menu in camera.editor.problems.findChildren(QMenu):
        menu.close()


async def subgraph(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, from_template(place, "subgraph"))
    inner = next(name for name, node in camera.editor.history.document.graph.nodes.items() if node.graph is not None)
    await steps.select(camera, inner)
    await camera.press("Return")
    await camera.until(lambda: camera.editor.history.path == (inner,), "the subgraph")
    camera.editor.canvas.fit_all()
    await steps.select(camera, next(iter(camera.editor.history.document.graph.nodes)))
    await camera.picture("subgraph")


async def palette(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await camera.press("Ctrl+Shift+P")
    await camera.settle()
    camera.write("br")
    await camera.settle()
    await camera.picture("palette")


async def settings(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await camera.press("Ctrl+,")
    await camera.until(lambda: camera.open_dialogs(), "the settings")
    await camera.settle()
    await camera.picture("settings")


async def templates(camera: Camera, place: Path) -> None:
    await camera.editor.start(None)
    await camera.press("Ctrl+Shift+N")
    await camera.until(lambda: camera.open_dialogs(), "the templates")
    await camera.settle()
    await camera.picture("templates")


async def shortcuts(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await camera.press("F1")
    await camera.until(lambda: camera.open_dialogs(), "the keys")
    await camera.settle()
    await camera.picture("shortcuts")


async def trust(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    await camera.press("F5")
    dialog = await camera.dialog("trust")
    await camera.settle()
    await camera.picture("trust")
    dialog.reject()


async def merge_conflict(camera: Camera, place: Path) -> None:
    graph = support_router(place)
    line = '    "escalate": {"fn": "nodes:escalate"},\n'
    text = graph.read_text(encoding="utf-8")
    ours, theirs = line.replace("nodes:", "humans:"), line.replace("}", ', "timeout": 30}')
    sides = f"<<<<<<< HEAD\n{ours}||||||| 4f2a91c\n{line}=======\n{theirs}>>>>>>> timeouts\n"
    assert line in text, "the example has this node"
    graph.write_text(text.replace(line, sides), encoding="utf-8")
    camera.editor.tasks.start(camera.editor.start(graph))
    dialog = await camera.dialog("conflict")
    await camera.settle()
    await camera.picture("merge-conflict")
    dialog.reject()


async def input_picker(camera: Camera, place: Path) -> None:
    await steps.open_graph(camera, support_router(place))
    camera.click(camera.editor.inputs)
    await camera.settle()
    await camera.picture("input")
    camera.editor.inputs.close_picker()


async def scroll_to(camera: Camera, kind: str) -> None:
    part = next(w for w in camera.window.findChildren(QWidget) if type(w).__name__ == kind and w.isVisible())
    parent = part.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    inside = parent.widget() if parent is not None else None
    if parent is not None and inside is not None:
        bar = parent.verticalScrollBar()
        bar.setValue(part.mapTo(inside, part.rect().topLeft()).y() - 16)
    await camera.settle()
