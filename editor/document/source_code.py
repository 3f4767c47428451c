"""The Python modules beside a graph file: what they define, where it stands, and edits of single functions on disk.

Reads text and syntax trees only; nothing is imported or run. Modules elsewhere (installed packages) are not looked at.
Used by the inspector, the node search, the problems and the trust question.
"""

from __future__ import annotations

import io
import sys
import tokenize
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from importlib.machinery import PathFinder
from pathlib import Path
from typing import Protocol

from editor.document.atomic_file import write_atomically
from editor.document.source_text import (
    Definition,
    DefinitionKind,
    ModuleSource,
    SourceError,
    identifier_for,
    node_stub,
    read_module,
    router_stub,
    with_added,
    with_renamed,
    with_replaced,
)
from engine.graph.problems import is_reference
from engine.graph.spec import GraphSpec

MAX_BYTES = 2 * 1024 * 1024
MAX_MODULES = 500
MAX_IMPORT_HOPS = 8
DEFAULT_MODULE = "nodes"


@dataclass(frozen=True, slots=True)
class FunctionSource:
    """A function, class or value that a reference names, with its text."""

    reference: str
    path: Path
    definition: Definition
    text: str
    """The whole lines of the definition."""


@dataclass(frozen=True, slots=True)
class FunctionChoice:
    """Something a node, router or state can refer to."""

    reference: str
    kind: DefinitionKind
    doc: str


class ProjectSources:
    """What the modules in one folder define. A file is parsed again when its size or time changed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[Path, tuple[tuple[int, int], ModuleSource | SourceError]] = {}

    def module_path(self, module: str) -> Path | None:
        """``app.nodes`` -> ``<folder>/app/nodes.py`` or ``.../nodes/__init__.py``; None if neither is there."""
        parts = module.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        stem = self._folder.joinpath(*parts)
        return next((path for path in (stem / "__init__.py", stem.with_suffix(".py")) if path.is_file()), None)

    def module(self, path: Path) -> ModuleSource:
        """The module in a file. Raises ``SourceError`` if it cannot be read or is not Python."""
        signature = _signature(path)
        cached = self._read.get(path)
        if cached is None or cached[0] != signature:
            cached = (signature, _read_or_error(path))
            self._read[path] = cached
        if isinstance(cached[1], SourceError):
            raise cached[1]
        return cached[1]

    def find(self, reference: str) -> FunctionSource | None:
        """Where ``nodes:classify`` is defined, through imports between these modules; None if it cannot be seen here.

        Raises ``SourceError`` if a module on the way is not Python.
        """
        for _ in range(MAX_IMPORT_HOPS):
            module_name, _, name = reference.partition(":")
            path = self.module_path(module_name)
            if path is None or not name:
                return None
            module = self.module(path)
            definition = module.find(name)
            if definition is None:
                return None
            if definition.imported_from is None:
                return FunctionSource(reference, path, definition, module.text[definition.start : definition.end])
            reference = _absolute(definition.imported_from, module_name, path)
        return None

    def functions(self) -> tuple[FunctionChoice, ...]:
        """Everything that the modules in the folder define for others to use, by module and name."""
        choices = []
        for path in sorted(self._folder.glob("*.py"))[:MAX_MODULES]:
            try:
                module = self.module(path)
            except SourceError:
                continue  # said by the problems, for those modules that the graph uses
            choices += [
                FunctionChoice(f"{path.stem}:{found.name}", found.kind, found.doc)
                for found in module.definitions
                if found.kind in ("function", "class") and "." not in found.name and not found.name.startswith("_")
            ]
        return tuple(choices)

    def why_not(self, reference: str) -> str | None:
        """Why a reference names nothing here, as a sentence; None if it does, or if only running could tell."""
        module_name, _, name = reference.partition(":")
        path = self.module_path(module_name)
        if path is None:
            installed = _is_installed(module_name.partition(".")[0])
            return None if installed else f"There is no module '{module_name}' beside the graph."
        try:
            module = self.module(path)
        except SourceError as error:
            return f"{path.name}: {error}"
        if module.is_open_ended or module.find(name) is not None or "." in name:
            return None
        return f"{path.name} does not define '{name}'."


def node_module(graph: GraphSpec) -> str:
    """The module where a new node's function belongs: the one that most nodes use."""
    return _most_used([node.fn for node in graph.nodes.values()]) or DEFAULT_MODULE


def router_module(graph: GraphSpec) -> str:
    """The module where a new router's function belongs: the one that most routers use, else that of the nodes."""
    return _most_used([router.fn for routers in graph.routers.values() for router in routers]) or node_module(graph)


def add_node_stub(folder: Path, graph: GraphSpec, node: str) -> str:
    """Writes a function for a new node into the graph's module and returns the reference to it.

    Raises ``SourceError`` if the module cannot be changed; nothing was written then.
    """
    return _add_stub(folder, graph, node_module(graph), node, partial(node_stub, node=node))


def add_router_stub(folder: Path, graph: GraphSpec, node: str, labels: tuple[str, ...]) -> str:
    """As ``add_node_stub``, for the function of a new router."""
    return _add_stub(folder, graph, router_module(graph), f"route {node}", partial(router_stub, labels=labels))


def replace_function(source: FunctionSource, new_text: str) -> None:
    """Writes another text for one function; every other byte of the file stays. Raises ``SourceError``."""
    _edit(source, partial(with_replaced, name=source.definition.name, new_source=new_text))


def rename_function(source: FunctionSource, new_name: str) -> str:
    """Renames a function in its module, with its uses there, and returns the new reference. Raises ``SourceError``."""
    _edit(source, partial(with_renamed, old=source.definition.name, new=new_name))
    return f"{source.reference.partition(':')[0]}:{new_name}"


def _most_used(references: Iterable[str | None]) -> str | None:
    modules = Counter(reference.partition(":")[0] for reference in references if reference and is_reference(reference))
    return modules.most_common(1)[0][0] if modules else None


class _Stub(Protocol):
    def __call__(self, function: str, *, state: str | None) -> str: ...


def _add_stub(folder: Path, graph: GraphSpec, module_name: str, wish: str, stub: _Stub) -> str:
    path = ProjectSources(folder).module_path(module_name) or folder.joinpath(*module_name.split(".")).with_suffix(
        ".py"
    )
    text, encoding = _read_text(path) if path.exists() else ("", "utf-8")
    module = read_module(text)
    function = identifier_for(wish, {found.name for found in module.definitions})
    state = graph.state.partition(":")[2] if graph.state is not None else ""
    known = module.find(state) if state else None
    _write_text(path, text, with_added(text, stub(function, state=state if known else None)), encoding)
    return f"{module_name}:{function}"


def _edit(source: FunctionSource, change: Callable[[ModuleSource], str]) -> None:
    text, encoding = _read_text(source.path)
    module = read_module(text)
    found = module.find(source.definition.name)
    if found is None or text[found.start : found.end] != source.text:
        raise SourceError(
            f"{source.path.name} was changed by another program. Look at it again before editing it here."
        )
    _write_text(source.path, text, change(module), encoding)


def _read_or_error(path: Path) -> ModuleSource | SourceError:
    try:
        return read_module(_read_text(path)[0])
    except SourceError as error:
        return error


def _read_text(path: Path) -> tuple[str, str]:
    """The text with its line ends as they are, and its encoding, which the file itself may name."""
    try:
        if not path.is_file() or path.stat().st_size > MAX_BYTES:
            raise SourceError(f"{path.name} is not a Python module, or too large for one.")
        content = path.read_bytes()
        encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
        return content.decode(encoding), encoding
    except (OSError, SyntaxError, UnicodeDecodeError) as error:
        raise SourceError(f"{path.name} cannot be read: {error}.") from error


def _write_text(path: Path, old: str, new: str, encoding: str) -> None:
    """Raises ``SourceError`` and writes nothing if the result is not Python or the file changed meanwhile."""
    read_module(new)
    try:
        if path.exists() and _read_text(path)[0] != old:
            raise SourceError(f"{path.name} was changed by another program just now.")
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomically(path, new.encode(encoding))
    except (OSError, UnicodeEncodeError) as error:
        raise SourceError(f"{path.name} cannot be written: {error}.") from error


def _signature(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:
        return (0, 0)
    return (status.st_mtime_ns, status.st_size)


def _absolute(imported_from: str, module_name: str, path: Path) -> str:
    """``.tools:search`` seen from ``app.nodes`` -> ``app.tools:search``."""
    target = imported_from.lstrip(".")
    level = len(imported_from) - len(target)
    if level == 0:
        return target
    package = module_name.split(".")
    package = package[: len(package) - level + (1 if path.name == "__init__.py" else 0)]
    return ".".join([*package, target]) if not target.startswith(":") else ".".join(package) + target


def _is_installed(top: str) -> bool:
    """Whether the editor's own Python has the module. Looks for files only; nothing is imported."""
    return top in sys.stdlib_module_names or PathFinder.find_spec(top) is not None
