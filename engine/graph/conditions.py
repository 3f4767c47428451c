"""The one-line conditions of expression routers, read by syntax: whether one can be, and which keys it reads. Pure.

They are evaluated by ``engine.runner.routing``, over the state's keys and a few harmless functions.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import lru_cache

from engine.graph.spec import BranchSpec

CONDITION_FUNCTIONS = frozenset(
    "abs all any bool dict float int isinstance len list max min round set sorted str sum tuple".split()
)
"""What a condition may call, beside the state's keys; the same as in ``engine.runner.expressions``."""

LONGEST = 10_000
"""Letters. Python's parser takes far more, but nobody reads it."""


@lru_cache(maxsize=4096)
def why_not_condition(text: str) -> str | None:
    """Why this cannot be a condition, as a sentence; None if it can."""
    if not text.strip():
        return "Write a condition over the state's keys, such as: tries < 3."
    if "\n" in text or "\r" in text:
        return "A condition is one line."
    if len(text) > LONGEST:
        return f"A condition has at most {LONGEST:,} letters. Use a function instead."
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except SyntaxError as error:
        assigned = " Compare with ==; a single = assigns." if "==" in (error.msg or "") else ""
        place = f" at letter {error.offset}" if error.offset else ""
        return f"This is no expression{place}: {(error.msg or 'it cannot be read').rstrip('.')}.{assigned}"
    except (ValueError, RecursionError, MemoryError):
        return "This cannot be read as an expression."
    if any(isinstance(node, (ast.Await, ast.Yield, ast.YieldFrom)) for node in ast.walk(tree)):
        return "A condition cannot wait. Use an asynchronous function instead."
    return None


@lru_cache(maxsize=4096)
def keys_read(text: str) -> tuple[str, ...]:
    """The keys of the state that a condition reads, in their order; none for text that is no condition."""
    if why_not_condition(text) is not None:
        return ()
    tree = ast.parse(text.strip(), mode="eval")
    bound = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    names.sort(key=lambda node: node.col_offset)
    return tuple(dict.fromkeys(node.id for node in names if node.id not in bound | CONDITION_FUNCTIONS))


def with_key_renamed(text: str, old: str, new: str) -> str:
    """The condition with a key renamed, every other letter as it was. Text that is no condition stays as it is."""
    if old not in keys_read(text):
        return text
    lead = len(text) - len(text.lstrip())
    tree = ast.parse(text.strip(), mode="eval")
    # Positions are bytes of UTF-8.
    content = text.encode()
    lead_bytes = len(text[:lead].encode())
    places = [node.col_offset for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == old]
    for place in sorted(places, reverse=True):
        start = lead_bytes + place
        content = content[:start] + new.encode() + content[start + len(old.encode()) :]
    return content.decode()


def mapped_key(branches: Sequence[BranchSpec]) -> str | None:
    """The key whose value decides, if all conditions compare one key with a constant: ``kind == "bug"``."""
    keys = {_compared_key(branch.when) for branch in branches if branch.when is not None}
    return next(iter(keys)) if len(keys) == 1 else None


@lru_cache(maxsize=4096)
def _compared_key(text: str) -> str | None:
    if why_not_condition(text) is not None:
        return None
    match ast.parse(text.strip(), mode="eval").body:
        case ast.Compare(left=ast.Name(id=key), ops=[ast.Eq()], comparators=[ast.Constant()]):
            return key
        case _:
            return None
