"""Which Python runs the graphs of a folder: what the user chose, else the nearest environment of the project. No Qt.

The choice is kept per user, outside the documents, so a folder from a stranger brings none. Nothing is started to find
it; that it is code of the folder is what ``python_entry`` tells the question of trust.
"""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from editor.app.trust import CodeFile, Reach
from editor.app.user_files import config_folder, read_json_object, write_json_object
from engine.runner.interpreter import (
    CONFIGURATION,
    Interpreter,
    configuration_of,
    environments_near,
    interpreter_at,
    own_interpreter,
)

VERSION = 1
OWN = "own"
"""The choice of the Python that the editor itself runs on. Any other one is the path of a program."""

ENTRY = "Python"
"""What the entry is called, in the question and in what is remembered of the answer."""


class ProjectPythons:
    """Reads the choices anew each time: another window may have chosen meanwhile."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or config_folder() / "pythons.json"

    def of(self, graph_path: Path) -> Interpreter:
        """That runs this graph. It may not be there, or not fit."""
        chosen = self.chosen(graph_path)
        return self.found(graph_path) if chosen is None else chosen

    def found(self, graph_path: Path) -> Interpreter:
        """Where nothing is chosen: the nearest environment, else the editor's own."""
        near = next(environments_near(_folder(graph_path)), None)
        return own_interpreter() if near is None or near.is_own else near

    def chosen(self, graph_path: Path) -> Interpreter | None:
        """None where the user left it to the program."""
        choice = self._choices().get(str(_folder(graph_path)))
        if choice is None:
            return None
        return own_interpreter() if choice == OWN else interpreter_at(Path(choice))

    def program_for(self, graph_path: Path) -> str:
        """The path to start."""
        return str(self.of(graph_path).path)

    def choose(self, graph_path: Path, interpreter: Interpreter | None) -> None:
        """For all graphs of the folder; None leaves it to the program again. Raises ``OSError``."""
        choices = self._choices()
        choices.pop(str(_folder(graph_path)), None)
        if interpreter is not None:
            choices[str(_folder(graph_path))] = OWN if interpreter.is_own else str(interpreter.path)
        write_json_object(self._path, {"version": VERSION, "folders": choices})

    def offers(self, graph_path: Path) -> tuple[Interpreter, ...]:
        """What can be chosen without looking for it: the project's, the editor's own, and what was chosen elsewhere."""
        others = (interpreter_at(Path(choice)) for choice in self._choices().values() if choice != OWN)
        offers = (*environments_near(_folder(graph_path)), *others)
        return (*{each.path: each for each in offers if not each.is_own}.values(), own_interpreter())

    def _choices(self) -> dict[str, str]:
        folders = read_json_object(self._path).get("folders")
        if not isinstance(folders, dict):
            return {}
        return {folder: choice for folder, choice in folders.items() if isinstance(choice, str)}


def python_entry(interpreter: Interpreter) -> tuple[CodeFile, ...]:
    """What is shown and trusted with the code; nothing where the editor's own Python runs it.

    That is the place of the program, where it leads, and the text of ``pyvenv.cfg``: not what is installed there.
    """
    if interpreter.is_own:
        return ()
    path, environment = interpreter.path, interpreter.environment
    lines = ["# Runs the graph, with what is installed in it", str(path), _nature(path)]
    if environment is not None:
        lines += ["", f"# {environment / CONFIGURATION}", configuration_of(environment)]
    text = "\n".join(lines).rstrip() + "\n"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return (CodeFile(path, ENTRY, text, Reach.PYTHON, digest),)


def name_in_words(interpreter: Interpreter) -> str:
    """Short: "Python 3.12.1 (.venv)"."""
    name = f"Python {interpreter.version}".rstrip()
    if interpreter.is_own:
        return name
    return f"{name} ({(interpreter.environment or interpreter.path).name})"


def _nature(path: Path) -> str:
    if path.is_symlink():
        return f"leads to {os.path.realpath(path)}"
    try:
        return f"a program of {path.stat().st_size:,} bytes"
    except OSError:
        return "is not there"


def _folder(graph_path: Path) -> Path:
    return graph_path.resolve().parent
