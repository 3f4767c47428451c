"""What a JSON value has to be, or ``WrongValue`` with its place and the way out. Pure. Used by the readers of parts."""

from __future__ import annotations

from collections.abc import Mapping

from engine.graph.json_text import JsonPath, shown_value
from engine.graph.spec import Json


class WrongValue(Exception):
    """A value that is not what the format wants. The line is looked up where the whole text is known."""

    def __init__(self, path: JsonPath, what: str, way_out: str = "Mend it in a text editor.") -> None:
        super().__init__(what)
        self.path = path
        self.what = what
        self.way_out = way_out


def need_object(value: Json, path: JsonPath) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise _wrong_kind(value, path, "an object")
    return value


def need_list(value: Json, path: JsonPath) -> list[Json]:
    if not isinstance(value, list):
        raise _wrong_kind(value, path, "a list")
    return value


def need_text(value: Json, path: JsonPath) -> str:
    if not isinstance(value, str):
        raise _wrong_kind(value, path, "text")
    return value


def need_text_or_none(value: Json, path: JsonPath) -> str | None:
    return None if value is None else need_text(value, path)


def need_texts(value: Json, path: JsonPath) -> tuple[str, ...]:
    """A list of texts; a single one may stand by itself."""
    if isinstance(value, str):
        return (value,)
    return tuple(need_text(item, (*path, index)) for index, item in enumerate(need_list(value, path)))


def need_truth(value: Json, path: JsonPath) -> bool:
    if not isinstance(value, bool):
        raise _wrong_kind(value, path, "true or false")
    return value


def need_whole(value: Json, path: JsonPath) -> int:
    if type(value) is not int:
        raise _wrong_kind(value, path, "a whole number")
    return value


def need_number(value: Json, path: JsonPath) -> float:
    if type(value) not in (int, float):
        raise _wrong_kind(value, path, "a number")
    number: float = value
    return number


def foreign(extra: Mapping[str, Json], known: frozenset[str]) -> dict[str, Json]:
    """The keys that this version does not know, in their order."""
    return {key: value for key, value in extra.items() if key not in known}


def _wrong_kind(value: Json, path: JsonPath, wanted: str) -> WrongValue:
    found = "an object" if isinstance(value, dict) else "a list" if isinstance(value, list) else shown_value(value)
    return WrongValue(path, f"This should be {wanted}, not {found}.")
