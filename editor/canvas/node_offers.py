"""What the node search offers for what was typed: functions, a new node, and, for an edge, nodes to lead to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from heapq import nsmallest

from editor.canvas.allowed_targets import reasons_against
from editor.canvas.fuzzy import LOOSE, fit
from editor.document.document import Document
from editor.document.names import free_name, why_not_name
from editor.document.source_code import FunctionChoice, node_module
from engine.graph.spec import END, START, BranchOutlet, Outlet, drawn_edges, shown_name, why_illegal_name

MOST_OFFERS = 200
"""More than one scrolls through; type a letter more."""


class OfferKind(Enum):
    NEW = "new"
    NODE = "node"
    FUNCTION = "function"
    SUBGRAPH = "subgraph"
    GRAPH = "graph"  # another file of the project, as a subgraph
    TEMPLATE = "template"  # several nodes at once, with their code
    OUTLET = "outlet"


@dataclass(frozen=True, slots=True)
class TemplateChoice:
    """A template as the search knows it."""

    name: str
    title: str
    about: str


_Rank = tuple[int, int, int]
"""Smaller is better: misses, where the fit begins, place among equals."""


@dataclass(frozen=True, slots=True)
class Offer:
    kind: OfferKind
    title: str
    detail: str
    icon: str
    name: str = ""
    """Of the node that is added or led to."""
    fn: str | None = None
    """The function, or for ``GRAPH`` the path of the file."""
    outlet: Outlet | None = None
    lit: tuple[int, ...] = ()
    """The letters of the title that were typed."""
    asks_name: bool = False
    """The name is only the first free one; the user types a better one at once."""
    is_refused: bool = False
    """Shown with the reason in ``detail``, and cannot be taken."""


def offers_to_add(
    text: str,
    document: Document,
    functions: Sequence[FunctionChoice],
    outlet: Outlet | None = None,
    graphs: Sequence[str] = (),
    templates: Sequence[TemplateChoice] = (),
) -> list[Offer]:
    """Best first; of equally good ones functions, graphs, templates.

    ``outlet``: an edge from there leads to what is taken, so existing nodes are offered too.
    ``graphs``: paths of other graph files of the project.
    """
    text = text.strip()
    offers = [(_rank_of_new(text), _new_node(text, document))]
    if outlet is not None:
        offers += _nodes(text, document, outlet)
    others = [*_functions(document, functions), *_graphs(document, graphs), *_empty_subgraph(text, document)]
    others += _templates(templates)
    offers += _fitting(text, others, after=len(document.graph.nodes))
    return [offer for _, offer in sorted(offers, key=lambda pair: pair[0])[:MOST_OFFERS]]


def offers_to_connect(
    text: str,
    document: Document,
    functions: Sequence[FunctionChoice],
    outlet: Outlet,
    graphs: Sequence[str] = (),
    templates: Sequence[TemplateChoice] = (),
) -> list[Offer]:
    """As ``offers_to_add``, with the nodes that are there first."""
    nodes = [offer for _, offer in _nodes(text, document, outlet)]
    return [*nodes, *offers_to_add(text, document, functions, graphs=graphs, templates=templates)][:MOST_OFFERS]


def offers_of_outlets(text: str, document: Document, outlets: Iterable[Outlet]) -> list[Offer]:
    """The outlets of a node, those that lead nowhere yet first."""
    leads = {line.outlet: line.target for line in drawn_edges(document.graph)}
    offers = []
    for outlet in outlets:
        title = outlet.label if isinstance(outlet, BranchOutlet) else "always"
        where = f"leads to {shown_plain(leads[outlet])}" if outlet in leads else "leads nowhere yet"
        offers.append(Offer(OfferKind.OUTLET, title, where, "branch", outlet.node, outlet=outlet))
    return [offer for _, offer in _fitting(text, sorted(offers, key=lambda offer: offer.outlet in leads))]


def names_found(text: str, document: Document) -> list[str]:
    """What stands on the canvas and has these letters in its name, best first; then by the function."""
    ranked: list[tuple[_Rank, str]] = []
    for place, name in enumerate((START, *document.graph.nodes, END)):
        found, loss = fit(text, shown_plain(name)), 0
        if found is None:
            found, loss = fit(text, _fn_of(document, name)), 3 * LOOSE
        if found is not None and (not loss or found.misses < LOOSE):
            ranked.append(((found.misses + loss, found.begins, place), name))
    return [name for _, name in sorted(ranked)]


def shown_plain(name: str) -> str:
    """As the card shows it."""
    return {START: "START", END: "END"}.get(name, name)


def _fitting(text: str, offers: Iterable[Offer], *, after: int = 0) -> list[tuple[_Rank, Offer]]:
    """Those that fit, best first. ``after``: how many others come before equally good ones."""
    ranked: list[tuple[_Rank, Offer]] = []
    for place, offer in enumerate(offers, after + 1):
        found = fit(text, offer.title)
        if found is not None:
            ranked.append(((found.misses, found.begins, place), replace(offer, lit=found.lit)))
    return sorted(ranked, key=lambda pair: pair[0])


def _rank_of_new(text: str) -> _Rank:
    """First while nothing is typed; then after what holds the typed words, before what holds only their letters."""
    return (-1, 0, 0) if not text else (LOOSE, -1, 0)


def _new_node(text: str, document: Document) -> Offer:
    if not text:
        name = free_name({*document.graph.nodes, *document.graph.routers}, "node")
        return Offer(OfferKind.NEW, "New node…", "asks for its name", "add", name, asks_name=True)
    reason = why_not_name(document, text)
    title, detail = f"New node '{text}'", f"with a new function in {node_module(document.graph)}.py"
    return Offer(OfferKind.NEW, title, reason or detail, "add", text, is_refused=reason is not None)


def _functions(document: Document, functions: Sequence[FunctionChoice]) -> list[Offer]:
    """First those of the module where nodes belong, of these the ones that no node uses yet; routing functions last."""
    if not functions:
        return []
    users: dict[str, list[str]] = {}
    for name, node in document.graph.nodes.items():
        if node.fn is not None:
            users.setdefault(node.fn, []).append(name)
    routing = {router.fn for routers in document.graph.routers.values() for router in routers}
    home = node_module(document.graph)
    taken = {*document.graph.nodes, *document.graph.routers}
    offers = []
    for choice in functions:
        if choice.kind != "function":
            continue
        module, _, function = choice.reference.partition(":")
        used_by = users.get(choice.reference, [])
        says = f"used by {shown_name(used_by[0])}" if used_by else choice.doc.strip().partition("\n")[0]
        order = (choice.reference in routing, module != home, bool(used_by))
        detail = f"{module}.py  ·  {says}" if says else f"{module}.py"
        name = free_name(taken, function)
        offers.append((order, Offer(OfferKind.FUNCTION, function, detail, "code", name, choice.reference)))
    return [offer for _, offer in sorted(offers, key=lambda pair: pair[0])]


def _empty_subgraph(text: str, document: Document) -> list[Offer]:
    """Only for its first letters: in the middle of a name they mean something else."""
    title = "Subgraph"
    if not title.casefold().startswith(text.casefold()):
        return []
    name = free_name({*document.graph.nodes, *document.graph.routers}, "subgraph")
    return [Offer(OfferKind.SUBGRAPH, title, "an empty one, to be opened", "subgraph", name, asks_name=True)]


def _templates(templates: Sequence[TemplateChoice]) -> list[Offer]:
    return [
        Offer(OfferKind.TEMPLATE, each.title, f"template  ·  {each.about}", "tidy", each.name) for each in templates
    ]


def _graphs(document: Document, paths: Sequence[str]) -> list[Offer]:
    taken = {*document.graph.nodes, *document.graph.routers}
    offers = []
    for path in paths:
        stem = path.rpartition("/")[2].removesuffix(".graph.json")
        if why_illegal_name(stem) is None:
            detail = f"{path}  ·  as a subgraph"
            offers.append(Offer(OfferKind.GRAPH, stem, detail, "subgraph", free_name(taken, stem), path))
    return offers


def _nodes(text: str, document: Document, outlet: Outlet) -> list[tuple[_Rank, Offer]]:
    """Where an edge of this outlet may lead, END first among equals. Only the best are made into offers."""
    ranked: list[tuple[_Rank, str, tuple[int, ...]]] = []
    reasons = reasons_against(document, outlet, (END, *document.graph.nodes))
    for place, (name, reason) in enumerate(reasons.items()):
        if reason is None and (found := fit(text, shown_plain(name))) is not None:
            ranked.append(((found.misses, found.begins, place), name, found.lit))
    best = nsmallest(MOST_OFFERS, ranked)
    return [
        (
            rank,
            Offer(OfferKind.NODE, shown_plain(name), _fn_of(document, name) or "the run ends", "node", name, lit=lit),
        )
        for rank, name, lit in best
    ]


def _fn_of(document: Document, name: str) -> str:
    node = document.graph.nodes.get(name)
    if node is None or node.graph is None:
        return "" if node is None else node.fn or "no function yet"
    return node.graph if isinstance(node.graph, str) else f"subgraph of {len(node.graph.nodes)} nodes"
