"""The pickers of fan-outs on the canvas: a click or a key lets a card show one task after the other, or all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent

from editor.canvas.graph_scene import GraphScene
from editor.canvas.task_choice import ALL, has_choice, next_number
from editor.canvas.view_stage import ViewStage

if TYPE_CHECKING:
    from editor.canvas.graph_view import GraphView


class FanOuts:
    def __init__(self, view: GraphView, stage: ViewStage, scene: GraphScene) -> None:
        self._view = view
        self._stage = stage
        self._scene = scene

    def step(self, name: str, step: int) -> None:
        """One task further or back on this card."""
        moment = self._scene.picture.nodes.get(name)
        if moment is None or not has_choice(moment):
            return
        number = next_number(moment, self._scene.chosen_tasks.get(name, ALL), step)
        self._scene.choose_task(name, number)
        self._view.task_chosen.emit(name, self.chosen_task(name))
        if QAccessible.isActive():
            words = self._scene.nodes[name].look.says
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._view, words))

    def chosen_task(self, name: str) -> str:
        """The id of the task that this card shows; "" while it shows all of them."""
        moment, number = self._scene.picture.nodes.get(name), self._scene.chosen_tasks.get(name, ALL)
        return moment.tasks[number - 1].id if moment is not None and 1 <= number <= len(moment.tasks) else ""

    def step_selected(self, step: int) -> None:
        """On the selected cards, as far as they have several tasks."""
        names = [name for name in self._view.selected_nodes() if has_choice(self._scene.picture.nodes.get(name))]
        if not names:
            self._stage.tell("Select a node that a fan-out ran several times in one step.")
        for name in names:
            self.step(name, step)
