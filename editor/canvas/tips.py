"""What hovering tells. Pure, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from editor.canvas.drawing import Drawing
from editor.canvas.hit import Hit, HitKind
from editor.canvas.line_look import edge_in_words
from editor.canvas.node_look import card_look
from editor.canvas.problem_marks import ProblemMark
from editor.canvas.task_choice import ALL, moment_of_task
from editor.debugger.run_picture import EdgeLook, RunPicture
from engine.graph.conditions import keys_read
from engine.graph.spec import END, BranchOutlet, RouterSpec, router_of

MOST_LETTERS = 500
LOOSE = ", which does not exist\nDrag it to a node, or click to see what can be done"


ReadsOf = Callable[[str], tuple[str, ...]]
"""The keys of the state that a function reads, as far as that can be seen."""


def tip_for(
    picture: RunPicture,
    drawing: Drawing,
    problems: Mapping[str, ProblemMark],
    hit: Hit,
    reads_of: ReadsOf = lambda _function: (),
    chosen_tasks: Mapping[str, int] = MappingProxyType({}),
    stale: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """A few words about what is under the pointer; empty for none. ``chosen_tasks``: of the fan-outs, by node.

    ``stale``: of nodes that are others since the shown run.
    """
    words = _router_tip(picture, drawing, hit, reads_of) or _words(picture, drawing, hit, chosen_tasks, stale)
    mark = problems.get(hit.node) if hit.kind in (HitKind.BODY, HitKind.MARK) and hit.node is not None else None
    if mark is not None:
        words = mark.words + "\nClick to see what can be done" if hit.kind is HitKind.MARK else f"{words}\n{mark.words}"
    return words[:MOST_LETTERS]


def _words(
    picture: RunPicture, drawing: Drawing, hit: Hit, chosen_tasks: Mapping[str, int], stale: Mapping[str, str]
) -> str:
    if hit.kind is HitKind.LANE:
        return f"Breakpoint before {hit.node}: click to set or clear"
    if hit.kind is HitKind.TASKS and hit.node is not None:
        return f"{'Previous' if hit.side == 'left' else 'Next'} task of {hit.node}"
    if hit.kind is HitKind.OUTLET:
        branch = f" of '{hit.outlet.label}'" if isinstance(hit.outlet, BranchOutlet) else ""
        return f"Drag to draw the edge{branch}"
    if hit.kind is HitKind.BRANCH_STOP and isinstance(hit.outlet, BranchOutlet):
        return f"Break when '{hit.outlet.label}' is taken: click to set or clear"
    if hit.edge is not None:
        words = "Edge " + edge_in_words(hit.edge, picture.edges.get(hit.edge))
        return words if hit.edge.target in drawing.shapes else words + LOOSE
    if hit.kind is HitKind.BRANCH and isinstance(hit.outlet, BranchOutlet):
        return _branch_tip(drawing, hit.outlet)
    if hit.remark is not None:
        is_frame = hit.kind is HitKind.REMARK and drawing.remarks[hit.remark].kind == "frame"
        return "Drag to move the frame and what stands in it. Double-click to rename" if is_frame else ""
    if hit.node is not None:
        moment = moment_of_task(picture.nodes.get(hit.node), chosen_tasks.get(hit.node, ALL))
        why_stale = stale.get(hit.node, "")
        return card_look(drawing.graph, hit.node, moment, has_run=bool(picture.nodes), stale=why_stale).says
    return ""


def _router_tip(picture: RunPicture, drawing: Drawing, hit: Hit, reads_of: ReadsOf) -> str:
    """On its badge: what decides, on which keys, and how it decided in the shown run."""
    router = None if hit.router is None or hit.node is None else router_of(drawing.graph, hit.node, hit.router)
    if router is None or hit.node is None:
        return ""
    decided = {
        edge.outlet.label: moment
        for edge, moment in picture.edges.items()
        if isinstance(edge.outlet, BranchOutlet) and (edge.outlet.node, edge.outlet.router) == (hit.node, router.name)
    }
    last = [repr(label) for label, moment in decided.items() if moment.look is EdgeLook.NEXT]
    times = {label: moment.times for label, moment in decided.items() if moment.times}
    what = f"{router.fn.rpartition(':')[2]}(state)" if router.fn is not None else "Conditions"
    lines = [f"{what} → {' and '.join(last)}" if last else what]
    if times and (not last or sum(times.values()) > len(last)):
        lines.append("In this run: " + ", ".join(f"{label} {_times(count)}" for label, count in times.items()))
    keys = reads_of(router.fn) if router.fn is not None else _keys_of_conditions(router)
    if keys:
        lines.append(f"Reads {', '.join(keys)}")
    opens = "see its code" if router.fn is not None else "edit them"
    return "\n".join([*lines, f"Double-click to {opens}"])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _keys_of_conditions(router: RouterSpec) -> tuple[str, ...]:
    return tuple(dict.fromkeys(key for branch in router.branches for key in keys_read(branch.when or "")))


def _branch_tip(drawing: Drawing, outlet: BranchOutlet) -> str:
    for router in drawing.graph.routers.get(outlet.node, ()):
        for branch in router.branches:
            if (router.name, branch.label) == (outlet.router, outlet.label):
                where = branch.target or "nothing yet"
                if branch.target not in (None, END, *drawing.graph.nodes):
                    where += ", which does not exist"
                how = f"when {branch.when}" if branch.when else f"by {router.fn}" if router.fn else "else"
                return f"{branch.label}: leads to {where}, {how}. Double-click to rename"
    return ""
