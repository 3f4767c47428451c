"""Plays a scenario on one engine and writes down everything a user could see, in a form two engines can be compared in.

Ids are replaced by their place in the history, times are left out. Within a superstep the order of parallel tasks'
chunks is theirs, so runs of such chunks are sorted; ``values`` and ``checkpoints`` stay where they came.
"""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Sequence
from typing import Any

from tests.differential.graph_plan import Move, Scenario
from tests.differential.libraries import Library, build

MODES = ["values", "updates", "tasks", "checkpoints", "custom"]
THREAD = {"configurable": {"thread_id": "t"}, "recursion_limit": 60}
SORTED_RUNS = ("updates", "tasks", "custom")


def observe(scenario: Scenario, library: Library) -> list[Any]:
    """The results, streams, states and histories of a scenario, move by move."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        player = _Player(scenario, library)
        player.run({"log": ["in"], "total": 0}, THREAD)
        for move in scenario.moves:
            player.play(move)
        return player.seen


NO_STATE = ("now", ("no state", "InvalidUpdateError"))
"""What LangGraph shows after two tasks wrote one key. We show the state: docs/differences.md."""


def first_difference(theirs: Sequence[Any], own: Sequence[Any]) -> str | None:
    """Where two lists of observations part, with the path inside the observation; None if they are equal."""
    if len(theirs) != len(own):
        return f"{len(theirs)} observations against {len(own)}"
    for place, (other, one) in enumerate(zip(theirs, own, strict=True)):
        if other == NO_STATE and isinstance(one[1], dict):
            continue
        if other != one:
            return f"observation {place}, {_difference(other, one)}"
    return None


def _difference(theirs: Any, own: Any, path: str = "") -> str:
    if isinstance(theirs, dict) and isinstance(own, dict) and theirs.keys() == own.keys():
        key = next(key for key in theirs if theirs[key] != own[key])
        return _difference(theirs[key], own[key], f"{path}.{key}")
    if isinstance(theirs, (list, tuple)) and isinstance(own, (list, tuple)) and len(theirs) == len(own):
        place = next(place for place in range(len(theirs)) if theirs[place] != own[place])
        return _difference(theirs[place], own[place], f"{path}[{place}]")
    return f"at {path}: LangGraph {theirs!r}, we {own!r}"


class _Player:
    def __init__(self, scenario: Scenario, library: Library) -> None:
        self.scenario, self.types = scenario, library.types
        self.graph = build(scenario.plan, library, is_async=scenario.is_async)
        self.names = [node.name for node in scenario.plan.nodes]
        self.seen: list[Any] = []

    def run(self, input: Any, config: Any) -> None:
        chunks, error = (
            asyncio.run(self._astream(input, config)) if self.scenario.is_async else self._stream(input, config)
        )
        self.seen.append(("stream", _normal_stream(chunks, is_whole=error is None), error))
        self.look()

    def play(self, move: Move) -> None:
        history = list(self.graph.get_state_history(THREAD))
        then = history[move.choice % len(history)] if history else None
        pending = [question for task in history[0].tasks for question in task.interrupts] if history else []
        # LangGraph cannot tell who ran last if a node that also waits for a join did; we can (docs/differences.md).
        says_who = move.as_node is not None or self.scenario.plan.joins
        as_node = self.names[(move.as_node or 0) % len(self.names)] if says_who else None
        update = {"log": [f"edit{move.value}"], "last": f"edit{move.value}"}
        match move.kind:
            case "continue":
                self.run(None, THREAD)
            case "answer" if pending:
                answers = {question.id: f"yes{move.value}" for question in pending}
                self.run(self.types.Command(resume=answers), THREAD)
            case "new input":
                self.run({"log": [f"again{move.value}"]}, THREAD)
            case "update":
                self.update(THREAD, update, as_node)
            case "update in the past" if then is not None:
                self.update(then.config, update, as_node)
            case "fork" if then is not None:
                self.run(None, {**then.config, "recursion_limit": 60})

    def update(self, config: Any, values: dict[str, Any], as_node: str | None) -> None:
        try:
            self.graph.update_state(config, values, as_node=as_node)
            self.seen.append(("updated", as_node))
        except Exception as error:
            self.seen.append(("update refused", type(error).__name__))
        self.look()

    def look(self) -> None:
        history = list(self.graph.get_state_history(THREAD))
        places = {row.config["configurable"]["checkpoint_id"]: place for place, row in enumerate(reversed(history))}
        try:
            now = _normal_snapshot(self.graph.get_state(THREAD), places)
        except Exception as error:
            now = ("no state", type(error).__name__)
        self.seen.append(("now", now))
        self.seen.append(("history", [_normal_snapshot(row, places) for row in history]))

    def _stream(self, input: Any, config: Any) -> tuple[list[Any], Any]:
        chunks: list[Any] = []
        try:
            for chunk in self.graph.stream(input, config, **self._options()):
                chunks.append(chunk)
        except Exception as error:
            return chunks, _normal_error(error)
        return chunks, None

    async def _astream(self, input: Any, config: Any) -> tuple[list[Any], Any]:
        chunks: list[Any] = []
        try:
            async for chunk in self.graph.astream(input, config, **self._options()):
                chunks.append(chunk)
        except Exception as error:
            return chunks, _normal_error(error)
        return chunks, None

    def _options(self) -> dict[str, Any]:
        breakpoints = self.scenario.breakpoints
        before = {"interrupt_before": breakpoints if breakpoints == "*" else list(breakpoints)} if breakpoints else {}
        return {"stream_mode": MODES, "durability": "sync", **before}


def _normal_stream(chunks: Sequence[tuple[str, Any]], *, is_whole: bool) -> list[Any]:
    """Of a step that broke, what its siblings still got said is a matter of luck and left out."""
    normal: list[Any] = []
    run: list[Any] = []
    for mode, payload in chunks:
        one = (mode, _normal_payload(mode, payload))
        if mode in SORTED_RUNS or (mode == "values" and "__interrupt__" in payload):
            run.append(one)
            continue
        normal += sorted(run, key=repr)
        run = []
        normal.append(one)
    return normal + sorted(run, key=repr) if is_whole else normal


def _normal_payload(mode: str, payload: Any) -> Any:
    if mode == "updates":
        return _normal_value(payload)
    if mode == "tasks":
        kept = {key: _normal_value(payload[key]) for key in ("name", "input", "result") if key in payload}
        if "triggers" in payload:
            kept["triggers"] = sorted(payload["triggers"])
        if "error" in payload:
            kept["failed"] = payload["error"] is not None
            kept["asked"] = [question["value"] for question in payload["interrupts"]]
        return kept
    if mode == "checkpoints":
        return {
            "values": _normal_value(payload["values"]),
            "next": sorted(payload["next"]),
            "step": payload["metadata"]["step"],
            "source": payload["metadata"]["source"],
            "has parent": payload["parent_config"] is not None,
            "tasks": sorted(
                (task["name"], [q["value"] for q in task.get("interrupts", ())]) for task in payload["tasks"]
            ),
        }
    return _normal_value(payload)


def _normal_snapshot(row: Any, places: dict[str, int]) -> Any:
    parent = row.parent_config and row.parent_config["configurable"]["checkpoint_id"]
    tasks = [
        {
            "name": task.name,
            # LangGraph keeps the error of an attempt after the next one did not fail; we do not (docs/differences.md).
            "failed": task.error is not None and task.result is None and not task.interrupts,
            "asked": [question.value for question in task.interrupts],
            "result": _normal_value(task.result),
        }
        for task in row.tasks
    ]
    return {
        "values": _normal_value(row.values),
        "next": list(row.next),
        "source": row.metadata and row.metadata["source"],
        "step": row.metadata and row.metadata["step"],
        "parent": parent and places.get(parent, "unknown"),
        "tasks": tasks,
        "asked": [question.value for question in row.interrupts],
    }


def _normal_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: sorted(map(_normal_value, inner)) if key == "__interrupt__" else _normal_value(inner)
            for key, inner in value.items()
        }
    if isinstance(value, (list, tuple)):
        return [_normal_value(inner) for inner in value]
    if hasattr(value, "value") and hasattr(value, "id"):  # an Interrupt
        return ("question", value.value)
    return value


def _normal_error(error: Exception) -> str:
    """The type only: which of two nodes that break in one step is reported first is a matter of luck."""
    return type(error).__name__
