"""A bounded preview of any value, as the runner sends it: a small tree of types, one-line texts and parts. No Qt.

The editor never decodes a state itself; this is all it knows of a value. Read by ``value_tree`` and by the panels.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Path = tuple[Any, ...]


class _Absent:
    def __repr__(self) -> str:
        return "NOT_JSON"


NOT_JSON: Final = _Absent()
"""Stands where a preview has no JSON value: the value is too large, or JSON cannot hold it."""

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
_BEGINNINGS = (
    *(rf"b{quote}{head}" for quote in "'\"" for head in (r"\x89PNG", r"\xff\xd8\xff", "GIF8", "RIFF")),
    *(f"'{head}" for head in ("iVBORw0KGgo", "/9j/", "R0lGOD", "UklGR")),
    *(f"'data:{media};base64," for media in PICTURES),
)
"""How the one-line texts of pictures begin: bytes, base64, data URL."""
LEAST_PICTURE = 40
"""The smallest picture of any of these formats has more letters."""
MOST_STEPS = 12
"""Of a way into a value that is to be read."""

LONG_TEXT = 200
"""Of a text that has more characters it is said how many."""

CONTAINERS: Final = frozenset({"dict", "list", "tuple", "set", "frozenset"})


@dataclass(frozen=True, slots=True)
class PreviewItem:
    """One part of a container: its label and the path that leads to it from the root of the state."""

    key: str
    path: Path
    node: PreviewNode


@dataclass(frozen=True, slots=True)
class PreviewNode:
    """`more` counts the parts that were left out. `json` is NOT_JSON unless the whole value is in it."""

    type: str
    text: str
    length: int | None = None
    items: tuple[PreviewItem, ...] = ()
    more: int = 0
    json: Any = NOT_JSON
    part: str = ""
    """Of a long text the characters that were asked for; `more` counts those after them."""

    @property
    def is_container(self) -> bool:
        return bool(self.items) or self.more > 0 or self.type in CONTAINERS

    @property
    def is_whole(self) -> bool:
        """May it be edited? Only if the preview holds all of the value."""
        return not isinstance(self.json, _Absent)


def preview_from_json(data: Mapping[str, Any], at: Path = ()) -> PreviewNode:
    """Read what the runner sent. `at` is the path of the node itself, used if an item names no path."""
    return PreviewNode(
        type=str(data.get("type", "")),
        text=str(data.get("text", "")),
        length=data.get("length"),
        items=tuple(_item(item, at) for item in data.get("items", ())),
        more=int(data.get("more", 0)),
        json=data.get("json", NOT_JSON),
        part=str(data.get("part", "")),
    )


def _item(data: Mapping[str, Any], at: Path) -> PreviewItem:
    path = tuple(data["path"]) if "path" in data else (*at, data["key"])
    return PreviewItem(str(data["key"]), path, preview_from_json(data["node"], path))


def preview_of_json(value: Any, path: Path = ()) -> PreviewNode:
    """The preview of a plain JSON value that is already here, such as the payload of a question."""
    if isinstance(value, Mapping):
        parts = [
            PreviewItem(str(key), (*path, key), preview_of_json(part, (*path, key))) for key, part in value.items()
        ]
        return PreviewNode("dict", _short(value), len(value), tuple(parts), json=value)
    if isinstance(value, (list, tuple)):
        parts = [PreviewItem(str(i), (*path, i), preview_of_json(part, (*path, i))) for i, part in enumerate(value)]
        return PreviewNode("list", _short(value), len(value), tuple(parts), json=value)
    kind = "none" if value is None else type(value).__name__
    return PreviewNode(kind, _short(value), len(value) if isinstance(value, str) else None, json=value)


def _short(value: Any, limit: int = 200) -> str:
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def path_text(path: Path) -> str:
    """A path as Python would write it: ``messages[3]["content"]``. The first part is a key of the state."""
    return "".join(_steps(path))


def short_path_text(path: Path) -> str:
    """The same to be read: of a long way its beginning and its end."""
    return shortened(_steps(path))


def shortened(steps: Sequence[str], most: int = MOST_STEPS) -> str:
    """The steps of a way in one text. A value may be nested 10,000 deep, and so much text stops Qt's layout."""
    if len(steps) <= most:
        return "".join(steps)
    left_out = len(steps) - most + 1
    return "".join([*steps[: most - 3], f" … {left_out:,} more … ", *steps[-2:]])


def _steps(path: Path) -> list[str]:
    first = [str(part) for part in path[:1]]
    return first + [f"[{part!r}]" if isinstance(part, int) else f'["{part}"]' for part in path[1:]]


def size_text(node: PreviewNode) -> str:
    """What a container is, in two words: "list, 12 items"."""
    if node.length is None:
        return node.type
    unit = {"dict": "key", "str": "character"}.get(node.type, "item")
    return f"{node.type}, {node.length:,} {unit}{'' if node.length == 1 else 's'}"


def may_be_picture(node: PreviewNode) -> bool:
    """Whether it is worth asking for the bytes of this value."""
    is_long = node.length is not None and node.length >= LEAST_PICTURE
    return node.type in ("str", "bytes", "bytearray") and is_long and node.text.startswith(_BEGINNINGS)


def picture_text(node: PreviewNode) -> str:
    """What stands for the letters of a picture, which nobody reads."""
    unit = "characters" if node.type == "str" else "bytes"
    return f"picture, {node.length or 0:,} {unit}"


def length_text(node: PreviewNode) -> str:
    """How long a text is, if its row cannot show all of it: "1,000,000 characters", "200 bytes"; else ""."""
    unit = {"str": "characters", "bytes": "bytes", "bytearray": "bytes"}.get(node.type)
    is_long = unit is not None and node.length is not None and node.length > LONG_TEXT
    return f"{node.length:,} {unit}" if is_long else ""
