"""Changes as JSON values and back, for the recovery journal. Reading trusts nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from editor.document.changes import (
    Change,
    EdgeAdded,
    EdgeRemoved,
    GraphField,
    GraphFieldChanged,
    InSubgraph,
    ModuleForgotten,
    ModuleRead,
    ModuleSpliced,
    NodeAdded,
    NodeChanged,
    NodePlaced,
    NodeRemoved,
    NodeRenamed,
    RemarkChanged,
    RoutersChanged,
    SubgraphPlaced,
)
from editor.document.layout import Layout, Position
from editor.document.layout_file import layout_to_json, read_layout_object
from editor.document.module_text import ModuleText
from editor.document.remark import Remark
from editor.document.remark_json import read_remark, remark_to_json
from engine.graph.graph_json import (
    edge_to_json,
    node_to_json,
    read_edge,
    read_node,
    read_router,
    router_to_json,
)
from engine.graph.json_checks import WrongValue
from engine.graph.options_json import defaults_to_json, read_defaults
from engine.graph.spec import Json, RouterSpec


def change_to_json(change: Change) -> dict[str, Json]:
    match change:
        case NodeAdded(name, node) | NodeRemoved(name, node):
            members: dict[str, Json] = {"name": name, "node": node_to_json(node)}
        case NodeChanged(name, old, new):
            members = {"name": name, "old": node_to_json(old), "new": node_to_json(new)}
        case NodeRenamed(old_name, new_name):
            members = {"old": old_name, "new": new_name}
        case NodePlaced(name, old_place, new_place):
            members = {"name": name, "old": _place_to_json(old_place), "new": _place_to_json(new_place)}
        case RemarkChanged(key, old_remark, new_remark):
            old_json, new_json = (None if each is None else remark_to_json(each) for each in (old_remark, new_remark))
            members = {"key": key, "old": old_json, "new": new_json}
        case SubgraphPlaced(name, old_layout, new_layout):
            members = {"name": name, "old": _layout_to_json(old_layout), "new": _layout_to_json(new_layout)}
        case InSubgraph(names, inner):
            members = {"path": list(names), "change": change_to_json(inner)}
        case EdgeAdded(edge) | EdgeRemoved(edge):
            members = {"edge": edge_to_json(edge)}
        case RoutersChanged(node_name, old_routers, new_routers):
            members = {"node": node_name}
            members |= {
                "old": [router_to_json(r) for r in old_routers],
                "new": [router_to_json(r) for r in new_routers],
            }
        case GraphFieldChanged(field, old_value, new_value):
            old_json, new_json = (defaults_to_json(v) if field == "defaults" else v for v in (old_value, new_value))
            members = {"field": field, "old": old_json, "new": new_json}
        case ModuleRead(path, module) | ModuleForgotten(path, module):
            members = {"path": path, "module": module_to_json(module)}
        case ModuleSpliced(path, start, old_text, new_text):
            members = {"path": path, "start": start, "old": old_text, "new": new_text}
    return {"kind": type(change).__name__, **members}


def read_change(data: Json) -> Change:
    """The change in a JSON value. Raises ``ValueError`` for anything that ``change_to_json`` does not write."""
    try:
        return _read(data)
    except (KeyError, TypeError, WrongValue) as error:
        raise ValueError(f"This is not a change: {error}.") from error


def module_to_json(module: ModuleText) -> dict[str, Json]:
    return {"opened": module.opened, "text": module.text, "bom": module.has_bom}


def read_module_json(data: Json) -> ModuleText:
    """Raises ``TypeError`` or ``KeyError`` for what ``module_to_json`` does not write."""
    opened, has_bom = data["opened"], data["bom"]
    if not isinstance(has_bom, bool):
        raise TypeError("a byte order mark is there or not")
    return ModuleText(None if opened is None else _text(opened), _text(data["text"]), has_bom)


def read_module_path(value: Json) -> str:
    """A path of a module in the graph's folder: nothing else is ever written because a journal says so."""
    path = _text(value)
    parts = path.removesuffix(".py").split("/")
    if not path.endswith(".py") or not all(part.isidentifier() for part in parts):
        raise ValueError(f"'{path}' is no path of a module")
    return path


def _read(data: Mapping[str, Json]) -> Change:
    match data["kind"]:
        case "NodeAdded":
            return NodeAdded(_text(data["name"]), read_node(data["node"], ()))
        case "NodeRemoved":
            return NodeRemoved(_text(data["name"]), read_node(data["node"], ()))
        case "NodeChanged":
            return NodeChanged(_text(data["name"]), read_node(data["old"], ()), read_node(data["new"], ()))
        case "NodeRenamed":
            return NodeRenamed(_text(data["old"]), _text(data["new"]))
        case "NodePlaced":
            return NodePlaced(_text(data["name"]), _read_place(data["old"]), _read_place(data["new"]))
        case "RemarkChanged":
            return RemarkChanged(_text(data["key"]), _read_remark(data["old"]), _read_remark(data["new"]))
        case "SubgraphPlaced":
            return SubgraphPlaced(_text(data["name"]), _read_layout(data["old"]), _read_layout(data["new"]))
        case "InSubgraph":
            return InSubgraph(_read_path(data["path"]), _read(data["change"]))
        case "EdgeAdded":
            return EdgeAdded(read_edge(data["edge"], ()))
        case "EdgeRemoved":
            return EdgeRemoved(read_edge(data["edge"], ()))
        case "RoutersChanged":
            return RoutersChanged(_text(data["node"]), _read_routers(data["old"]), _read_routers(data["new"]))
        case "GraphFieldChanged":
            field = _field(data["field"])
            return GraphFieldChanged(field, _field_value(field, data["old"]), _field_value(field, data["new"]))
        case "ModuleRead":
            return ModuleRead(read_module_path(data["path"]), read_module_json(data["module"]))
        case "ModuleForgotten":
            return ModuleForgotten(read_module_path(data["path"]), read_module_json(data["module"]))
        case "ModuleSpliced":
            start = data["start"]
            if type(start) is not int or start < 0:
                raise TypeError("a place in a text should be a whole number")
            return ModuleSpliced(read_module_path(data["path"]), start, _text(data["old"]), _text(data["new"]))
        case _:
            raise ValueError("This is not a change: its kind is not known.")


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise TypeError("a name should be text")
    return value


def _field(value: Json) -> GraphField:
    field: Any = value
    if field not in get_args(GraphField):
        raise ValueError("This is not a change: the graph has no such field.")
    chosen: GraphField = field
    return chosen


def _field_value(field: GraphField, value: Json) -> Json:
    if field == "name":
        return _text(value)
    if field == "defaults":
        return read_defaults(value, ())
    if value is None or (field == "state" and isinstance(value, str)):
        return value
    if field == "recursion_limit" and type(value) is int and value > 0:
        return value
    raise TypeError(f"this is no {field}")


def _place_to_json(place: Position | None) -> Json:
    return None if place is None else list(place)


def _read_place(value: Json) -> Position | None:
    if value is None:
        return None
    x, y = value
    if type(x) is not int or type(y) is not int:
        raise TypeError("a position should be two whole numbers")
    return (x, y)


def _read_remark(value: Json) -> Remark | None:
    remark = read_remark(value)
    if remark is None and value is not None:
        raise TypeError("this is no frame and no note")
    return remark


def _layout_to_json(layout: Layout | None) -> Json:
    return None if layout is None else layout_to_json(layout)


def _read_layout(value: Json) -> Layout | None:
    if value is None:
        return None
    lost: list[str] = []
    layout = read_layout_object(value, lost) if isinstance(value, dict) else Layout()
    if lost or layout == Layout():
        raise TypeError("a layout should hold positions")
    return layout


def _read_path(value: Json) -> tuple[str, ...]:
    if not isinstance(value, list) or not value:
        raise TypeError("a path should be a list of names")
    return tuple(_text(name) for name in value)


def _read_routers(items: Json) -> tuple[RouterSpec, ...]:
    return tuple(read_router(item, ()) for item in items)
