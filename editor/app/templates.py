"""Graphs to begin with: folders under ``resources/templates``, each a whole small project. No Qt; runs nothing.

A new project is a copy under a name of its own. Called by ``new_dialog`` and the welcome page.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from engine.graph.graph_file import format_graph, read_graph

TEMPLATES = Path(__file__).resolve().parents[2] / "resources" / "templates"
LONGEST_NAME = 60  # with the longest ending of a file beside it still under what every file system takes

_NOT_COPIED = shutil.ignore_patterns("template.json", "__pycache__", ".stepgraph")
_NAME = re.compile(r"\w[\w .-]*(?<![ .])")
_TAKEN_BY_WINDOWS = frozenset(
    {"con", "prn", "aux", "nul", *(f"{port}{i}" for port in ("com", "lpt") for i in range(10))}
)


@dataclass(frozen=True, slots=True)
class Template:
    name: str
    """Of its folder, and what a new project is called unless the user says otherwise."""
    title: str
    about: str
    """One sentence."""
    graph_path: Path


@cache
def all_templates() -> tuple[Template, ...]:
    """The simplest first."""
    found = [(json.loads(file.read_text(encoding="utf-8")), file.parent) for file in TEMPLATES.glob("*/template.json")]
    found.sort(key=lambda entry: entry[0]["order"])
    return tuple(
        Template(folder.name, facts["title"], facts["about"], folder / f"{folder.name}.graph.json")
        for facts, folder in found
    )


def free_name(template: Template, parent: Path) -> str:
    """The template's name, with a number if there is such a folder already."""
    name, number = template.name, 2
    while (parent / name).exists():
        name, number = f"{template.name}_{number}", number + 1
    return name


def why_not_create(parent: Path, name: str) -> str:
    """Why there cannot be a new project of this name here, in a sentence; "" if there can."""
    if not name:
        return "Give the graph a name."
    if len(name) > LONGEST_NAME:
        return f"The name is longer than {LONGEST_NAME} letters."
    if not _NAME.fullmatch(name) or name.lower() in _TAKEN_BY_WINDOWS:
        return "A name has letters, digits, spaces, dots and hyphens, and begins with a letter or digit."
    if not parent.is_dir():
        return f"There is no folder {parent}."
    if (parent / name).exists():
        return f"There is something called {name} already."
    return ""


def create_project(template: Template, parent: Path, name: str) -> Path:
    """Copies the template to ``parent/name`` and returns the path of its graph.

    All or nothing: it is made beside its place and then moved there. Raises ``OSError``.
    """
    draft = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=parent))
    try:
        project = draft / name
        shutil.copytree(template.graph_path.parent, project, ignore=_NOT_COPIED)
        graph_path = project / f"{name}.graph.json"
        graph_path.write_text(format_graph(replace(read_graph(template.graph_path), name=name)), encoding="utf-8")
        (project / f"{template.name}.layout.json").rename(project / f"{name}.layout.json")
        if name != template.name:
            (project / f"{template.name}.graph.json").unlink()
        project.rename(parent / name)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return parent / name / graph_path.name
