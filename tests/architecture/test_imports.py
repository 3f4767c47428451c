"""Who may use whom. The floors are contracts in pyproject.toml; what they cannot say is checked here."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
QT = {"PySide6", "shiboken6", "qasync", "qtawesome", "qtpy"}

QT_FREE_PACKAGES = ("engine", "editor.document")
SAYS_NO_QT = re.compile(r"\b[Nn]o Qt\b|\bnever imports Qt\b")
"""What a module's first words say if it decides and does not show. It is held to that."""

SQL = re.compile(
    r"^\s*(SELECT\s.+\sFROM\s|INSERT\s+(OR\s+\w+\s+)?INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s"
    r"|CREATE\s+(TEMP\s+)?(TABLE|VIEW|INDEX|TRIGGER|UNIQUE)\s|PRAGMA\s+\w+)",
    re.DOTALL,
)


@cache
def modules() -> dict[str, Path]:
    """Every module of ours by its dotted name."""
    found = {}
    for package in ("engine", "editor"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


@cache
def imports_of(module: str) -> frozenset[str]:
    """What the module imports when it runs, wherever in it; imports for the type checker alone do not count."""
    path = modules()[module]
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    names: set[str] = set()
    for node in walk_without_type_checking(tree_of(path)):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package.split(".")[: len(package.split(".")) - node.level + 1]) if node.level else ""
            source = ".".join(filter(None, [base, node.module or ""]))
            names.add(source)
            names.update(f"{source}.{alias.name}" for alias in node.names)
    return frozenset(names)


def walk_without_type_checking(node: ast.AST):
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test):
            yield from (part for other in child.orelse for part in [other, *walk_without_type_checking(other)])
            continue
        yield child
        yield from walk_without_type_checking(child)


def within(module: str, area: str) -> bool:
    return module == area or module.startswith(area + ".")


def qt_free_modules() -> list[str]:
    return [
        module
        for module, path in modules().items()
        if any(within(module, area) for area in QT_FREE_PACKAGES)
        or SAYS_NO_QT.search(ast.get_docstring(tree_of(path)) or "")
    ]


# ---------------------------------------------------------------------------------------------------------- floors


def test_the_import_contracts_hold() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )

    assert answer.returncode == 0, answer.stdout + answer.stderr


def test_no_two_modules_import_each_other() -> None:
    graph = {
        module: {name for name in imports_of(module) if name in modules() and name != module} for module in modules()
    }
    # A package's __init__ that only lists lazy names is no part of a circle; what it really imports is in the graph.
    circles = [sorted(component) for component in strongly_connected(graph) if len(component) > 1]

    assert circles == []


def test_packages_of_the_editor_stay_empty() -> None:
    filled = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "editor").rglob("__init__.py")
        if path.read_text(encoding="utf-8").strip()
    ]

    assert filled == []


def test_every_folder_with_python_is_a_package() -> None:
    bare = {
        str(path.parent.relative_to(ROOT)) for path in modules().values() if not (path.parent / "__init__.py").exists()
    }

    assert bare == set()


# ---------------------------------------------------------------------------------------------------------- Qt


@pytest.mark.parametrize("module", qt_free_modules())
def test_what_decides_does_so_without_qt(module: str) -> None:
    """Neither itself nor through anything of ours that it imports."""
    seen, waiting = {module}, [(module,)]
    while waiting:
        path = waiting.pop()
        for name in sorted(imports_of(path[-1])):
            assert name.partition(".")[0] not in QT, f"{' -> '.join(path)} -> {name}"
            if name in modules() and name not in seen:
                seen.add(name)
                waiting.append((*path, name))


def test_modules_that_decide_say_so() -> None:
    """So that the test above has something to hold on to."""
    said = set(qt_free_modules())

    assert {
        "editor.theme.tokens",
        "editor.debugger.run_state",
        "editor.debugger.reduce",
        "editor.canvas.geometry",
    } <= said


def test_importing_the_engine_loads_no_qt_and_nothing_of_the_editor() -> None:
    code = "import engine, sys; print(*sorted(name for name in sys.modules if name.partition('.')[0] in {})) "
    answer = subprocess.run(
        [sys.executable, "-c", code.format({*QT, "editor"})], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert answer.stdout.strip() == ""


def test_a_graph_without_saver_runs_with_few_modules_of_the_standard_library() -> None:
    """These take half as long to load as all of the engine, and come with what needs them."""
    code = """
import sys
from engine import END, START, StateGraph
graph = StateGraph(dict).add_node("a", lambda state: None).add_edge(START, "a").add_edge("a", END).compile()
graph.invoke({"n": 1})
print(*sorted({"asyncio", "concurrent", "hashlib", "json", "logging", "sqlite3", "uuid"} & set(sys.modules)))
"""
    answer = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    assert answer.stdout.strip() == ""


# ---------------------------------------------------------------------------------------------------------- SQL


def sql_in(path: Path) -> list[str]:
    docstrings = {
        id(node.body[0].value)
        for node in ast.walk(tree_of(path))
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef))
        and node.body
        and isinstance(node.body[0], ast.Expr)
    }
    return [
        f"{path.relative_to(ROOT)}:{node.lineno}: {node.value.strip().splitlines()[0][:60]}"
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and SQL.match(node.value)
    ]


def test_sql_is_written_in_the_store_only() -> None:
    found = [line for module, path in modules().items() if not within(module, "engine.store") for line in sql_in(path)]

    assert found == []


def test_the_search_for_sql_finds_sql(tmp_path: Path) -> None:
    """So that the test above can fail."""
    assert SQL.match("SELECT a FROM b")
    assert SQL.match("\n    INSERT OR REPLACE INTO t VALUES (?)")
    assert SQL.match("PRAGMA journal_mode=WAL")
    assert not SQL.match("Select a node from the list")


# ---------------------------------------------------------------------------------------------------------- old Pythons


@pytest.mark.parametrize("module", [name for name in modules() if within(name, "engine")])
def test_the_engine_reads_on_python_3_10(module: str) -> None:
    """The runner is appended to the path of the user's own interpreter, which may be a 3.10."""
    path = modules()[module]

    ast.parse(path.read_text(encoding="utf-8"), str(path), feature_version=(3, 10))

    names = imports_of(module)
    assert "tomllib" not in names
    assert "typing_extensions" not in names, "not there in an interpreter that has only the standard library"
    too_new = {
        "typing.Self", "typing.assert_never", "typing.Never", "typing.LiteralString", "typing.NotRequired",
        "typing.Required", "typing.Unpack", "enum.StrEnum", "asyncio.TaskGroup", "asyncio.timeout", "datetime.UTC",
    } & names  # fmt: skip
    assert too_new == set()


# ---------------------------------------------------------------------------------------------------------- circles


def strongly_connected(graph: dict[str, set[str]]) -> list[set[str]]:
    import networkx

    return list(networkx.strongly_connected_components(networkx.DiGraph(graph)))
