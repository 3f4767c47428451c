"""References to the user's functions: found beside the graph first, and missing ones explained."""

from __future__ import annotations

import importlib._bootstrap_external as compiled_files
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.runner.user_code import UserCodeError, resolve, resolve_function


@pytest.fixture(autouse=True)
def no_modules_of_earlier_tests() -> Iterator[None]:
    yield
    for name in [name for name in sys.modules if name.startswith("shop_")]:
        del sys.modules[name]


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("shop_nodes:clasify", "'classify'"),
        ("shop_node:classify", "'shop_nodes'"),
        ("classify", "Write it as module:function"),
        ("shop_nodes:LIMIT", "which is a int and cannot be called"),
        ("shop_broken:f", "fails when imported: SyntaxError"),
        ("shop_leaving:f", "fails when imported: SystemExit: 2"),
        ("shop_needy:f", "imports 'no_such_package_here'"),
    ],
)
def test_what_is_missing_is_named_with_the_nearest_name(tmp_path: Path, reference: str, said: str) -> None:
    (tmp_path / "shop_nodes.py").write_text("LIMIT = 3\ndef classify(state): ...\n", encoding="utf-8")
    (tmp_path / "shop_broken.py").write_text("def f(:\n", encoding="utf-8")
    (tmp_path / "shop_leaving.py").write_text("import sys\nsys.exit(2)\n", encoding="utf-8")
    (tmp_path / "shop_needy.py").write_text("import no_such_package_here\n", encoding="utf-8")

    with pytest.raises(UserCodeError) as caught:
        resolve_function(reference, tmp_path, used_by="Node 'classify'")

    assert said in str(caught.value)
    assert str(caught.value).startswith("Node 'classify'")


def test_a_module_of_the_projects_own_environment_is_told_where_it_is_missing(tmp_path: Path) -> None:
    folder = tmp_path / "graphs"
    folder.mkdir()
    (folder / "shop_needy.py").write_text("import no_such_package_here\n", encoding="utf-8")

    def said() -> str:
        with pytest.raises(UserCodeError) as caught:
            resolve("shop_needy:f", folder, used_by="Node 'f'")
        return str(caught.value)

    assert sys.executable in said() and str(tmp_path / ".venv") not in said()
    (tmp_path / ".venv").mkdir()
    (tmp_path / ".venv" / "pyvenv.cfg").touch()
    assert f"choose another Python: {tmp_path / '.venv'}." in said()


def test_a_method_of_a_class_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "shop_class.py").write_text(
        "class Shop:\n    @staticmethod\n    def sell(state): return 1\n", encoding="utf-8"
    )

    assert resolve("shop_class:Shop.sell", tmp_path, used_by="Node 'sell'")({}) == 1


def write_compiled(module: Path, code: str, *, unchecked: bool) -> None:
    """A compiled file beside the module, as Python would write it, of other code than its text."""
    compiled = compile(code, str(module), "exec")
    target = Path(compiled_files.cache_from_source(str(module)))
    target.parent.mkdir(exist_ok=True)
    at, size = int(module.stat().st_mtime), module.stat().st_size
    pyc = (
        compiled_files._code_to_hash_pyc(compiled, b"8 bytes.", checked=False)
        if unchecked
        else compiled_files._code_to_timestamp_pyc(compiled, at, size)
    )
    target.write_bytes(pyc)


@pytest.mark.parametrize("unchecked", [False, True], ids=["changed twice within a second", "on its own word"])
def test_the_text_runs_and_not_compiled_code_that_lies_beside_it(tmp_path: Path, unchecked: bool) -> None:
    module = tmp_path / "shop_shown.py"
    module.write_text("def sell(state): return 'shown'\n", encoding="utf-8")
    write_compiled(module, "def sell(state): return 'hidden'\n", unchecked=unchecked)

    assert resolve("shop_shown:sell", tmp_path, used_by="Node 'sell'")({}) == "shown"


def test_modules_of_packages_below_the_folder_come_from_their_text_too(tmp_path: Path) -> None:
    package = tmp_path / "shop_parts"
    package.mkdir()
    for name in ("__init__", "till"):
        module = package / f"{name}.py"
        module.write_text("def sell(state): return 'shown'\n", encoding="utf-8")
        write_compiled(module, "def sell(state): return 'hidden'\n", unchecked=True)

    assert resolve("shop_parts.till:sell", tmp_path, used_by="Node 'sell'")({}) == "shown"
    assert resolve("shop_parts:sell", tmp_path, used_by="Node 'sell'")({}) == "shown"


def test_a_folder_that_was_looked_into_before_is_looked_into_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = tmp_path / "shop_known.py"
    module.write_text("def sell(state): return 'shown'\n", encoding="utf-8")
    write_compiled(module, "def sell(state): return 'hidden'\n", unchecked=True)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(ModuleNotFoundError):
        __import__("shop_no_such_module")

    assert resolve("shop_known:sell", tmp_path, used_by="Node 'sell'")({}) == "shown"


def test_a_compiled_file_without_text_is_no_module(tmp_path: Path) -> None:
    module = tmp_path / "shop_bare.py"
    module.write_text("def sell(state): return 'hidden'\n", encoding="utf-8")
    write_compiled(module, "def sell(state): return 'hidden'\n", unchecked=True)
    Path(compiled_files.cache_from_source(str(module))).rename(tmp_path / "shop_bare.pyc")
    module.unlink()

    with pytest.raises(UserCodeError, match=r"no shop_bare\.py"):
        resolve("shop_bare:sell", tmp_path, used_by="Node 'sell'")


def test_installed_packages_below_the_folder_keep_their_compiled_files(tmp_path: Path) -> None:
    packages = tmp_path / ".venv" / "lib" / "site-packages"
    packages.mkdir(parents=True)
    (packages / "shop_installed.py").write_text("def sell(state): return 'text'\n", encoding="utf-8")
    write_compiled(packages / "shop_installed.py", "def sell(state): return 'compiled'\n", unchecked=True)
    (tmp_path / "shop_first.py").write_text("", encoding="utf-8")
    resolve("shop_first:__name__", tmp_path, used_by="Node 'sell'")

    sys.path.insert(0, str(packages))
    try:
        from shop_installed import sell
    finally:
        sys.path.remove(str(packages))

    assert sell({}) == "compiled"


def test_importing_leaves_nothing_in_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    (tmp_path / "shop_clean.py").write_text("def sell(state): return 1\n", encoding="utf-8")

    resolve("shop_clean:sell", tmp_path, used_by="Node 'sell'")

    assert os.listdir(tmp_path) == ["shop_clean.py"]
