"""Breakpoints by key at what is selected on the canvas: before a node, or on a branch by its edge. See ``actions``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from editor.debugger.breakpoints import Breakpoint, Where
from engine.graph.spec import BranchOutlet

if TYPE_CHECKING:
    from editor.app.wiring import Editor


@dataclass(frozen=True, slots=True)
class BreakpointVerbs:
    editor: Editor

    def handlers(self) -> dict[str, Callable[[], object]]:
        return {
            "debug.breakpoint": self.toggle,
            "debug.enable_breakpoint": self.enable,
            "debug.edit_breakpoint": self.edit,
        }

    def toggle(self) -> None:
        for place in self._places():
            if isinstance(place, BranchOutlet):
                self.editor.levels.toggle_branch_breakpoint(place)
            else:
                self.editor.session.toggle_breakpoint(place, self.editor.history.path)

    def enable(self) -> None:
        """Disables the breakpoints there, or enables them if all are disabled."""
        here = [each for place in self._places() for each in self._at(place)]
        if not here:
            self.editor.window.toast.say("There is no breakpoint at what is selected.")
            return
        enabled = not any(each.enabled for each in here)
        for each in here:
            self.editor.session.enable_breakpoint(each.id, enabled)

    def edit(self) -> None:
        """Shows the conditions of the breakpoint there; sets one if there is none."""
        editor = self.editor
        place = next(self._places(), None)
        if place is None:
            return
        here = self._at(place)
        found = here[0].id if here else editor.session.add_breakpoint(_new(place, editor.history.path))
        editor.window.breakpoints_dock.show()
        editor.window.breakpoints_dock.raise_()
        editor.breakpoints.choose(found)
        editor.breakpoints.form.edit_condition()

    def _places(self) -> Iterator[str | BranchOutlet]:
        """The selected nodes, and the branches whose edges are selected."""
        editor = self.editor
        yield from sorted(node for node in editor.canvas.selected_nodes() if editor.history.document.has_node(node))
        for edge in sorted(editor.canvas.selected_edges(), key=str):
            if isinstance(edge.outlet, BranchOutlet):
                yield edge.outlet

    def _at(self, place: str | BranchOutlet) -> list[Breakpoint]:
        wanted = _new(place, self.editor.history.path)
        sign = (wanted.where, wanted.node, wanted.router, wanted.label, wanted.within)
        return [
            each
            for each in self.editor.session.breakpoint_list
            if (each.where, each.node, each.router, each.label, each.within) == sign
        ]


def _new(place: str | BranchOutlet, within: tuple[str, ...]) -> Breakpoint:
    if isinstance(place, BranchOutlet):
        return Breakpoint("", Where.BRANCH, place.node, place.router, place.label, within=within)
    return Breakpoint("", node=place, within=within)
