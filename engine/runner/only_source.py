"""Imports of the user's modules from their text, never from compiled files beside it. Used by ``user_code``.

A compiled file is taken for its module by the second and the size of the last change, or on its own word (PEP 552,
"unchecked"). So code that was changed twice within a second would run as it was before, and a folder from a stranger
could bring compiled code that differs from the text that was shown and trusted. Nothing is written there either.

Installed packages and Python's own modules below the folder, as in a ``.venv`` or a home directory, are imported as
ever: they have many files and are not shown.
"""

from __future__ import annotations

import os
import sys
from importlib.machinery import EXTENSION_SUFFIXES, SOURCE_SUFFIXES, ExtensionFileLoader, FileFinder, SourceFileLoader
from pathlib import Path
from types import CodeType

INSTALLED = frozenset({"site-packages", "dist-packages"})
STANDARD_LIBRARY = Path(os.__file__).resolve().parent

_folders: set[Path] = set()


def import_from_source(folder: Path) -> None:
    """From now on modules in the folder and below come from their text. A second call for it does nothing."""
    folder = folder.resolve()
    if folder in _folders:
        return
    if not _folders:
        sys.path_hooks.insert(0, _finder)
    _folders.add(folder)
    for path in [path for path in sys.path_importer_cache if _is_covered(Path(path).resolve())]:
        del sys.path_importer_cache[path]


class _FromSource(SourceFileLoader):
    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def _finder(path: str) -> FileFinder:
    """A path hook. Raises ``ImportError`` for what is none of ours, which leaves it to the next hook."""
    place = Path(path or ".").resolve()
    if not (_is_covered(place) and place.is_dir()):
        raise ImportError("not in the folder of a graph", path=path)
    return FileFinder(path, (ExtensionFileLoader, EXTENSION_SUFFIXES), (_FromSource, SOURCE_SUFFIXES))


def _is_covered(place: Path) -> bool:
    if place.is_relative_to(STANDARD_LIBRARY):
        return False
    return any(
        place.is_relative_to(folder) and INSTALLED.isdisjoint(place.relative_to(folder).parts) for folder in _folders
    )
