"""Which folders the user trusts to run code from, and what that code is. No Qt; never executes or imports anything.

Opening a graph runs nothing. Before the first run in a folder the user is shown ``code_that_would_run`` and decides;
the decision is bound to the hashes of exactly these texts and stands in a per-user file outside the documents. A change
made by somebody else drops it.
"""

from __future__ import annotations

import ast
import hashlib
import logging
import os
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from pathlib import Path
from typing import Any

from editor.app.known_graphs import expressions_of, known_graph, references_of
from editor.app.trusted_texts import TrustedTexts
from editor.app.user_files import config_folder, read_json_object, write_json_object
from editor.document.module_text import decoded
from editor.document.source_text import SourceError
from engine.graph.levels import levels
from engine.graph.module_pieces import read_by_pieces, tree_of
from engine.graph.references import GraphPlace
from engine.graph.spec import GraphSpec

log = logging.getLogger(__name__)

VERSION = 1
MOST_FILES = 400  # more than that under one graph is a project; the files the graph can reach are then all that counts
MOST_BYTES = 2_000_000  # a longer file is hashed whole but shown in part
SKIPPED_FOLDERS = frozenset({"__pycache__", "node_modules", "site-packages"})
CODE_ENDINGS = (".py", ".pyw", ".pyi", ".so", ".pyd", ".dylib")


class Reach(Enum):
    """How a file comes to run."""

    PYTHON = "runs it"  # the interpreter, if it is not the editor's own: see project_python
    GRAPH = "in the graph"  # function names and one-line conditions that stand in the graph file
    NAMED = "named by the graph"
    IMPORTED = "imported"
    NEARBY = "in the folder"  # nothing names it, but code beside it could import it


@dataclass(frozen=True)
class CodeFile:
    path: Path
    name: str
    """Relative to the graph's folder, with slashes."""
    text: str
    reach: Reach
    digest: str


@dataclass(frozen=True)
class Verdict:
    """What the store knows about this code."""

    is_trusted: bool
    known_before: bool = False
    changed: frozenset[str] = frozenset()
    """Names of files that are new or different since the user trusted them. Empty if never trusted."""
    before: Mapping[str, str] = field(default_factory=dict)
    """Of changed files the text as it was trusted, where that is kept."""


class TrustStore:
    """The user's decisions: folder -> hash of each file that may run. Every decision is written at once."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_folder() / "trusted_code.json"
        self._texts = TrustedTexts(self._path.with_name("trusted_texts"))

    def verdict(self, graph_path: Path, code: tuple[CodeFile, ...]) -> Verdict:
        """Reads the store anew each time: another window may have decided meanwhile."""
        entry = self._folders().get(_key(graph_path))
        if entry is None:
            return Verdict(is_trusted=False)
        known = entry.get("files")
        known = known if isinstance(known, dict) else {}
        changed = frozenset(file.name for file in code if known.get(file.name) != file.digest)
        is_trusted = not changed or entry.get("also_changes") is True
        before = {} if is_trusted else self._texts_of(known, changed)
        return Verdict(is_trusted, known_before=True, changed=changed, before=before)

    def knows(self, graph_path: Path, name: str, digest: str) -> bool:
        """Whether the user trusted a file of the graph's folder with exactly this content."""
        files = self._folders().get(_key(graph_path), {}).get("files")
        return isinstance(files, dict) and files.get(name) == digest

    def trust(self, graph_path: Path, code: tuple[CodeFile, ...], *, also_changes: bool | None = None) -> None:
        """Remembers that the user trusts this code; ``also_changes``: and whatever it is changed to (None: as before).

        What was trusted in the folder for another graph stays trusted. Raises ``OSError`` if it cannot be written.
        """
        folders = self._folders()
        entry = folders.get(_key(graph_path), {})
        known = entry.get("files")
        folders[_key(graph_path)] = {
            "files": {**(known if isinstance(known, dict) else {}), **{file.name: file.digest for file in code}},
            "also_changes": entry.get("also_changes") is True if also_changes is None else also_changes,
        }
        self._write(folders)
        self._texts.keep({file.digest: file.text for file in code})

    def folders(self) -> tuple[str, ...]:
        """Every folder the user trusted code of, sorted."""
        return tuple(sorted(self._folders()))

    def forget(self, graph_path: Path) -> None:
        """Asks again before the next run from the folder of this graph."""
        self.forget_folder(_key(graph_path))

    def forget_folder(self, folder: str) -> None:
        """Asks again before the next run from this folder, which is spelled as in ``folders``."""
        folders = self._folders()
        if folders.pop(folder, None) is not None:
            self._write(folders)

    def _write(self, folders: dict[str, dict[str, Any]]) -> None:
        write_json_object(self._path, {"version": VERSION, "folders": folders})
        known = (entry.get("files") for entry in folders.values())
        digests = (digest for files in known if isinstance(files, dict) for digest in files.values())
        self._texts.forget_all_but(digest for digest in digests if isinstance(digest, str))

    def _texts_of(self, known: dict[str, Any], names: frozenset[str]) -> dict[str, str]:
        found = {name: self._texts.text(known[name]) for name in names if isinstance(known.get(name), str)}
        return {name: text for name, text in found.items() if text is not None}

    def _folders(self) -> dict[str, dict[str, Any]]:
        folders = read_json_object(self._path).get("folders")
        if not isinstance(folders, dict):
            return {}
        return {folder: entry for folder, entry in folders.items() if isinstance(entry, dict)}


def code_that_would_run(graph_path: Path, graph: GraphSpec | None = None) -> tuple[CodeFile, ...]:
    """Everything a run of this graph could execute from its folder: what the graph names first, then what that imports.

    ``graph`` is the description, if it was read already. Raises what ``read_graph`` raises, and ``OSError``.
    """
    graph = graph if graph is not None else known_graph(graph_path)
    folder = graph_path.resolve().parent
    others = _other_graphs(graph_path, graph)
    reached = _reachable(folder, tuple({m for each in (graph, *others.values()) for m in _named_modules(each)}))
    for path, other in others.items():  # beside it comes first, then the folder of the outermost graph
        reached = {**_reachable(path.parent, _named_modules(other)), **reached}
    nearby = {path: Reach.NEARBY for path in _code_in(folder) if path not in reached}
    if len(reached) + len(nearby) > MOST_FILES:
        log.info("%s holds over %d code files; only those that the graph reaches are shown", folder, MOST_FILES)
        nearby = {}
    files = [_graph_entry(graph_path, graph_path.name, graph)]
    files += [_graph_entry(path, path.relative_to(folder).as_posix(), other) for path, other in others.items()]
    files += [_code_file(path, folder, reach) for path, reach in {**reached, **nearby}.items()]
    order = list(Reach)
    return tuple(sorted(files, key=lambda file: (order.index(file.reach), file.name)))


def _other_graphs(graph_path: Path, graph: GraphSpec) -> dict[Path, GraphSpec]:
    """The graph files that stand in this one as subgraphs, in those, and so on. One that cannot be read runs not."""
    found: dict[Path, GraphSpec] = {}
    waiting = [(graph, GraphPlace.of(graph_path))]
    while waiting and len(found) <= MOST_FILES:
        outer, place = waiting.pop()
        for level in levels(outer):
            for reference in (node.graph for node in level.graph.nodes.values() if isinstance(node.graph, str)):
                try:
                    inner, inner_place = place.follow(reference)
                except ValueError as error:
                    log.info("%s in %s is not followed: %s", reference, place.path, error)
                    continue
                if inner_place.path not in found:
                    found[inner_place.path] = inner
                    waiting.append((inner, inner_place))
    return found


def _graph_entry(graph_path: Path, name: str, graph: GraphSpec) -> CodeFile:
    lines = ["# Functions and classes that the graph names"]
    lines += list(references_of(graph)) or ["# (none)"]
    if expressions := expressions_of(graph):
        lines += ["", "# Conditions that stand in the graph file", *expressions]
    text = "\n".join(lines) + "\n"
    return CodeFile(graph_path, name, text, Reach.GRAPH, _digest(text.encode("utf-8", "surrogatepass")))


def _named_modules(graph: GraphSpec) -> tuple[str, ...]:
    return tuple(sorted({reference.partition(":")[0] for reference in references_of(graph)}))


def _reachable(folder: Path, modules: tuple[str, ...]) -> dict[Path, Reach]:
    """The files in the folder that these modules are, and what they import from it, found in their syntax trees."""
    found: dict[Path, Reach] = {}
    waiting = deque((path, Reach.NAMED) for module in modules for path in _files_of_module(folder, module))
    while waiting:
        path, reach = waiting.popleft()
        if path in found:
            continue
        found[path] = reach
        for module in _imports_of(path, folder):
            waiting += [(imported, Reach.IMPORTED) for imported in _files_of_module(folder, module)]
    return found


def _files_of_module(folder: Path, module: str) -> Iterator[Path]:
    """The file of a dotted module if it lies in the folder, and the ``__init__`` files that run before it."""
    parts = module.split(".")
    if not all(part.isidentifier() for part in parts):
        return
    for length in range(1, len(parts) + 1):
        place = folder.joinpath(*parts[:length])
        for candidate in (place / "__init__.py", place.with_suffix(".py")):
            if os.path.isfile(candidate):  # False also for a name that no file system takes
                yield candidate


def _imports_of(path: Path, folder: Path) -> Iterator[str]:
    try:
        imports = _imports_in(path.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError) as error:
        log.info("imports of %s are not known: %s", path, error)
        return
    package = path.relative_to(folder).parent.parts
    for one in imports:
        base = package[: len(package) - one.level + 1] if one.level else ()
        module = ".".join((*base, *filter(None, [one.module])))
        yield from filter(None, [module, *(f"{module}.{name}".strip(".") for name in one.names)])


@dataclass(frozen=True, slots=True)
class _Import:
    module: str
    names: tuple[str, ...] = ()
    level: int = 0
    """How many dots stand before the module."""


@lru_cache(maxsize=MOST_FILES)
def _imports_in(source: bytes) -> tuple[_Import, ...]:
    """Kept: the same code is looked at again before each run and after each save; a large module takes 0.5 s."""
    try:
        text = decoded(source, "").text
    except SourceError:
        return _imports_under(ast.parse(source))
    return tuple(one for _, imports in read_by_pieces(text, _imports_in_piece) for one in imports)


def _imports_in_piece(text: str) -> tuple[_Import, ...]:
    """Without the word there is no import, and nothing to parse."""
    return _imports_under(tree_of(text)) if "import" in text else ()


def _imports_under(tree: ast.Module) -> tuple[_Import, ...]:
    found: list[_Import] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += (_Import(alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.append(_Import(node.module or "", tuple(alias.name for alias in node.names), node.level))
    return tuple(found)


def _code_in(folder: Path) -> Iterator[Path]:
    """Importable files under the folder, without hidden folders and environments; stops soon after ``MOST_FILES``."""
    count = 0
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(
            name
            for name in folders
            if not name.startswith(".")
            and name not in SKIPPED_FOLDERS
            and not (Path(place) / name / "pyvenv.cfg").exists()
        )
        for name in sorted(names):
            if name.endswith(CODE_ENDINGS):
                yield Path(place) / name
                count += 1
                if count > MOST_FILES:
                    return


def _code_file(path: Path, folder: Path, reach: Reach) -> CodeFile:
    content = path.read_bytes()
    name = path.relative_to(folder).as_posix()
    if path.suffix in (".so", ".pyd", ".dylib"):
        text = f"# A compiled library of {len(content):,} bytes; its code cannot be shown.\n"
    else:
        text = content[:MOST_BYTES].decode("utf-8", "backslashreplace")
    return CodeFile(path, name, text, reach, _digest(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _key(graph_path: Path) -> str:
    return str(graph_path.resolve().parent)
