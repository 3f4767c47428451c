"""An error is told with the user's frames, its causes, and within bounds."""

from __future__ import annotations

from pathlib import Path

from engine.runner.failure import MAX_MESSAGE_CHARS, facts_of
from engine.runner.user_code import resolve


def error_of(folder: Path, body: str, name: str) -> BaseException:
    (folder / f"{name}.py").write_text(body, encoding="utf-8")
    try:
        resolve(f"{name}:broken", folder, used_by="Node 'n'")()
    except BaseException as error:
        return error
    raise AssertionError("the function should have raised")


def test_causes_come_first_and_only_frames_outside_the_machinery_are_shown(tmp_path: Path) -> None:
    body = """
import asyncio

async def inner():
    raise KeyError("k")

def broken():
    try:
        asyncio.run(inner())
    except KeyError as error:
        raise RuntimeError("outer") from error
"""
    facts = facts_of(error_of(tmp_path, body, "failing_with_cause"), node="n")

    assert (facts.kind, facts.message, facts.node) == ("RuntimeError", "outer", "n")
    assert facts.traceback.index("KeyError: 'k'") < facts.traceback.index("RuntimeError: outer")
    assert "in inner" in facts.traceback and "in broken" in facts.traceback
    assert "runners.py" not in facts.traceback


def test_endless_recursion_is_cut_in_the_middle(tmp_path: Path) -> None:
    facts = facts_of(error_of(tmp_path, "def broken():\n    return broken()\n", "failing_deep"))

    assert facts.kind == "RecursionError"
    assert facts.traceback.count("in broken") <= 30


def test_a_message_of_any_length_is_bounded(tmp_path: Path) -> None:
    facts = facts_of(error_of(tmp_path, "def broken():\n    raise ValueError('x' * 10_000_000)\n", "failing_long"))

    assert len(facts.message) < MAX_MESSAGE_CHARS + 100
    assert len(facts.traceback) < 2 * MAX_MESSAGE_CHARS


def test_an_exception_whose_text_cannot_be_made_is_still_told(tmp_path: Path) -> None:
    body = """
class Odd(Exception):
    def __str__(self):
        raise TypeError("no text")

def broken():
    raise Odd()
"""
    assert facts_of(error_of(tmp_path, body, "failing_str")).kind == "Odd"
