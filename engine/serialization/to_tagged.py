"""The writing half of the codec: any storable value to a tree of plain JSON with ``$`` tags. Pure.

Classes of the standard library are recognised by name, so that nothing has to be imported to find out that a value is
no ``Decimal``. The reading half is ``from_tagged``; both are tables with the same tags.
"""

from __future__ import annotations

import dataclasses
import json
from base64 import b64encode
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any

from engine.serialization.data_record import DataRecord, extras_of, fields_of, kind_of, type_name_of
from engine.serialization.deep_values import BELOW, DEEPEST, MAX_DEPTH, UNCUT_DEPTH, Piece, joined
from engine.serialization.preview import one_line
from engine.serialization.stored_error import StoredError, notes_of, traceback_text
from engine.serialization.type_registry import TypeRegistry, name_of
from engine.serialization.unstorable import UnstorableValueError, way_out_of

DEFAULT_FACTORIES = (list, dict, set, frozenset, tuple, str, bytes, bytearray, int, float, bool, complex)
"""What a stored ``defaultdict`` may fill its gaps with."""

Tagged = dict[str, Any]


class TagWriter:
    """Writes one value; keeps the path to where it is, for the error."""

    def __init__(self, types: TypeRegistry) -> None:
        self._types = types
        self._path: list[Any] = []
        self._open: set[int] = set()
        self._piece = Piece(None)
        self._cut_off: list[Piece] = []
        self._pieces = 1
        self._uncut = 0
        """How many of the containers we are in may not be cut into pieces."""

    def write_whole(self, value: Any) -> Any:
        """Plain JSON that ``Codec`` turns into an equal value, whatever its depth."""
        written = {0: self.write(value)}
        while self._cut_off:
            self._piece = self._cut_off.pop()
            written[self._piece.number] = self.write(self._piece.value)
        return joined(written)

    def write(self, value: Any) -> Any:
        """Plain JSON that ``TagReader`` turns into an equal value; below ``MAX_DEPTH`` levels it is cut off."""
        kind = type(value)
        if value is None or kind is bool:
            return value
        if kind is str:
            return value if value.isascii() else _text(value)
        if kind is int:
            # 4,300 digits are what Python reads back from a decimal text.
            return value if value.bit_length() < 14_000 else {"$int": hex(value)}
        if kind is float:
            return value if value - value == 0 else {"$float": repr(value)}
        if len(self._path) > MAX_DEPTH:
            if not self._uncut:
                return self._cut(value)
            if len(self._path) > MAX_DEPTH + UNCUT_DEPTH:
                way_out = f"In a set, a key or an error {UNCUT_DEPTH} levels have room. Store a text or an id there."
                raise self._refuse(value, way_out, "too deep")
        if id(value) in self._open:
            raise self._refuse(value, "Store an id instead of the object itself.", "it contains itself")
        self._open.add(id(value))
        try:
            return self._container(value, kind)
        finally:
            self._open.discard(id(value))

    def _cut(self, value: Any) -> Tagged:
        piece = Piece(value, self._piece, self._pieces, tuple(self._path))
        if piece.level * MAX_DEPTH >= DEEPEST:
            way_out = f"Values may be nested {DEEPEST:,} levels deep. Keep what is deeper flat, or as a text."
            raise self._refuse(value, way_out, "too deep, or it contains itself")
        self._pieces += 1
        self._cut_off.append(piece)
        return {BELOW: piece.number}

    def _container(self, value: Any, kind: type) -> Any:
        if kind is list:
            return self._items(value)
        if kind is dict:
            return self._dict(value)
        writer = _WRITERS.get(f"{kind.__module__}.{kind.__qualname__}")
        if writer is not None:
            return writer(self, value)
        return self._object(value, kind)

    def _items(self, values: Iterable[Any]) -> list[Any]:
        return [self._at(place, item) for place, item in enumerate(values)]

    def _at(self, step: Any, value: Any) -> Any:
        if value is None or (type(value) is str and value.isascii()):
            return value  # as most are
        self._path.append(step)
        written = self.write(value)
        self._path.pop()  # not in a finally: an error needs the path as it was
        return written

    def _at_uncut(self, step: Any, value: Any) -> Any:
        self._uncut += 1
        written = self._at(step, value)
        self._uncut -= 1
        return written

    def _dict(self, value: Mapping[Any, Any]) -> Any:
        for key in value:
            if type(key) is not str or not (key.isascii() or _is_unicode(key)):
                return {"$dict": self._pairs(value)}
        if value and next(iter(value)).startswith("$"):
            return {"$dict": self._pairs(value)}
        return {key: self._at(key, item) for key, item in value.items()}

    def _pairs(self, value: Mapping[Any, Any]) -> list[Any]:
        return [[self._at_uncut(f"key {one_line(key, 60)}", key), self._at(key, item)] for key, item in value.items()]

    def _fields(self, fields: Mapping[str, Any]) -> Any:
        return self._dict(fields)

    def _object(self, value: Any, kind: type) -> Any:
        """An instance of a class that is not of the standard library."""
        slots = _SLOTTED.get(name_of(kind))
        if slots is not None:
            fields = {name: getattr(value, name) for name in slots}
            return self._known("$object", kind, {"fields": self._fields(fields)})
        if isinstance(value, DataRecord):
            return self._record(value)
        if isinstance(value, BaseException):
            return self._error(value)
        if isinstance(value, Enum):
            return self._known("$enum", kind, {"name": value._name_, "value": self._at_uncut("value", value._value_)})
        if isinstance(value, str) and kind.__module__.startswith("langchain_core."):
            # The text of langchain's messages: a str that can also be called, as the method it once was. A user's own
            # subclass is refused instead, since it would come back as another type.
            return _text(str.__str__(value))
        if dataclasses.is_dataclass(value) and not isinstance(value, _WITH_CONTENT):
            fields = {
                field.name: getattr(value, field.name)
                for field in dataclasses.fields(value)
                if hasattr(value, field.name)
            }
            return self._known("$dataclass", kind, {"fields": self._fields(fields)})
        if hasattr(kind, "__pydantic_fields__") and hasattr(value, "__pydantic_fields_set__"):
            return self._pydantic(value, kind)
        if hasattr(kind, "__fields__") and hasattr(value, "__fields_set__"):
            shared = {"fields": self._fields(vars(value)), "set": sorted(value.__fields_set__)}
            return self._known("$pydantic1", kind, shared)
        if isinstance(value, tuple) and hasattr(kind, "_fields"):
            fields = dict(zip(kind._fields, value, strict=True))
            return self._known("$namedtuple", kind, {"fields": self._fields(fields)})
        if hasattr(kind, "__attrs_attrs__"):
            fields = {each.name: getattr(value, each.name) for each in kind.__attrs_attrs__}
            return self._known("$attrs", kind, {"fields": self._fields(fields)})
        if kind.__module__ == "numpy" or kind.__module__.startswith("numpy."):
            return self._numpy(value, kind)
        raise self._refuse(value, way_out_of(value))

    def _known(self, tag: str, kind: type, data: Mapping[str, Any]) -> Tagged:
        # The class was handed to us by this process, so it may be made again here without importing anything.
        self._types.add(kind)
        return {tag: name_of(kind), **data}

    def _record(self, record: DataRecord) -> Tagged:
        kind = kind_of(record)
        if kind == "enum":
            return {
                "$enum": type_name_of(record),
                **{name: self._at(name, item) for name, item in fields_of(record).items()},
            }
        if kind == "repr":
            return {"$repr": _text(fields_of(record)["repr"])}
        if kind in ("ndarray", "numpy"):
            return {f"${kind}": fields_of(record)["dtype"], **extras_of(record)}
        fields = {"fields": self._fields(fields_of(record))}
        return {f"${kind}": type_name_of(record), **fields, **self._fields(extras_of(record))}

    def _pydantic(self, value: Any, kind: type) -> Tagged:
        data: dict[str, Any] = {"fields": self._fields(value.__dict__)}
        if value.__pydantic_fields_set__ != value.__dict__.keys():
            data["set"] = sorted(value.__pydantic_fields_set__)
        if value.__pydantic_extra__:
            data["extra"] = self._fields(value.__pydantic_extra__)
        private = {name: item for name, item in (value.__pydantic_private__ or {}).items() if _is_set(item)}
        if private:
            data["private"] = self._fields(private)
        return self._known("$pydantic", kind, data)

    def _error(self, error: BaseException) -> Tagged:
        if isinstance(error, StoredError):
            name, args, state = error.type_name, error.args, error.state
        else:
            name, args, state = name_of(type(error)), _arguments(error), dict(vars(error))
            self._types.add(type(error))
        data: Tagged = {
            "$exception": name,
            "message": _message(error),
            "args": [self._or_repr(place, arg) for place, arg in enumerate(args)],
        }
        state = {key: item for key, item in state.items() if key not in ("__notes__", "stored_traceback")}
        if state:
            data["state"] = {key: self._or_repr(key, item) for key, item in state.items() if _is_unicode(key)}
        if notes := notes_of(error):
            data["notes"] = [_text(note) for note in notes]
        if text := traceback_text(error):
            data["traceback"] = _text(text)
        return data

    def _or_repr(self, step: Any, value: Any) -> Any:
        """An error is kept even if something it carries cannot be: that part becomes its repr."""
        depth, uncut = len(self._path), self._uncut
        open_before = set(self._open)
        try:
            return self._at_uncut(step, value)
        except UnstorableValueError:
            del self._path[depth:]
            self._uncut = uncut
            self._open = open_before
            return {"$repr": _text(_safe_repr(value))}

    def _numpy(self, value: Any, kind: type) -> Tagged:
        dtype = getattr(value, "dtype", None)
        if dtype is None or dtype.hasobject or dtype.fields is not None or kind.__name__ in ("matrix", "recarray"):
            raise self._refuse(value, "Store value.tolist(), or an array of plain numbers.")
        if kind.__qualname__ == "ndarray":
            data = b64encode(value.tobytes()).decode()
            return {"$ndarray": dtype.str, "shape": list(value.shape), "data": data}
        return {"$numpy": dtype.str, "data": b64encode(value.tobytes()).decode()}

    def _refuse(self, value: Any, way_out: str, reason: str = "") -> UnstorableValueError:
        kind = type(value)
        name = kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"
        return UnstorableValueError(name, way_out, path=(*self._piece.path(), *self._path), reason=reason)


def _text(value: str) -> Any:
    return value if _is_unicode(value) else {"$text": value.encode("unicode_escape").decode("ascii")}


def _is_unicode(text: str) -> bool:
    """False if there is a lone surrogate, which UTF-8 cannot carry."""
    if text.isascii():
        return True
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _arguments(error: BaseException) -> tuple[Any, ...]:
    # An OSError keeps its file name beside args; only __reduce__ puts it back among them.
    if isinstance(error, OSError) and type(error).__reduce__ is OSError.__reduce__:
        arguments: Any = error.__reduce__()[1]
        return tuple(arguments)
    return error.args


def _message(error: BaseException) -> Any:
    return _text(error.message if isinstance(error, StoredError) else _safe_str(error))


def _safe_str(value: Any) -> str:
    try:
        return str(value)
    except Exception as error:  # an exception's own __str__ may raise; the failure itself must still be kept
        return f"<its text fails with {type(error).__name__}>"


def _safe_repr(value: Any) -> str:
    try:
        return repr(value)[:1000]
    except Exception as error:  # as above
        return f"<{type(value).__qualname__}: its repr fails with {type(error).__name__}>"


def _is_set(value: Any) -> bool:
    """Pydantic marks a private attribute that was never set with an object of its own."""
    return type(value).__name__ != "PydanticUndefinedType"


# Tags of the standard library's types -------------------------------------------------------------------------------


def _set(tag: str) -> Callable[[TagWriter, Any], Tagged]:
    def write(writer: TagWriter, value: Any) -> Tagged:
        # Sorted by their text, so that equal sets have equal texts whatever the hash seed.
        return {tag: sorted((writer._at_uncut(place, item) for place, item in enumerate(value)), key=json.dumps)}

    return write


def _base64(tag: str) -> Callable[[TagWriter, Any], Tagged]:
    return lambda writer, value: {tag: b64encode(value).decode()}


def _str(tag: str) -> Callable[[TagWriter, Any], Tagged]:
    return lambda writer, value: {tag: str(value)}


def _path(kind: str) -> Callable[[TagWriter, Any], Tagged]:
    return lambda writer, value: {"$path": _text(str(value)), "kind": kind}


def _datetime(writer: TagWriter, value: Any) -> Tagged:
    return {"$datetime": value.replace(tzinfo=None).isoformat(), **_zone(writer, value)}


def _time(writer: TagWriter, value: Any) -> Tagged:
    return {"$time": value.replace(tzinfo=None).isoformat(), **_zone(writer, value)}


def _zone(writer: TagWriter, value: Any) -> Tagged:
    zone = {} if value.tzinfo is None else {"zone": writer._at("tzinfo", value.tzinfo)}
    return {**zone, "fold": 1} if value.fold else zone


def _timezone(writer: TagWriter, value: Any) -> Tagged:
    offset, *name = value.__getinitargs__()
    return {"$timezone": [offset.days, offset.seconds, offset.microseconds, *name]}


def _zoneinfo(writer: TagWriter, value: Any) -> Tagged:
    if value.key is None:
        raise writer._refuse(value, "Use a zone with a name: ZoneInfo('Europe/Berlin').")
    return {"$zoneinfo": value.key}


def _deque(writer: TagWriter, value: Any) -> Tagged:
    return {"$deque": writer._items(value), **({} if value.maxlen is None else {"maxlen": value.maxlen})}


def _defaultdict(writer: TagWriter, value: Any) -> Tagged:
    factory = value.default_factory
    if factory is not None and factory not in DEFAULT_FACTORIES:
        raise writer._refuse(value, "Store dict(value): its default_factory is a function, which cannot be stored.")
    return {"$defaultdict": None if factory is None else factory.__name__, "items": writer._pairs(value)}


def _counter(writer: TagWriter, value: Any) -> Tagged:
    return {"$counter": writer._pairs(value)}


def _ordered(writer: TagWriter, value: Any) -> Tagged:
    return {"$ordereddict": writer._pairs(value)}


_WITH_CONTENT = (dict, list, tuple, set, frozenset, str, bytes, int, float)
"""A dataclass on top of one of these holds more than its fields."""

_PATHS = ("PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath")

_WRITERS: dict[str, Callable[[TagWriter, Any], Any]] = {
    "builtins.tuple": lambda writer, value: {"$tuple": writer._items(value)},
    "builtins.set": _set("$set"),
    "builtins.frozenset": _set("$frozenset"),
    "builtins.bytes": _base64("$bytes"),
    "builtins.bytearray": _base64("$bytearray"),
    "builtins.complex": lambda writer, value: {"$complex": [writer.write(value.real), writer.write(value.imag)]},
    "builtins.range": lambda writer, value: {"$range": [value.start, value.stop, value.step]},
    "builtins.slice": lambda writer, value: {"$slice": writer._items((value.start, value.stop, value.step))},
    "builtins.ellipsis": lambda writer, value: {"$ellipsis": True},
    "datetime.datetime": _datetime,
    "datetime.date": lambda writer, value: {"$date": value.isoformat()},
    "datetime.time": _time,
    "datetime.timedelta": lambda writer, value: {"$timedelta": [value.days, value.seconds, value.microseconds]},
    "datetime.timezone": _timezone,
    "zoneinfo.ZoneInfo": _zoneinfo,
    "decimal.Decimal": _str("$decimal"),
    "fractions.Fraction": _str("$fraction"),
    "uuid.UUID": _str("$uuid"),
    "re.Pattern": lambda writer, value: {"$pattern": writer.write(value.pattern), "flags": value.flags},
    "collections.deque": _deque,
    "collections.OrderedDict": _ordered,
    "collections.defaultdict": _defaultdict,
    "collections.Counter": _counter,
    **{f"{module}.{name}": _path(name) for name in _PATHS for module in ("pathlib", "pathlib._local")},
    **{
        f"ipaddress.{name}": _str(f"${name}")
        for name in ("IPv4Address", "IPv6Address", "IPv4Network", "IPv6Network", "IPv4Interface", "IPv6Interface")
    },
}

_SLOTTED = {
    "engine.types:Send": ("node", "arg", "timeout"),
    "engine.types:Interrupt": ("value", "id", "response_schema"),
    "langgraph.types:Send": ("node", "arg", "timeout"),
    "langgraph.types:Interrupt": ("value", "id", "response_schema"),
}
"""Data classes with slots that are no dataclasses."""
