"""What a node shows at the looked-at moment: words, icon, colours by token name. Pure, no Qt.

One table holds the rule. Nothing is told by colour alone: each state has an icon or a word of its own, and
``says`` puts the whole into a sentence for screen readers and tooltips.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from editor.canvas.task_choice import picker_text
from editor.debugger.run_picture import NodeLook, NodeMoment
from editor.widgets.usage_words import short_usage, usage_words
from engine.graph.spec import END, START, GraphSpec, NodeSpec

NO_MOMENT = NodeMoment()


@dataclass(frozen=True, slots=True)
class StateStyle:
    """How one state of a run looks. Colours are names of tokens."""

    border: str
    border_px: float
    icon: str
    colour: str
    word: str
    opacity: float = 1.0
    is_moving: bool = False
    tint: str = ""
    """Token of the strip's background; empty for the quiet one."""
    icon_colour: str = ""
    """Token; empty: as the text."""


STYLES: dict[NodeLook, StateStyle] = {
    NodeLook.NOT_REACHED: StateStyle("card_border", 1.0, "", "text_quiet", ""),
    NodeLook.NEXT: StateStyle("next_line", 2.5, "next", "next", "next", tint="next_quiet", icon_colour="next_line"),
    NodeLook.RUNNING: StateStyle("running", 2.0, "running", "running", "running", is_moving=True, tint="running_quiet"),
    NodeLook.DONE: StateStyle("card_border", 1.0, "done", "done", "done"),
    NodeLook.WAITING: StateStyle("waiting", 2.0, "waiting", "waiting", "asks you", tint="waiting_quiet"),
    NodeLook.FAILED: StateStyle("failed", 2.0, "failed", "failed", "failed", tint="failed_quiet"),
    NodeLook.KEPT: StateStyle("done", 1.5, "kept", "done", "kept for retry", tint="done_quiet"),
    NodeLook.NOT_RUN: StateStyle("failed", 1.0, "not_run", "text_quiet", "not run", opacity=0.7),
    NodeLook.SKIPPED: StateStyle("card_border", 1.0, "", "text_quiet", "skipped", opacity=0.4),
}


RETRYING = replace(STYLES[NodeLook.RUNNING], icon="restart", word="running again")
"""Of a node that failed and was let begin once more by its retry policy."""

NOT_ITS_OWN = {
    "cache": StateStyle("card_border", 1.0, "cached", "text_quiet", "from the cache"),
    "record": StateStyle("card_border", 1.0, "cached", "text_quiet", "replayed"),
    "user": StateStyle("card_border", 1.0, "cached", "text_quiet", "given by you"),
}
"""Of a node that is done without having run, by where its result is from."""

STALE = StateStyle("card_border", 1.0, "stale", "text_quiet", "", icon_colour="next_line")
"""Of a node that is done, and that would not run the same way today."""

DISABLED = StateStyle("card_border", 1.0, "disabled", "text_quiet", "disabled")
"""Of a node that runs pass by, unless a run has something to say of it that matters now."""
_CALM = (NodeLook.NOT_REACHED, NodeLook.DONE, NodeLook.SKIPPED)


@dataclass(frozen=True, slots=True)
class CardLook:
    """Everything that paint needs besides the shape; made anew when one of its parts changes."""

    title: str
    subtitle: str
    subtitle_colour: str
    """Name of a token."""
    style: StateStyle
    icon_number: str
    """Beside the icon: visits, from the second on."""
    strip: str
    """Words in the strip below the card; empty: no strip."""
    strip_end: str
    """At the strip's right end: visits, or how far a subgraph is."""
    strip_end_must_stay: bool
    """Else it gives way to ``strip`` where both do not fit: visits stand beside the icon, too."""
    picker: str
    """There instead, between arrows: which task of a fan-out is shown. Empty for a card without a choice."""
    bar_share: float
    """Length of the bar behind the strip: this node's time against the slowest node's."""
    stack: int
    """Tasks of one fan-out, drawn as a stack with "×n"; 0 or 1 draws a single card."""
    failed_of_stack: int
    """How many of these failed."""
    is_deferred: bool
    is_subgraph: bool
    """Drawn with a double border."""
    is_disabled: bool
    """Drawn with stripes, and a line through it from port to port."""
    is_hatched: bool
    """It did not run: its result is from a cache, a record or the user."""
    says: str


def card_look(
    graph: GraphSpec,
    name: str,
    moment: NodeMoment | None,
    *,
    has_run: bool,
    slowest_s: float = 0.0,
    now_s: float = 0.0,
    tells_usage: bool = False,
    stale: str = "",
) -> CardLook:
    """The look of a node, START or END. ``now_s`` (since the epoch) makes the elapsed time of a running node.

    ``tells_usage``: some node of the run has told tokens or cost. ``stale``: what is another one since the shown run,
    in words, of a node that ran.
    """
    moment = moment or NO_MOMENT
    node = graph.nodes.get(name)
    is_disabled = bool(node and node.disabled)
    style = state_style(node, moment, stale)
    not_its_own = _not_its_own(moment)
    subtitle, subtitle_colour = _subtitle(node, moment)
    strip = _strip(moment, now_s, _most_tries(graph, node), tells_usage) if node is not None and has_run else ""
    picker = picker_text(moment) if strip else ""
    title = {START: "START", END: "END"}.get(name, name)
    share = moment.duration_s / slowest_s if moment.duration_s is not None and slowest_s > 0 else 0.0
    return CardLook(
        title=title,
        subtitle=subtitle,
        subtitle_colour=subtitle_colour,
        style=style,
        icon_number=str(moment.visits) if style.icon and moment.visits > 1 else "",
        strip=strip,
        strip_end=(_progress(moment) or _visits(moment.visits)) if strip and not picker else "",
        strip_end_must_stay=bool(_progress(moment)),
        picker=picker,
        bar_share=min(1.0, share) if moment.look in (NodeLook.DONE, NodeLook.KEPT, NodeLook.NOT_REACHED) else 0.0,
        stack=moment.tasks_together or moment.tasks_now,
        failed_of_stack=moment.tasks_failed,
        is_deferred=bool(node and node.defer),
        is_subgraph=bool(node and node.graph is not None),
        is_disabled=is_disabled,
        is_hatched=not_its_own is not None,
        says=_sentence(title, _what_runs(node) if node else "", style, moment, is_disabled, stale),
    )


def state_style(node: NodeSpec | None, moment: NodeMoment, stale: str = "") -> StateStyle:
    """The style alone: of START and END there is no node."""
    if node is not None and node.disabled and moment.look in _CALM:
        return DISABLED
    if moment.look is NodeLook.RUNNING and moment.tries > 1:
        return RETRYING
    if moment.look is NodeLook.DONE and stale:
        return STALE
    return _not_its_own(moment) or STYLES[moment.look]


def _not_its_own(moment: NodeMoment) -> StateStyle | None:
    return NOT_ITS_OWN.get(moment.result_from) if moment.look is NodeLook.DONE else None


def duration_text(seconds: float) -> str:
    """A time as short as it can be read: 0.4 ms, 12 ms, 3.4 s, 2 min 05 s."""
    if seconds < 0.00005:
        return "<0.1 ms"
    if seconds < 0.0095:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest:02d} s"


def _subtitle(node: NodeSpec | None, moment: NodeMoment) -> tuple[str, str]:
    """The function's name or what a subgraph holds; after a failure the error's kind, whose words are in the strip."""
    if node is None:
        return "", "text_quiet"
    if moment.look is NodeLook.FAILED and _error_parts(moment.error_line)[0]:
        where = f" in {moment.inside}" if moment.inside else ""
        return f"{_error_parts(moment.error_line)[0]}{where}", "failed"
    if moment.look is NodeLook.RUNNING and moment.said:
        return moment.said, "running"
    if moment.inside:
        return f"› {moment.inside}", STYLES[moment.look].colour
    if isinstance(node.graph, GraphSpec):
        count = len(node.graph.nodes)
        return (f"{count} nodes" if count > 1 else "1 node", "text_quiet") if count else ("empty subgraph", "next")
    what = node.graph or node.fn
    return (what, "text_quiet") if what else ("no function yet", "next")


def _what_runs(node: NodeSpec) -> str:
    """For who hears the card."""
    if isinstance(node.graph, GraphSpec):
        return f"subgraph of {len(node.graph.nodes)} nodes"
    return f"subgraph {node.graph}" if node.graph else node.fn or ""


def _error_parts(line: str) -> tuple[str, str]:
    """("ValueError", "no such plan") of "ValueError: no such plan"; the first is empty if there is no such name.

    A failing router's is "ValueError in router".
    """
    kind, colon, words = line.partition(": ")
    return (kind, words) if colon and words and kind.removesuffix(" in router").isidentifier() else ("", line)


def _most_tries(graph: GraphSpec, node: NodeSpec) -> int | None:
    """How often the node may begin in one visit; None if nothing is said of that."""
    policies = node.retry or graph.defaults.retry
    return max((policy.max_attempts for policy in policies), default=None)


def _try(moment: NodeMoment, most: int | None) -> str:
    """ "try 2/3", once it has begun again."""
    if moment.tries < 2:
        return ""
    return f"try {moment.tries}/{most}" if most is not None and moment.tries <= most else f"try {moment.tries}"


def _strip(moment: NodeMoment, now_s: float, most_tries: int | None, tells_usage: bool) -> str:
    tokens = short_usage(moment.usage) if moment.usage is not None or tells_usage else ""
    match moment.look:
        case NodeLook.FAILED:
            return _error_parts(moment.error_line)[1] or "failed"
        case NodeLook.RUNNING:
            elapsed = max(0.0, now_s - moment.started_at_s) if moment.started_at_s is not None else None
            begun = f"{_try(moment, most_tries)} ·" if moment.tries > 1 else "running"
            words = begun.removesuffix(" ·") if elapsed is None else f"{begun} {elapsed:.1f} s"
            return f"{words} · {tokens}" if moment.usage is not None else words
        case NodeLook.NEXT | NodeLook.WAITING | NodeLook.KEPT:
            return STYLES[moment.look].word
        case NodeLook.NOT_RUN:
            return f"because of {' and '.join(moment.because_of)}"
        case NodeLook.SKIPPED:
            return ""
        case NodeLook.NOT_REACHED if moment.visits == 0:
            return ""
        case NodeLook.DONE if moment.result_from in NOT_ITS_OWN:
            return NOT_ITS_OWN[moment.result_from].word
        case _:
            took = duration_text(moment.duration_s) if moment.duration_s is not None else "–"
            return " · ".join(filter(None, (took, tokens, _try(moment, most_tries))))


def _took(moment: NodeMoment, duration_s: float) -> str:
    """Of a fan-out: how long it worked in all, and its longest task."""
    longest_s = max((task.duration_s or 0.0 for task in moment.tasks), default=0.0)
    if moment.task_shown or not longest_s:
        return f"took {duration_text(duration_s)}"
    return f"at work for {duration_text(duration_s)}, its longest task for {duration_text(longest_s)}"


def _progress(moment: NodeMoment) -> str:
    """ "2/5" while the step of a subgraph is open."""
    return "" if moment.inside_done is None else "/".join(map(str, moment.inside_done))


def _visits(visits: int) -> str:
    return "" if visits < 1 else "1 visit" if visits == 1 else f"{visits} visits"


def _sentence(title: str, subtitle: str, style: StateStyle, moment: NodeMoment, is_disabled: bool, stale: str) -> str:
    disabled = DISABLED.word if is_disabled and style is not DISABLED else ""
    word = (_not_its_own(moment) or STYLES[moment.look]).word if style is STALE else style.word
    parts = [title, subtitle, disabled, word, _visits(moment.visits)]
    if moment.look is NodeLook.FAILED:
        parts.append(moment.error_line)
    elif moment.duration_s is not None:
        parts.append(_took(moment, moment.duration_s))
    if moment.usage is not None:
        parts.append(usage_words(moment.usage))
    if moment.task_shown:
        parts.append(f"task {moment.task_shown} of {len(moment.tasks)}")
    if moment.tasks_failed:
        parts.append(f"{moment.tasks_failed} of {moment.tasks_together} tasks failed")
    elif moment.tasks_together > 1 and not moment.task_shown:
        parts.append(f"{moment.tasks_together} tasks")
    elif moment.tasks_now > 1:
        parts.append(f"{moment.tasks_now} tasks")
    if moment.inside:
        parts.append(f"at {moment.inside}")
    if moment.inside_done is not None:
        parts.append("{} of {} nodes inside have run".format(*moment.inside_done))
    if style is STALE:
        parts.append(stale)
    return ", ".join(part for part in parts if part)
