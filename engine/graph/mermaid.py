"""A drawn graph as Mermaid text. Pure. The same text that langchain-core writes, so that documents stay comparable;
only a drawing of a file (``escape``) is spelled otherwise where names would break it, such as ``end`` or ``a(b)``.

Ids with a colon belong to a subgraph: ``child:plan`` is the node ``plan`` inside ``child``.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Protocol


class CurveStyle(Enum):
    """How Mermaid bends the lines."""

    BASIS = "basis"
    BUMP_X = "bumpX"
    BUMP_Y = "bumpY"
    CARDINAL = "cardinal"
    CATMULL_ROM = "catmullRom"
    LINEAR = "linear"
    MONOTONE_X = "monotoneX"
    MONOTONE_Y = "monotoneY"
    NATURAL = "natural"
    STEP = "step"
    STEP_AFTER = "stepAfter"
    STEP_BEFORE = "stepBefore"


@dataclass(frozen=True)
class NodeStyles:
    """Mermaid styles of ordinary nodes and of the two ends."""

    default: str = "fill:#f2f0ff,line-height:1.2"
    first: str = "fill-opacity:0"
    last: str = "fill:#bfb6fc"


class DrawnNode(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def metadata(self) -> Mapping[str, Any] | None: ...


class DrawnEdge(Protocol):
    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def data(self) -> Any: ...
    @property
    def conditional(self) -> bool: ...


_SAFE = frozenset(string.ascii_letters + string.digits + "_-")
_OWN_WORD = re.compile(
    r"(?:end|subgraph|graph|flowchart|style|linkstyle|classdef|class|click|href|default|direction|call)\b",
    re.IGNORECASE,
)
"""What begins a statement of a flowchart, also as the beginning of a name: ``end-of-day``."""
_ENTITIES = {
    "#": "#35;", "[": "#91;", "]": "#93;", "(": "#40;", ")": "#41;", "{": "#123;", "}": "#125;",
    '"': "#quot;", "<": "#60;", ">": "#62;", "|": "#124;",
}  # fmt: skip
_READ_AS_TEXT = _ENTITIES | {"&": "#amp;", "`": "#96;", ";": "#59;", "%": "#37;", "\\": "#92;"}
"""Tried with Mermaid 11: in quotes, and in the label of an edge, each of these is shown as the letter it stands for."""
_PLAIN = re.compile(r"[\w ]+")
"""A label that needs no quotes."""
_ARROW = re.compile(r"--|^-|-$")
_MARKDOWN = tuple("*_`")


def draw_mermaid(
    nodes: Iterable[DrawnNode],
    edges: Sequence[DrawnEdge],
    *,
    first_node: str | None = None,
    last_node: str | None = None,
    with_styles: bool = True,
    curve_style: CurveStyle = CurveStyle.LINEAR,
    node_styles: NodeStyles | None = None,
    wrap_label_n_words: int = 9,
    frontmatter_config: Mapping[str, Any] | None = None,
    escape: bool = False,
) -> str:
    """A flowchart from top to bottom. Raises ValueError if two subgraphs would have the same name.

    ``escape``: names and labels that mean something to Mermaid, such as ``end`` or ``a(b)``, are written so that it
    shows them; langchain-core writes them as they are, and Mermaid cannot read the text.
    """
    drawing = _Drawing(list(nodes), first_node, last_node, with_styles, wrap_label_n_words, escape)
    lines = [*_head(curve_style, frontmatter_config or {})] if with_styles else []
    lines += ["graph TD;", *drawing.body(edges)]
    if with_styles:
        lines += [f"\tclassDef {name} {style}" for name, style in asdict(node_styles or NodeStyles()).items()]
    return "\n".join(lines) + "\n"


class _Drawing:
    """One drawing while it is written: remembers which subgraphs were begun."""

    def __init__(
        self,
        nodes: list[DrawnNode],
        first: str | None,
        last: str | None,
        with_styles: bool,
        wrap_at: int,
        escape: bool,
    ) -> None:
        self.first, self.last, self.with_styles, self.wrap_at = first, last, with_styles, wrap_at
        self.escape = escape
        self.inner: dict[str, list[DrawnNode]] = {}
        self.outer: list[DrawnNode] = []
        for node in nodes:
            prefix, _, _ = node.id.rpartition(":")
            self.inner.setdefault(prefix, []).append(node) if prefix else self.outer.append(node)
        self.begun: set[str] = set()

    def body(self, edges: Sequence[DrawnEdge]) -> Iterator[str]:
        groups: dict[str, list[DrawnEdge]] = {}
        for edge in edges:
            groups.setdefault(_common_prefix(edge), []).append(edge)
        if self.with_styles:
            yield from map(self.node, self.outer)
        yield from self.group("", groups.get("", []), groups)
        for prefix, inside in groups.items():
            if prefix and ":" not in prefix:
                yield from self.group(prefix, inside, groups)
        if self.with_styles:
            for prefix, nodes in self.inner.items():
                if ":" not in prefix and prefix not in self.begun:
                    self.begun.add(prefix)
                    yield f"\tsubgraph {self.title(prefix)}"
                    yield from map(self.node, nodes)
                    yield "\tend"

    def group(self, prefix: str, edges: Sequence[DrawnEdge], groups: Mapping[str, list[DrawnEdge]]) -> Iterator[str]:
        """The edges inside one subgraph, then the subgraphs inside that. The outermost level has the prefix ""."""
        is_self_loop = len(edges) == 1 and edges[0].source == edges[0].target
        has_frame = bool(prefix) and not is_self_loop
        if has_frame:
            name = prefix.rpartition(":")[2]
            if name in self.begun:
                raise ValueError(
                    f"Found duplicate subgraph '{name}' -- two subgraph nodes of this name cannot be drawn in one "
                    "picture. Please adjust your graph to have subgraph nodes with unique names."
                )
            self.begun.add(name)
            yield f"\tsubgraph {self.title(name)}"
            if self.with_styles:
                yield from map(self.node, self.inner.get(prefix, []))
        yield from map(self.edge, edges)
        for nested, inside in groups.items():
            if nested.startswith(prefix + ":") and ":" not in nested[len(prefix) + 1 :]:
                yield from self.group(nested, inside, groups)
        if has_frame:
            yield "\tend"

    def node(self, node: DrawnNode) -> str:
        given = node.name.rpartition(":")[2]
        name = self.text(given)
        label = f"<p>{name}</p>" if name.startswith(_MARKDOWN) and name.endswith(_MARKDOWN) else name
        facts = [fact for key, value in (node.metadata or {}).items() if (fact := _fact(key, value)) is not None]
        if facts:
            label += "<hr/><small><em>" + "\n".join(facts) + "</em></small>"
        if self.escape and not _PLAIN.fullmatch(given):
            label = f'"{label}"'
        id = self.safe_id(node.id)
        if node.id == self.last:
            return f"\t{id}([{label}]):::last"
        return f"\t{id}([{label}]):::first" if node.id == self.first else f"\t{id}({label})"

    def edge(self, edge: DrawnEdge) -> str:
        if edge.data is None:
            arrow = " -.-> " if edge.conditional else " --> "
        else:
            label = self.wrapped(self.text(str(edge.data)))
            arrow = f" -. &nbsp;{label}&nbsp; .-> " if edge.conditional else f" -- &nbsp;{label}&nbsp; --> "
        return f"\t{self.safe_id(edge.source)}{arrow}{self.safe_id(edge.target)};"

    def safe_id(self, id: str) -> str:
        """Letters, digits, ``_`` and ``-`` stay; any other character becomes a backslash and its hexadecimal number.

        If asked for, so do what would be part of an arrow, and the first letter of a word of Mermaid's own: ``end`` as
        an id breaks the whole drawing.
        """
        is_word = self.escape and _OWN_WORD.match(id) is not None
        safe = _SAFE - {"-"} if self.escape and _ARROW.search(id) else _SAFE
        return "".join(
            letter if letter in safe and not (is_word and place == 0) else f"\\{ord(letter):x}"
            for place, letter in enumerate(id)
        )

    def title(self, subgraph: str) -> str:
        if not self.escape or (_SAFE.issuperset(subgraph) and self.safe_id(subgraph) == subgraph):
            return subgraph
        return f'{self.safe_id(subgraph)}["{self.text(subgraph)}"]'

    def text(self, text: str) -> str:
        """What is to be read as it stands."""
        return "".join(_READ_AS_TEXT.get(letter, letter) for letter in text) if self.escape else text

    def wrapped(self, label: str) -> str:
        words, at = label.split(), self.wrap_at
        if len(words) <= at:
            return label
        return "&nbsp<br>&nbsp".join(" ".join(words[i : i + at]) for i in range(0, len(words), at))


def _head(curve_style: CurveStyle, config: Mapping[str, Any]) -> Iterator[str]:
    """Mermaid's front matter: YAML, of which the few forms that are needed are written here."""
    inner = dict(config.get("config", {}))
    flowchart = {**inner.get("flowchart", {}), "curve": curve_style.value}
    yield "---"
    yield from _yaml({**config, "config": {**inner, "flowchart": flowchart}})
    yield "---"


def _yaml(values: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    for key in sorted(values):
        value = values[key]
        if isinstance(value, Mapping):
            yield f"{indent}{key}:"
            yield from _yaml(value, indent + "  ")
        elif isinstance(value, str) and not value.isidentifier():
            yield f"{indent}{key}: '{value}'" if "'" not in value else f"{indent}{key}: {json.dumps(value)}"
        else:
            yield f"{indent}{key}: {value if isinstance(value, str) else json.dumps(value)}"


def _common_prefix(edge: DrawnEdge) -> str:
    return ":".join(
        one for one, other in zip(edge.source.split(":"), edge.target.split(":"), strict=False) if one == other
    )


def _fact(key: str, value: Any) -> str | None:
    """A line of metadata under the name; None for a value that is no scalar and no flat list."""
    scalars = (str, int, float, bool)
    if isinstance(value, (list, tuple, set)) and all(isinstance(item, scalars) for item in value):
        items = [str(item) for item in value]
        value = ", ".join(sorted(items) if isinstance(value, set) else items)
    if not isinstance(value, scalars):
        return None
    return "".join(_ENTITIES.get(letter, letter) for letter in f"{key} = {value}")
