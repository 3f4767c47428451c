"""``name.graph.json`` to GraphSpec and back: strict reading with addresses, one canonical text. Runs nothing.

Reading keeps keys it does not know. Writing is canonical: the same graph gives the same bytes, whoever wrote it and in
whatever order. What a graph *means* wrongly is not judged here but in ``problems``.
"""

from __future__ import annotations

import re
import stat
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from engine.graph.graph_json import (
    GRAPH_KEYS,
    SUBGRAPH_KEYS,
    edge_to_json,
    graph_fields_to_json,
    node_to_json,
    read_graph_object,
    router_to_json,
)
from engine.graph.json_checks import WrongValue, foreign
from engine.graph.json_text import (
    JsonPath,
    JsonTextError,
    line_at,
    one_line,
    pretty,
    read_json,
    shown_path,
    shown_value,
)
from engine.graph.spec import GraphSpec, Json, NodeSpec, RouterSpec, sorted_edges

FORMAT = "stategraph"
FORMAT_VERSION = (1, 0)
MAX_BYTES = 16 * 1024 * 1024
"""A graph of 10,000 nodes takes about 2 MB."""


class GraphFileError(ValueError):
    """A graph file that cannot be opened: what is wrong, where it stands, and the way out. Nothing was changed."""

    def __init__(self, what: str, where: str, way_out: str, *, line: int | None = None) -> None:
        super().__init__(f"{where}: {what} {way_out}")
        self.what = what
        self.where = where
        self.way_out = way_out
        self.line = line
        """From 1; None if it is not about one line."""


class MergeConflictError(GraphFileError):
    """The file still holds git's conflict markers, in these ranges of lines (first and last, from 1)."""

    def __init__(self, where: str, regions: tuple[tuple[int, int], ...]) -> None:
        lines = ", ".join(f"{first}\N{EN DASH}{last}" for first, last in regions)
        super().__init__(
            f"This file has unresolved merge conflicts, lines {lines}.",
            where,
            "Choose one side of each in a text editor or with your merge tool, then open it again.",
            line=regions[0][0],
        )
        self.regions = regions


@dataclass(frozen=True)
class GraphFile:
    """What a graph file holds."""

    graph: GraphSpec
    format_version: tuple[int, int] = FORMAT_VERSION

    @property
    def read_only_reason(self) -> str:
        """Why the file must not be written by this version, as a sentence; empty if it may be."""
        if self.format_version <= FORMAT_VERSION:
            return ""
        version = ".".join(map(str, self.format_version))
        return f"A newer version wrote this file (format {version}). It is read-only here, so that nothing is lost."


def read_graph(path: Path) -> GraphSpec:
    """Reads and parses one file. Raises ``GraphFileError``."""
    return parse_graph(read_text(path), where=str(path))


def parse_graph(text: str, *, where: str) -> GraphSpec:
    """The graph in the text of a graph file. ``where`` names the file in errors. Raises ``GraphFileError``."""
    return parse_graph_file(text, where=where).graph


def parse_graph_file(text: str, *, where: str) -> GraphFile:
    """As ``parse_graph``, with the file's format version. Raises ``GraphFileError``."""
    if regions := conflict_regions(text):
        raise MergeConflictError(where, regions)
    if len(text) > MAX_BYTES:
        raise _too_large(where)
    try:
        data = read_json(text)
        return _read_file(data)
    except JsonTextError as error:
        address = _address(where, error.line, error.path or ())
        raise GraphFileError(error.what, address, "Mend it in a text editor.", line=error.line) from error
    except WrongValue as wrong:
        line = line_at(text, wrong.path)
        raise GraphFileError(wrong.what, _address(where, line, wrong.path), wrong.way_out, line=line) from None


def format_graph(graph: GraphSpec) -> str:
    """The canonical text of a graph, as ``name.graph.json`` holds it. Parsing it gives an equal graph."""
    sections = [
        f'"format": {one_line(FORMAT)}',
        f'"format_version": {one_line(".".join(map(str, FORMAT_VERSION)))}',
        f'"name": {one_line(graph.name)}',
        *_sections(replace(graph, name=""), "  ", GRAPH_KEYS),
    ]
    return _lines("{}", sections, "  ") + "\n"


def _sections(graph: GraphSpec, indent: str, known: frozenset[str]) -> list[str]:
    """The members of a graph's object, which stand at this indent. The name only if there is one."""
    inner = indent + "  "
    sections = [f"{one_line(key)}: {pretty(value, indent)}" for key, value in graph_fields_to_json(graph).items()]
    nodes = [f"{one_line(name)}: {_node_text(node, inner)}" for name, node in sorted(graph.nodes.items())]
    sections.append(f'"nodes": {_lines("{}", nodes, inner)}')
    edges = [one_line(edge_to_json(edge)) for edge in sorted_edges(graph.edges)]
    sections.append(f'"edges": {_lines("[]", edges, inner)}')
    routers = [
        f"{one_line(node)}: {_routers_text(of_node, inner)}"
        for node, of_node in sorted(graph.routers.items())
        if of_node
    ]
    if routers:
        sections.append(f'"routers": {_lines("{}", routers, inner)}')
    return sections + [
        f"{one_line(key)}: {pretty(value, indent)}" for key, value in foreign(graph.extra, known).items()
    ]


def _node_text(node: NodeSpec, indent: str) -> str:
    """A subgraph is written as a graph file is, so that a diff shows the node or edge inside that changed."""
    if not isinstance(node.graph, GraphSpec):
        return pretty(node_to_json(node), indent)
    inner = indent + "  "
    members = []
    for key, value in node_to_json(replace(node, graph="")).items():
        graph = _lines("{}", _sections(node.graph, inner + "  ", SUBGRAPH_KEYS), inner + "  ")
        members.append(f"{one_line(key)}: {graph if key == 'graph' else pretty(value, inner)}")
    return _lines("{}", members, inner)


def read_text(path: Path) -> str:
    """The text of a file that should be a graph or layout file. Raises ``GraphFileError``, for missing files too."""
    where = str(path)
    if "\0" in where:
        raise GraphFileError("The path holds a zero byte.", shown_value(where), "Choose another file.")
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # reading a pipe or a device could wait for ever
            raise GraphFileError("This is not an ordinary file.", where, "Choose a .graph.json file.")
        if status.st_size > MAX_BYTES:
            raise _too_large(where)
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise GraphFileError(f"The file cannot be read: {reason}.", where, "Check the path and its rights.") from error
    return decode_text(content, where=where)


def decode_text(content: bytes, *, where: str) -> str:
    """UTF-8 to text, without a byte order mark. Raises ``GraphFileError`` that names the line of the first bad byte."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        what = f"The file is not UTF-8: byte 0x{content[error.start]:02x} on line {line} cannot be read."
        raise GraphFileError(what, where, "Save it as UTF-8 in a text editor.", line=line) from error


def conflict_regions(text: str) -> tuple[tuple[int, int], ...]:
    """The ranges of lines, from 1, that git left unmerged. One without an end goes to the last line."""
    if "<<<<<<<" not in text:
        return ()
    regions: list[tuple[int, int]] = []
    start: int | None = None
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if start is None and _CONFLICT_START.match(line):
            start = number
        elif start is not None and _CONFLICT_END.match(line):
            regions.append((start, number))
            start = None
    if start is not None:
        regions.append((start, len(lines)))
    return tuple(regions)


_CONFLICT_START = re.compile(r"<{7}(?: .*)?\r?$")
_CONFLICT_END = re.compile(r">{7}(?: .*)?\r?$")


def _too_large(where: str) -> GraphFileError:
    limit_mb = MAX_BYTES // (1024 * 1024)
    return GraphFileError(f"The file is larger than {limit_mb} MB.", where, "A graph file that large is damaged.")


def _address(where: str, line: int | None, path: JsonPath) -> str:
    parts = [where]
    if line is not None:
        parts.append(f"line {line}")
    if path:
        parts.append(f"at {shown_path(path)}")
    return ", ".join(parts)


def _read_file(data: Json) -> GraphFile:
    if not isinstance(data, dict) or "format" not in data:
        raise WrongValue((), "This is not a graph file: it has no key 'format'.", "Choose a .graph.json file.")
    if data["format"] != FORMAT:
        what = f"This is not a graph file: its format is {shown_value(data['format'])}, not {shown_value(FORMAT)}."
        raise WrongValue(("format",), what, "Choose a .graph.json file.")
    version = read_version(data)  # first: what a newer major format holds cannot be judged
    return GraphFile(read_graph_object(data), version)


def read_version(data: Mapping[str, Json]) -> tuple[int, int]:
    """The format version of a graph or layout file. Raises for a higher major one, which may mean anything."""
    written = data.get("format_version")
    match = re.fullmatch(r"([1-9][0-9]{0,3})\.([0-9]{1,4})", written) if isinstance(written, str) else None
    if match is None:
        what = f'The format version should be text like "1.0", not {shown_value(written)}.'
        raise WrongValue(("format_version",), what)
    version = (int(match[1]), int(match[2]))
    if version[0] > FORMAT_VERSION[0]:
        what = f"The file has format {written}; this version reads formats up to {FORMAT_VERSION[0]}.x."
        raise WrongValue(("format_version",), what, "Open it with a newer version of Stepgraph.")
    return version


def _routers_text(routers: tuple[RouterSpec, ...], indent: str) -> str:
    if len(routers) == 1:
        return _router_text(routers[0], indent)
    inner = indent + "  "
    return _lines("[]", [_router_text(router, inner) for router in routers], inner)


def _router_text(router: RouterSpec, indent: str) -> str:
    """Always one key and one branch per line, so that a diff shows the branch that changed."""
    inner = indent + "  "
    members = []
    for key, value in router_to_json(router).items():
        if key != "branches":
            text = pretty(value, inner)
        elif isinstance(value, dict):
            branches = [f"{one_line(label)}: {one_line(target)}" for label, target in value.items()]
            text = _lines("{}", branches, inner + "  ")
        else:
            text = _lines("[]", [one_line(branch) for branch in value], inner + "  ")
        members.append(f"{one_line(key)}: {text}")
    return _lines("{}", members, inner)


def _lines(brackets: str, items: list[str], indent: str) -> str:
    """Items one per line between brackets; the closing one stands a step further left."""
    if not items:
        return brackets
    opening, closing = brackets[0], brackets[1]
    return f"{opening}\n" + ",\n".join(indent + item for item in items) + f"\n{indent[:-2]}{closing}"
