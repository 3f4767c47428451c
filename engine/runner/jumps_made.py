"""Where a node's result says to go on: ``Command(goto=...)``, on either engine. Called by ``host`` for what is told."""

from __future__ import annotations

from typing import Any

from engine.runner.engine_kit import EngineKit


def jumps_of(result: Any, kit: EngineKit) -> tuple[str, ...]:
    """The names, sorted, each once; () if the result makes no jump within its own graph."""
    commands = result if isinstance(result, (list, tuple)) else (result,)
    names: set[str] = set()
    for command in commands:
        if isinstance(command, kit.command) and command.graph is None:
            targets = command.goto if isinstance(command.goto, (list, tuple)) else (command.goto,)
            names.update(_name(target, kit) for target in targets)
    return tuple(sorted(names - {""}))


def _name(target: Any, kit: EngineKit) -> str:
    name = target.node if isinstance(target, kit.send_class) else target
    return name if isinstance(name, str) else ""
