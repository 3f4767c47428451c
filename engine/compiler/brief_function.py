"""Which plain functions are over at once, so that an asynchronous run can call them where it is.

It calls plain functions on threads, because any of them may be slow. Many routers cannot be: ``"again" if state["n"] <
3 else "stop"`` looks up a value and compares it, in a fiftieth of the time that waking a thread takes. They are known
by what they are made of, never by the clock: no loop, no call but ``len`` and ``state.get``, and nothing but numbers
and short texts, looked at before each call, to apply operators to. So no other code runs within them, and nobody can
tell which thread has called them. In doubt, and for instructions that are not listed here, the answer is no. Used by
``NodeFunction``.
"""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from types import FunctionType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dis import Instruction

LONGEST_TEXT = 10_000
"""Characters. Looking for one text in another of this length takes some microseconds."""

_NUMBERS = frozenset((int, float, bool, type(None)))
_SIZED = frozenset((list, tuple, dict, set, frozenset, str, bytes))
"""Whose length is known without counting."""

_WITHOUT_EFFECT = frozenset(("CACHE", "COPY_FREE_VARS", "EXTENDED_ARG", "NOP", "PRECALL", "PUSH_NULL", "RESUME"))
_LOCAL = frozenset(("LOAD_FAST", "STORE_FAST", "LOAD_FAST_LOAD_FAST", "STORE_FAST_LOAD_FAST", "STORE_FAST_STORE_FAST"))
_HARMLESS = frozenset(
    "BUILD_LIST BUILD_TUPLE COMPARE_OP CONTAINS_OP COPY IS_OP LIST_EXTEND LOAD_CONST POP_TOP "
    "RETURN_CONST RETURN_VALUE SWAP TO_BOOL UNARY_NOT".split()
)
"""What Python 3.11 to 3.13 compile comparisons, conditions and lists of names to. With numbers and texts they make
numbers, texts, and tuples and lists of these."""

_NOT_SIMPLE = (
    inspect.CO_VARARGS
    | inspect.CO_VARKEYWORDS
    | inspect.CO_GENERATOR
    | inspect.CO_COROUTINE
    | inspect.CO_ASYNC_GENERATOR
)


class BriefFunction:
    """What a function reads, if it does nothing else than look up and compare."""

    def __init__(self, function: FunctionType) -> None:
        """Raises ``ValueError`` if it does more."""
        code = function.__code__
        if code.co_argcount != 1 or code.co_kwonlyargcount or code.co_flags & _NOT_SIMPLE:
            raise ValueError("it has other parameters than the state, or is a generator")
        self._function = function
        self._code = code
        self._keys: list[str] = []
        """Keys of the state whose values are compared."""
        self._sized_keys: list[str] = []
        """Keys of the state whose lengths are."""
        self._globals: list[str] = []
        self._cells: list[int] = []
        """Indices of what is read from enclosing functions."""
        self._find_reads()

    def is_over_at_once(self, state: Any) -> bool:
        """Whether a call with this state can be nothing but brief."""
        function = self._function
        if type(state) is not dict or function.__code__ is not self._code:
            return False
        for key in self._keys:
            if not _is_plain(state.get(key)):
                return False
        for key in self._sized_keys:
            if type(state.get(key)) not in _SIZED:
                return False
        known = function.__globals__
        for name in self._globals:
            if name not in known or not _is_plain(known[name]):
                return False
        if self._sized_keys and "len" in known:
            return False
        try:
            return all(_is_plain(function.__closure__[index].cell_contents) for index in self._cells)  # type: ignore[index] # it has cells
        except ValueError:  # a cell without contents
            return False

    def _find_reads(self) -> None:
        import dis  # by then loaded, as a part of inspect

        found = [each for each in dis.get_instructions(self._code) if each.opname not in _WITHOUT_EFFECT]
        at = 0
        while at < len(found):
            each = found[at]
            taken, key = self._read_of_state(found, at)
            if taken:
                self._keys.append(key)
            elif each.opname == "LOAD_GLOBAL" and each.argval == "len":
                taken, key = self._read_of_state(found, at + 1)
                end = found[at + 1 + taken] if taken else each
                if end.opname != "CALL" or end.argval != 1:
                    raise ValueError("len of something else")
                self._sized_keys.append(key)
                taken += 2
            else:
                self._check(each)
                taken = 1
            at += taken

    def _read_of_state(self, found: Sequence[Instruction], at: int) -> tuple[int, str]:
        """How many instructions from here on are ``state["key"]`` or ``state.get("key", constant)``, and the key."""
        names = [each.opname for each in found[at : at + 5]]
        if names[:1] != ["LOAD_FAST"] or found[at].argval != self._code.co_varnames[0]:
            return 0, ""
        if names[1:3] == ["LOAD_CONST", "BINARY_SUBSCR"] and isinstance(found[at + 1].argval, str):
            return 3, found[at + 1].argval
        if names[1:2] in (["LOAD_METHOD"], ["LOAD_ATTR"]) and found[at + 1].argval == "get":
            for constants in (1, 2):
                is_call = names[2 : 3 + constants] == ["LOAD_CONST"] * constants + ["CALL"]
                if is_call and found[at + 2 + constants].argval == constants and isinstance(found[at + 2].argval, str):
                    return 3 + constants, found[at + 2].argval
        return 0, ""

    def _check(self, each: Instruction) -> None:
        """Raises ``ValueError`` if the instruction may call code or may be repeated."""
        name, value = each.opname, each.argval
        if name == "LOAD_GLOBAL":
            self._globals.append(value)
        elif name == "LOAD_DEREF" and value in self._code.co_freevars:
            self._cells.append(self._code.co_freevars.index(value))
        elif name in _LOCAL:
            if self._code.co_varnames[0] in (value if isinstance(value, tuple) else (value,)):
                raise ValueError("the state itself is handed on")
        elif name == "BINARY_OP":
            if each.argrepr not in ("+", "-"):
                raise ValueError("an operator that may take long")
        elif "JUMP" in name:
            if not isinstance(value, int) or value <= each.offset:
                raise ValueError("a loop")
        elif name not in _HARMLESS:
            raise ValueError(f"{name} may call something")


def brief_function(function: Any) -> BriefFunction | None:
    """What is known of a function that may be brief; None if it never is."""
    if type(function) is not FunctionType:
        return None
    try:
        return BriefFunction(function)
    except ValueError:
        return None


def _is_plain(value: Any) -> bool:
    kind = type(value)
    return kind in _NUMBERS or (kind is str and len(value) <= LONGEST_TEXT)
