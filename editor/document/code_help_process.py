"""Completion, signatures and definitions, by jedi, in a process of its own. Reads code and never runs any of it.

A line of JSON with a question comes in, a line with the answer goes out, one after the other. The text of the module
comes with the question, so what is not saved counts too. Started by ``editor.panels.code_help`` only; imports no Qt.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

MOST_CHOICES = 300
DOC_CHARACTERS = 2_000

Json = Any


def main() -> None:
    own, sys.stdout = sys.stdout, sys.stderr  # whatever else is printed must not look like an answer
    sys.setrecursionlimit(3_000)
    for line in sys.stdin:
        question = json.loads(line)
        own.write(json.dumps({"id": question["id"], **_answer(question)}) + "\n")
        own.flush()


def _answer(question: dict[str, Json]) -> dict[str, Json]:
    """The answer, or an error in words: a question that jedi trips over must not end the process."""
    try:
        return {"answer": _KINDS[question["kind"]](_script(question), question["line"], question["column"])}
    except Exception as error:  # jedi raises whatever it trips over
        return {"error": f"{type(error).__name__}: {error}"}


def _script(question: dict[str, Json]) -> Json:
    import jedi

    jedi.settings.allow_unsafe_interpreter_executions = False
    jedi.settings.auto_import_modules = []  # these it would import for real
    folder = question["folder"]
    added = [folder, *question["packages"], question["engine"]]
    project = jedi.Project(folder, load_unsafe_extensions=False, smart_sys_path=False, added_sys_path=added)
    environment = jedi.InterpreterEnvironment()  # this process's own; searching for others would start them
    return jedi.Script(question["text"], path=question["path"], project=project, environment=environment)


def _complete(script: Json, line: int, column: int) -> Json:
    found = script.complete(line, column)
    return [[each.name, each.type, each.complete or ""] for each in found[:MOST_CHOICES]]


def _signature(script: Json, line: int, column: int) -> Json:
    for found in script.get_signatures(line, column):
        parameters = [parameter.description.removeprefix("param ") for parameter in found.params]
        return {"name": found.name, "parameters": parameters, "index": found.index}
    return None


def _definition(script: Json, line: int, column: int) -> Json:
    for found in script.goto(line, column, follow_imports=True, follow_builtin_imports=True):
        if found.module_path is not None and found.line is not None:
            return {"path": str(found.module_path), "line": found.line}
    return None


def _doc(script: Json, line: int, column: int) -> Json:
    for found in script.help(line, column):
        if doc := found.docstring()[:DOC_CHARACTERS]:
            return doc
    return None


_KINDS: dict[str, Callable[[Json, int, int], Json]] = {
    "complete": _complete,
    "signature": _signature,
    "definition": _definition,
    "doc": _doc,
}

if __name__ == "__main__":
    main()
