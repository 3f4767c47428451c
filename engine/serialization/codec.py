"""Values to text and back, exactly, as data. The text is JSON that a person can read.

Plain JSON values are written as themselves. Everything else is an object whose first key starts with ``$``:
``{"$tuple":[1,2]}``, ``{"$datetime":"2026-01-01T00:00:00"}``, ``{"$dataclass":"shop:Order","fields":{...}}``. A
dictionary that would look like one is written as ``{"$dict":[[key,value],...]}``. Reading runs no code of the value's
and imports nothing: classes come from a ``TypeRegistry``, or a ``DataRecord`` takes their place.
"""

from __future__ import annotations

import json
import json.encoder
from collections.abc import Callable
from json.encoder import encode_basestring
from typing import Any

from engine.serialization.deep_values import DEEP_MARK, MAX_DEPTH, PieceReader, check_nesting
from engine.serialization.from_tagged import TagReader
from engine.serialization.to_tagged import TagWriter
from engine.serialization.type_registry import TypeRegistry
from engine.serialization.unstorable import UnreadableValueError

_SCALARS = frozenset({str, int, float, bool, type(None)})

_SMALL = 10**18
"""Larger integers take the way of everything else, on which those of thousands of digits are noticed."""


class Codec:
    """Encodes and decodes with one registry of types. Safe to use from several threads."""

    def __init__(self, types: TypeRegistry | None = None) -> None:
        self.types = types or TypeRegistry()
        self._decode = _make_decode(TagReader(self.types))

    def encode(self, value: Any) -> str:
        """The value as JSON text. Raises ``UnstorableValueError`` with the place and the way out."""
        kind = type(value)
        if kind is int and -_SMALL < value < _SMALL:
            return str(value)
        if value is None:
            return "null"
        if kind is str and value.isascii():
            return encode_basestring(value)
        if is_plain(value):
            try:
                text = dump_plain(value)
                if text.isascii():
                    return text
                text.encode()  # lone surrogates fail here
                return text
            except (ValueError, RecursionError):
                pass  # NaN, infinities, integers of thousands of digits, lone surrogates: the tags know them
        return dump_plain(TagWriter(self.types).write_whole(value))

    def decode(self, text: str) -> Any:
        """The value that ``encode`` was given. Raises ``UnreadableValueError``."""
        return self._decode(text)

    def decoder(self, fetch: Callable[[int], Any]) -> Callable[[str], Any]:
        """A ``decode`` for texts with large parts stored apart: ``fetch`` gives the value of each by its number."""
        return _make_decode(TagReader(self.types, fetch))


def is_plain(value: Any, depth: int = MAX_DEPTH) -> bool:
    """True if JSON keeps the value as it is, but for odd numbers and odd characters, which ``encode`` finds out."""
    kind = type(value)
    if kind in _SCALARS:
        return True
    if kind is list:
        items = value
    elif kind is dict:
        for key in value:
            if type(key) is not str:
                return False
        if value and next(iter(value)).startswith("$"):
            return False
        items = value.values()
    else:
        return False
    if depth == 0:
        return False
    for item in items:  # noqa: SIM110  # all() over a generator takes half as long again
        if type(item) not in _SCALARS and not is_plain(item, depth - 1):
            return False
    return True


def _make_decode(reader: TagReader) -> Callable[[str], Any]:
    tagged = _make_parse(reader.read)

    def decode(text: str) -> Any:
        try:
            # Inside a JSON string the quotation mark would be escaped, so this is never found in a mere text.
            # The first look is for speed: one character is found fifty times as fast as three.
            if "$" not in text or '{"$' not in text:
                return _parse_plain(text)
            if DEEP_MARK not in text:
                return tagged(text)
            check_nesting(text)
            return _make_parse(PieceReader(reader.read).read)(text)
        except UnreadableValueError:
            raise
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError) as error:
            raise UnreadableValueError(
                f"This stored value cannot be read: {error}. Its text begins {text[:80]!r}."
            ) from error

    return decode


def _refuse_constant(text: str) -> Any:
    raise UnreadableValueError(f"{text} is no JSON")


def _make_parse(read: Callable[[dict[str, Any]], Any] | None = None) -> Callable[[str], Any]:
    decoder = json.JSONDecoder(object_hook=read, parse_constant=_refuse_constant)
    scan = decoder.scan_once  # type: ignore[attr-defined] # its documentation and its typeshed stub leave it out

    def parse(text: str) -> Any:
        # JSONDecoder.decode looks for white space before and after, which takes longer than parsing a small value.
        try:
            value, end = scan(text, 0)
        except StopIteration:
            return decoder.decode(text)
        return value if end == len(text) else decoder.decode(text)

    return parse


_parse_plain = _make_parse()


def _make_dump() -> Callable[[Any], str]:
    encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, check_circular=False)
    make = getattr(json.encoder, "c_make_encoder", None)
    if make is None:
        return encoder.encode
    # JSONEncoder.encode makes this object anew for each call, which costs more than encoding a small value.
    fast = make(None, encoder.default, json.encoder.encode_basestring, None, ":", ",", False, False, False)

    def dump(value: Any) -> str:
        return "".join(fast(value, 0))

    return dump


dump_plain = _make_dump()
"""Compact JSON text of plain JSON data; for what is known to be plain."""
