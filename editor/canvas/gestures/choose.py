"""Which gesture a press begins: the first of the table that wants it."""

from __future__ import annotations

from collections.abc import Callable

from editor.canvas.gestures import (
    branch_stop,
    breakpoint_lane,
    choose_task,
    cut_edges,
    drag_edge,
    lasso,
    move_nodes,
    pan,
    problem_mark,
    reorder_branch,
    resize_remark,
    rubber_band,
    select_edge,
)
from editor.canvas.gestures.gesture import Gesture, Pointer, Stage

IN_ORDER: tuple[Callable[[Stage, Pointer], Gesture | None], ...] = (
    pan.begin,
    lasso.begin,
    cut_edges.begin,
    breakpoint_lane.begin,
    branch_stop.begin,
    problem_mark.begin,
    choose_task.begin,
    drag_edge.begin,
    select_edge.begin,
    resize_remark.begin,
    reorder_branch.begin,
    move_nodes.begin,
    rubber_band.begin,
)


def begin_gesture(stage: Stage, pointer: Pointer) -> Gesture | None:
    for begin in IN_ORDER:
        gesture = begin(stage, pointer)
        if gesture is not None:
            return gesture
    return None
