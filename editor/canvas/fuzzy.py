"""How well a text fits what was typed, and which of its letters were meant. Pure, no Qt."""

from __future__ import annotations

from dataclasses import dataclass

LOOSE = 2
"""From this many misses on, only scattered letters fit."""


@dataclass(frozen=True, slots=True, order=True)
class Fit:
    """Smaller is better."""

    misses: int
    """0: each word begins a word of the text. 1 for a word found inside one. 2 or more: letters in order only."""
    begins: int
    length: int
    lit: tuple[int, ...]
    """The places of the letters that were typed, in the text."""


def fit(wanted: str, text: str) -> Fit | None:
    """None if a typed word is not in the text, not even as letters in order. Words may come in any order."""
    low = _folded(text)
    misses = begins = 0
    lit: set[int] = set()
    for word in _folded(wanted).split():
        found = _found(word, low)
        if found is None:
            return None
        word_misses, places = found
        misses += word_misses
        begins += places[0]
        lit.update(places)
    return Fit(misses, begins, len(text), tuple(sorted(lit)))


def _folded(text: str) -> str:
    """Without capitals, letter by letter: those that fold into two, such as "ß", stay, so that places agree."""
    folded = text.casefold()
    if len(folded) == len(text):
        return folded
    return "".join(low if len(low := letter.casefold()) == 1 else letter for letter in text)


def _found(word: str, text: str) -> tuple[int, list[int]] | None:
    at = text.find(word)
    if at < 0:
        places = _in_order(word, text)
        return None if places is None else (LOOSE if all(_begins(text, p) for p in places) else 2 * LOOSE, places)
    start = at
    while start >= 0 and not _begins(text, start):  # "er" in "answer_error" is meant at "error"
        start = text.find(word, start + 1)
    best = start if start >= 0 else at
    return (0 if start >= 0 else 1), list(range(best, best + len(word)))


def _begins(text: str, at: int) -> bool:
    """Whether a word begins there: "generate_query" has two."""
    return at == 0 or not text[at - 1].isalnum()


def _in_order(letters: str, text: str) -> list[int] | None:
    """Each letter at the next begin of a word if there is one, else at its next place at all."""
    places: list[int] = []
    at = 0
    for letter in letters:
        next_begin = next((i for i in range(at, len(text)) if text[i] == letter and _begins(text, i)), -1)
        place = next_begin if next_begin >= 0 else text.find(letter, at)
        if place < 0:
            return _plainly_in_order(letters, text)
        places.append(place)
        at = place + 1
    return places


def _plainly_in_order(letters: str, text: str) -> list[int] | None:
    places: list[int] = []
    at = 0
    for letter in letters:
        at = text.find(letter, at)
        if at < 0:
            return None
        places.append(at)
        at += 1
    return places
