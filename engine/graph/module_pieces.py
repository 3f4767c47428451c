"""A Python module read piece by piece, so that after an edit only the piece that changed is parsed again.

A piece is one function or class at the top of the module with what follows it, or what stands before the first one.
What is read of a piece is kept by its text. A module of 5,000 functions takes half a second to parse and holds the
interpreter for all of it; pieces take a tenth of a millisecond each, so a thread that reads them stalls no window.
Used by ``key_uses``, ``state_source`` and the editor's ``source_text``.
"""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import TypeVar

T = TypeVar("T")

MOST_PIECES = 20_000
"""How many a reader keeps: those of the largest modules, some MB. What would have more is read as a whole."""

_LINE_END = re.compile(r"\r\n|\r|\n")
_HEAD = re.compile(r"\n(@|(?:async|def|class)\b)")
"""Begins with the end of the line above, which is found ten times as fast as a place that follows one."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines of a module."""

    text: str
    start: int
    """Offset of its first character in the module."""
    lines_before: int
    """How many lines of the module stand above it, as the parser counts them."""


def read_by_pieces(text: str, read: Callable[[str], T]) -> list[tuple[Piece, T]]:
    """What ``read`` makes of each piece, or of the whole text as one where its pieces are no Python by themselves.

    ``read`` gets Python text and should keep what it made by that text; raises what it raises for the whole.
    """
    try:
        return [(piece, read(piece.text)) for piece in pieces_of(text)]
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # A string or a bracket reaches over a line that looks like the head of a function, or it is no Python: then
        # the parser says so, with the right line.
        return [(Piece(text, 0, 0), read(text))]


@lru_cache(maxsize=64)
def pieces_of(text: str) -> tuple[Piece, ...]:
    """The text cut where a line begins a function or class, or the decorators of one.

    If each of them can be parsed, the text can, and its tree is theirs one after the other: the parser stands at the
    top of the module at the first cut, so it does at the next one, as a piece that ends in the middle of something
    cannot be parsed.
    """
    cuts = [0]
    after_decorator = text.startswith("@")
    for head in _HEAD.finditer(text):
        if not after_decorator:
            cuts.append(head.start() + 1)
        after_decorator = head.group(1) == "@"
    if len(cuts) > MOST_PIECES:
        cuts = [0]
    pieces, lines, has_returns = [], 0, "\r" in text
    for start, end in zip(cuts, [*cuts[1:], len(text)], strict=True):
        piece = text[start:end]
        pieces.append(Piece(piece, start, lines))
        lines += len(_LINE_END.findall(piece)) if has_returns else piece.count("\n")
    return tuple(pieces)


@lru_cache(maxsize=16)  # several readers of one piece come one after the other
def tree_of(text: str) -> ast.Module:
    """The syntax tree; not to be changed. Raises what the parser raises."""
    return parsed_quietly(text)


def parsed_quietly(text: str) -> ast.Module:
    """As ``ast.parse``; what it only warns of, such as "\\d" in a plain string of the user's, is not ours to say."""
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


_QUIET = Lock()
"""The list of what is ignored belongs to the whole process: two threads would put back each other's."""
