"""The Python modules beside a graph file: what they define and where it stands. Edits of them: ``module_commands``.

Reads text and syntax trees only; nothing is imported or run. Modules elsewhere (installed packages) are not looked at.
Used by the inspector, the code panel, the node search and the problems.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.machinery import PathFinder
from pathlib import Path

from editor.document.module_text import ModuleText, read_module_text
from editor.document.source_text import Definition, DefinitionKind, ModuleSource, SourceError, read_module
from engine.graph.problem import ModuleReason
from engine.graph.spec import GraphSpec, is_reference

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

    def __init__(self, folder: Path | None) -> None:
        """``folder``: where the graph file is. None for a graph without a file: only edited modules are known then."""
        self._folder = folder or Path()
        self._has_folder = folder is not None
        self._edited: Mapping[str, ModuleText] = {}
        self._read: dict[Path, tuple[tuple[int, int] | str, ModuleSource | SourceError]] = {}
        self._moment: _Moment | None = None

    @contextmanager
    def one_moment(self) -> Iterator[None]:
        """While it lasts the disk counts as unchanged: each module is looked for once, however many references name it.

        For who asks about thousands of references at once; to look for a file costs as much as all the rest.
        """
        if self._moment is not None:
            yield
            return
        self._moment = _Moment()
        try:
            yield
        finally:
            self._moment = None

    def see(self, modules: Mapping[str, ModuleText]) -> None:
        """Answer for these texts, which are being edited, instead of what is on disk: ``document.modules``."""
        self._edited = modules

    def module_path(self, module: str) -> Path | None:
        """``app.nodes`` -> ``<folder>/app/nodes.py`` or ``.../nodes/__init__.py``; None if neither is there."""
        if self._moment is None:
            return self._look_for(module)
        paths = self._moment.paths
        if module not in paths:
            paths[module] = self._look_for(module)
        return paths[module]

    def _look_for(self, module: str) -> Path | None:
        parts = module.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        stem = self._folder.joinpath(*parts)
        return next((path for path in (stem / "__init__.py", stem.with_suffix(".py")) if self._is_there(path)), None)

    def path_for(self, module: str) -> str:
        """Where a module is, or where it would be made, relative to the folder: the key of ``document.modules``."""
        path = self.module_path(module)
        return f"{module.replace('.', '/')}.py" if path is None else self.key_of(path)

    def key_of(self, path: Path) -> str:
        """A path as ``module_path`` gives it -> the key of ``document.modules``."""
        if self._moment is None:
            return path.relative_to(self._folder).as_posix()
        keys = self._moment.keys
        if path not in keys:
            keys[path] = path.relative_to(self._folder).as_posix()
        return keys[path]

    def text_of(self, key: str) -> ModuleText:
        """The module as it is now: edited or on disk. Raises ``SourceError`` if it cannot be edited."""
        edited = self._edited.get(key)
        if edited is not None:
            return edited
        return read_module_text(self._folder / key) if self._has_folder else ModuleText(None, "")

    def module(self, path: Path) -> ModuleSource:
        """The module in a file. Raises ``SourceError`` if it cannot be read or is not Python."""
        if self._moment is None:
            return _or_raise(self._module_now(path))
        modules = self._moment.modules
        if path not in modules:
            modules[path] = self._module_now(path)
        return _or_raise(modules[path])

    def _module_now(self, path: Path) -> ModuleSource | SourceError:
        edited = self._edited.get(self.key_of(path))
        signature = _signature(path) if edited is None else edited.text
        cached = self._read.get(path)
        if cached is None or cached[0] != signature:
            cached = (signature, _read_or_error(path) if edited is None else _parsed_or_error(edited.text))
            self._read[path] = cached
        return cached[1]

    def _is_there(self, path: Path) -> bool:
        edited = self._edited.get(self.key_of(path))
        if edited is not None:
            return edited.opened is not None or edited.text != ""
        return self._has_folder and os.path.isfile(path)

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
        for path in self.modules():
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

    def modules(self) -> list[Path]:
        """The modules in the folder itself, by name, at most ``MAX_MODULES``; those being edited among them."""
        found = set(self._folder.glob("*.py")) if self._has_folder else set()
        found |= {self._folder / key for key in self._edited if "/" not in key}
        return [path for path in sorted(found)[:MAX_MODULES] if self._is_there(path)]

    def why_not(self, reference: str) -> str | None:
        """Why a reference names nothing here, as a sentence; None if it does, or if only running could tell."""
        module_name, _, name = reference.partition(":")
        path = self.module_path(module_name)
        if path is None:
            installed = self._is_installed(module_name.partition(".")[0])
            return None if installed else f"There is no module '{module_name}' beside the graph."
        try:
            module = self.module(path)
        except SourceError as error:
            return ModuleReason(f"{path.name}: {error}")
        if module.is_open_ended or module.find(name) is not None or "." in name:
            return None
        return f"{path.name} does not define '{name}'."

    def _is_installed(self, top: str) -> bool:
        if self._moment is None:
            return _looks_installed(top)
        if top not in self._moment.installed:
            self._moment.installed[top] = _looks_installed(top)
        return self._moment.installed[top]


@dataclass
class _Moment:
    """What was looked up since ``one_moment`` began."""

    paths: dict[str, Path | None] = field(default_factory=dict)
    keys: dict[Path, str] = field(default_factory=dict)
    modules: dict[Path, ModuleSource | SourceError] = field(default_factory=dict)
    installed: dict[str, bool] = field(default_factory=dict)


def _or_raise(found: ModuleSource | SourceError) -> ModuleSource:
    if isinstance(found, SourceError):
        raise found.with_traceback(None)  # else it would keep the frames of everybody who asked before
    return found


def node_module(graph: GraphSpec) -> str:
    """The module where a new node's function belongs: the one that most nodes use."""
    return _most_used([node.fn for node in graph.nodes.values()]) or DEFAULT_MODULE


def router_module(graph: GraphSpec) -> str:
    """The module where a new router's function belongs: the one that most routers use, else that of the nodes."""
    return _most_used([router.fn for routers in graph.routers.values() for router in routers]) or node_module(graph)


def _most_used(references: Iterable[str | None]) -> str | None:
    modules = Counter(reference.partition(":")[0] for reference in references if reference and is_reference(reference))
    return modules.most_common(1)[0][0] if modules else None


def _read_or_error(path: Path) -> ModuleSource | SourceError:
    try:
        found = read_module_text(path)
    except SourceError as error:
        return error
    return SourceError(f"{path.name} is not there any more.") if found.opened is None else _parsed_or_error(found.text)


def _parsed_or_error(text: str) -> ModuleSource | SourceError:
    try:
        return read_module(text)
    except SourceError as error:
        return error


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


def _looks_installed(top: str) -> bool:
    """Whether the editor's own Python has the module. Looks for files only; nothing is imported."""
    return top in sys.stdlib_module_names or PathFinder.find_spec(top) is not None
