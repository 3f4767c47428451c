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
    NodeAdded,
    NodeChanged,
    NodePlaced,
    NodeRemoved,
    NodeRenamed,
    RoutersChanged,
)
from editor.document.layout import Position
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
    return {"kind": type(change).__name__, **members}


def read_change(data: Json) -> Change:
    """The change in a JSON value. Raises ``ValueError`` for anything that ``change_to_json`` does not write."""
    try:
        return _read(data)
    except (KeyError, TypeError, WrongValue) as error:
        raise ValueError(f"This is not a change: {error}.") from error


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
        case "EdgeAdded":
            return EdgeAdded(read_edge(data["edge"], ()))
        case "EdgeRemoved":
            return EdgeRemoved(read_edge(data["edge"], ()))
        case "RoutersChanged":
            return RoutersChanged(_text(data["node"]), _read_routers(data["old"]), _read_routers(data["new"]))
        case "GraphFieldChanged":
            field = _field(data["field"])
            return GraphFieldChanged(field, _field_value(field, data["old"]), _field_value(field, data["new"]))
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


def _read_routers(items: Json) -> tuple[RouterSpec, ...]:
    return tuple(read_router(item, ()) for item in items)
