"""Finds the user's functions and classes by reference, ``module:name``. The only place that imports user code.

The module is looked for beside the graph file first, then among the installed packages. Whatever is missing is said
with the file, the name and the nearest names there are.
"""

from __future__ import annotations

import difflib
import importlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from engine.runner.failure import FAULTS
from engine.runner.interpreter import environments_near
from engine.runner.only_source import import_from_source


class UserCodeError(Exception):
    """The graph file names something that is not there or cannot be imported. The text has the way out."""


def prepare_path(folder: Path) -> None:
    """Lets modules beside the graph file be imported by their plain names, before any other, from their text."""
    import_from_source(folder)
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))


def resolve(reference: str, folder: Path, *, used_by: str) -> Any:
    """What ``module:name`` stands for. ``used_by`` says in words where the reference stands: "node 'classify'"."""
    module_name, colon, name = reference.partition(":")
    if not (colon and module_name and name):
        raise UserCodeError(f"{used_by} names {reference!r}. Write it as module:function, for example nodes:classify.")
    module = _import(module_name, folder, used_by)
    found: Any = module
    for part in name.split("."):
        if not hasattr(found, part):
            raise UserCodeError(_missing_name(found, part, module, used_by))
        found = getattr(found, part)
    return found


def resolve_function(reference: str, folder: Path, *, used_by: str) -> Callable[..., Any]:
    """As ``resolve``, for something that can be called or is a runnable object."""
    found = resolve(reference, folder, used_by=used_by)
    if not callable(found) and not hasattr(found, "invoke"):
        raise UserCodeError(f"{used_by} names {reference!r}, which is a {type(found).__name__} and cannot be called.")
    return found  # type: ignore[no-any-return]  # a user's object: called, never looked into


def _import(name: str, folder: Path, used_by: str) -> ModuleType:
    prepare_path(folder)
    importlib.invalidate_caches()
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(error.name + ".")):
            raise UserCodeError(
                f"{used_by} needs module {name!r}, which imports {error.name!r}. {_not_installed(folder)}"
            ) from error
        beside = [path.stem for path in folder.glob("*.py")]
        raise UserCodeError(
            f"{used_by} names module {name!r}. There is no {name.replace('.', '/')}.py in {folder} and no installed "
            f"module of that name.{_nearest(name, beside)}"
        ) from error
    except FAULTS as error:
        raise UserCodeError(
            f"{used_by} needs module {name!r}, which fails when imported: {type(error).__name__}: {error}"
        ) from error
    _need_own(module, name, folder, used_by)
    return module


def _not_installed(folder: Path) -> str:
    """Where the missing module would have to be: another environment near the graph may be the one that is meant."""
    said = f"That module is not installed for {sys.executable}, which runs the graph."
    near = [str(each.environment) for each in environments_near(folder) if not each.is_own]
    if not near:
        return f"{said} Install it there, or choose another Python."
    return f"{said} Install it there, or choose another Python: {' or '.join(near)}."


def _need_own(module: ModuleType, name: str, folder: Path, used_by: str) -> None:
    """Python knows one module of a name: another folder's, imported earlier, must not run in place of this one's."""
    beside = folder.joinpath(*name.split("."))
    for path in (beside.with_suffix(".py"), beside / "__init__.py"):
        if path.is_file() and Path(getattr(module, "__file__", None) or "?").resolve() != path.resolve():
            raise UserCodeError(
                f"{used_by} needs module {name!r} of {folder}, but {getattr(module, '__file__', name)} has the same "
                "name and was imported before. Rename one of the two modules."
            )


def _missing_name(holder: Any, name: str, module: ModuleType, used_by: str) -> str:
    where = getattr(module, "__file__", None) or module.__name__
    names = [each for each in vars(holder) if not each.startswith("_")] if hasattr(holder, "__dict__") else []
    return f"{used_by} names {name!r}, which {where} does not define.{_nearest(name, names)}"


def _nearest(name: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(names), n=3, cutoff=0.5)
    return f" Did you mean {' or '.join(map(repr, near))}?" if near else ""
