"""Which breakpoints a superstep hit, and whether they hold the run. Keeps the counts of hits; stops nothing itself.

Asked by ``driver`` at each boundary between supersteps, so breakpoints cost no checkpoints. Adds no state of its own to
the run: what it knows is gone with the process, and the editor hands counts to the next one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.runner.breakpoints import Breakpoint, Where
from engine.runner.expressions import evaluate, fill_in, in_words
from engine.runner.run_events import BreakpointFacts, CheckpointFacts, OutputLine, QuestionFacts, TaskFacts
from engine.serialization.preview import one_line
from engine.time_travel.sameness import same

VALUE_CHARS = 60
"""Of a value that is told in a reason."""

ERROR_CHARS = 120

START = "__start__"


@dataclass(frozen=True)
class StepEnd:
    """How a superstep ended, as breakpoints see it. Values are the engine's own: read, never kept."""

    head: CheckpointFacts
    is_new: bool
    """False if the step failed or asks: its checkpoint stands and nothing of the step is saved."""
    tasks: Sequence[TaskFacts]
    """Of the step that ended."""
    questions: Sequence[QuestionFacts]
    values: Any
    values_before: Any
    keys: Sequence[str]
    """All keys of the state; those without a value count as None in conditions."""
    visits: Callable[[str], int]
    """How often a node has run on the way to the head."""
    within: tuple[str, ...] = ()
    """The path of nodes to the subgraph whose superstep it was."""


@dataclass(frozen=True)
class Verdict:
    """``reason`` is "" if nothing holds the run."""

    reason: str = ""
    lines: tuple[OutputLine, ...] = ()


@dataclass
class _Count:
    breakpoint: Breakpoint
    hits: int = 0
    error: str = ""
    spent: bool = False


@dataclass(frozen=True)
class _Match:
    words: str
    node: str
    is_ahead: bool = False
    # The node has not run yet, or has not come to its end.


@dataclass
class BreakpointWatch:
    """``breakpoints`` and ``earlier_hits`` may be replaced from any thread; the rest belongs to the run thread."""

    breakpoints: tuple[Breakpoint, ...] = ()
    earlier_hits: Mapping[str, int] = field(default_factory=dict)
    """By id: hits of this run that were counted by another process."""
    _counts: dict[str, _Count] = field(default_factory=dict)
    _given_out: tuple[BreakpointFacts, ...] = ()

    def start_over(self) -> None:
        """A new run counts from none."""
        self._counts.clear()
        self.earlier_hits = {}

    def look(self, step: StepEnd) -> Verdict:
        """Counts the hits of the step that ended."""
        wanted = self.breakpoints
        self._counts = {each.id: self._count_of(each) for each in wanted}
        held: list[_Match] = []
        lines: list[OutputLine] = []
        for each in wanted:
            count = self._counts[each.id]
            match = None if count.spent or not each.enabled else self._hit(count, step)
            if match is None:
                continue
            if each.log and not count.error:
                lines.append(self._line(each, match, step))
                continue
            count.spent = each.one_shot
            held.append(match)
        return Verdict(_reason(held), tuple(lines))

    def facts(self) -> tuple[BreakpointFacts, ...]:
        """What there is to tell of each breakpoint that was hit or is in trouble."""
        counts = self._counts.values()
        told = [BreakpointFacts(each.breakpoint.id, each.hits, each.error, each.spent) for each in counts]
        return tuple(each for each in told if each.hits or each.error)

    def news(self) -> tuple[BreakpointFacts, ...] | None:
        """``facts``, if they are not those that this gave out last."""
        facts = self.facts()
        if facts == self._given_out:
            return None
        self._given_out = facts
        return facts

    def _count_of(self, wanted: Breakpoint) -> _Count:
        known = self._counts.get(wanted.id)
        if known is None:
            return _Count(wanted, self.earlier_hits.get(wanted.id, 0))
        if replace(known.breakpoint, enabled=wanted.enabled) != wanted:
            return _Count(wanted)  # edited: counts anew
        known.breakpoint = wanted
        return known

    def _hit(self, count: _Count, step: StepEnd) -> _Match | None:
        wanted = count.breakpoint
        for match in _matches(wanted, step):
            count.error = ""
            try:
                holds = not wanted.condition or bool(evaluate(wanted.condition, _names(match, step)))
            except Exception as error:
                count.error = f"The condition {wanted.condition!r} cannot be evaluated: {in_words(error)}"
                return replace(match, words=f"{match.words}: its condition failed, {in_words(error)}")
            if holds:
                count.hits += 1
                if count.hits < wanted.hit_count:
                    return None
                where = f" in {'/'.join(wanted.within)!r}" if wanted.within else ""
                return replace(match, words=f"{match.words}{where}{_conditions(wanted, count.hits)}")
        return None

    def _line(self, wanted: Breakpoint, match: _Match, step: StepEnd) -> OutputLine:
        return OutputLine(fill_in(wanted.log, _names(match, step)), "log", match.node or None, step.head.step)


def _matches(wanted: Breakpoint, step: StepEnd) -> Iterator[_Match]:
    """Where the step touches the breakpoint, whatever its condition says."""
    if wanted.within != step.within:
        return
    match wanted.where:
        case Where.BEFORE if step.is_new and wanted.node in step.head.next:
            yield _Match(f"before {wanted.node!r}", wanted.node, is_ahead=True)
        case Where.AFTER if step.is_new and wanted.node in step.head.ran:
            yield _Match(f"after {wanted.node!r}", wanted.node)
        case Where.BRANCH if step.is_new:
            for route in step.head.routes:
                if (route.node, route.router, route.label) == (wanted.node, wanted.router, wanted.label):
                    yield _Match(f"on branch {wanted.label!r} of {wanted.node!r}", wanted.node)
        case Where.KEY if step.is_new and step.head.ran != (START,):
            words = _change_of(wanted, step)
            if words:
                yield _Match(words, "+".join(step.head.ran))
        case Where.ERROR:
            for task in step.tasks:
                if wanted.node in ("", task.node) and (task.state == "failed" or (task.attempt > 1 and step.is_new)):
                    told = task.error
                    why = "it was tried again" if told is None else one_line_of(f"{told.kind}: {told.message}")
                    yield _Match(f"on error in {task.node!r} ({why})", task.node, is_ahead=not step.is_new)
        case Where.INTERRUPT if not step.is_new:
            for question in step.questions:
                if wanted.node in ("", question.node):
                    yield _Match(f"on the question of {question.node!r}", question.node, is_ahead=True)


def _change_of(wanted: Breakpoint, step: StepEnd) -> str:
    """In words, if the step changed the key in the wanted way; else ""."""
    if wanted.key not in step.head.changed_keys:
        return ""
    before = step.values_before.get(wanted.key) if isinstance(step.values_before, Mapping) else None
    now = step.values.get(wanted.key) if isinstance(step.values, Mapping) else step.values
    if same(before, now) or (wanted.becomes and not same(now, _wanted_value(wanted.becomes))):
        return ""
    was_there = not isinstance(step.values_before, Mapping) or wanted.key in step.values_before
    was = one_line(before, VALUE_CHARS) if was_there else "not set"
    return f"on key {wanted.key!r} (was {was}, became {one_line(now, VALUE_CHARS)})"


def _wanted_value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):  # no JSON, or nested so deep that it is not read
        return text


def _names(match: _Match, step: StepEnd) -> dict[str, Any]:
    """A key of the state that is called like one of ours hides it."""
    visit = step.visits(match.node) + (1 if match.is_ahead else 0)
    values = step.values if isinstance(step.values, Mapping) else {"state": step.values}
    ours = {"node": match.node, "visit": visit, "step": step.head.step}
    return {**ours, **dict.fromkeys(step.keys), **values}


def _conditions(wanted: Breakpoint, hits: int) -> str:
    told = [wanted.condition] if wanted.condition else []
    if wanted.hit_count > 1:
        told.append(f"hit {hits}")
    return f", {', '.join(told)}" if told else ""


def _reason(held: Sequence[_Match]) -> str:
    return f"breakpoint {' and '.join(dict.fromkeys(match.words for match in held))}" if held else ""


def one_line_of(text: str) -> str:
    """The first line, bounded."""
    first = text.splitlines()[0] if text else ""
    return first if len(first) <= ERROR_CHARS else first[: ERROR_CHARS - 1] + "…"
