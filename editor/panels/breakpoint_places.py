"""The menu of places where a breakpoint can be set besides before a node: made of the shown graph and run."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QMenu

from editor.debugger.breakpoints import Breakpoint, Where
from editor.debugger.session import DebugSession
from engine.graph.spec import START

MOST_ROWS_READ = 200
"""The newest rows of a run name its keys; more would only repeat them."""


def fill_places_menu(menu: QMenu, session: DebugSession, on_choose: Callable[[Breakpoint], None]) -> None:
    """Anew each time it opens, as the graph may have been edited."""
    menu.clear()

    def offer(into: QMenu, text: str, place: Breakpoint) -> None:
        into.addAction(text.replace("&", "&&"), lambda: on_choose(place))

    graph = session.graph
    nodes = sorted(graph.nodes) if graph is not None else []
    before, after = menu.addMenu("Before a node"), menu.addMenu("After a node")
    for node in nodes:
        offer(before, node, Breakpoint("", node=node))
        offer(after, node, Breakpoint("", Where.AFTER, node))
    branches = menu.addMenu("On a branch")
    for node, routers in sorted(graph.routers.items()) if graph is not None else []:
        for router in routers:
            for branch in router.branches:
                place = Breakpoint("", Where.BRANCH, node, router.name, branch.label)
                offer(branches, f"{branch.label}, from {'the start' if node == START else node}", place)
    keys = menu.addMenu("When a key changes")
    for key in known_keys(session):
        offer(keys, key, Breakpoint("", Where.KEY, key=key))
    for submenu in (before, after, branches, keys):
        submenu.menuAction().setVisible(not submenu.isEmpty())
    menu.addSeparator()
    offer(menu, "On any error", Breakpoint("", Where.ERROR))
    offer(menu, "On any question", Breakpoint("", Where.INTERRUPT))


def known_keys(session: DebugSession) -> list[str]:
    """The keys of the state that the shown run has written so far."""
    rows = list(session.run_state.checkpoints.values())[-MOST_ROWS_READ:]
    return sorted({key for row in rows for key in row.changed_keys})
