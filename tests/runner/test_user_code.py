"""References to the user's functions: found beside the graph first, and missing ones explained."""

from __future__ import annotations

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
        ("shop_needy:f", "imports 'no_such_package_here'"),
    ],
)
def test_what_is_missing_is_named_with_the_nearest_name(tmp_path: Path, reference: str, said: str) -> None:
    (tmp_path / "shop_nodes.py").write_text("LIMIT = 3\ndef classify(state): ...\n", encoding="utf-8")
    (tmp_path / "shop_broken.py").write_text("def f(:\n", encoding="utf-8")
    (tmp_path / "shop_needy.py").write_text("import no_such_package_here\n", encoding="utf-8")

    with pytest.raises(UserCodeError) as caught:
        resolve_function(reference, tmp_path, used_by="Node 'classify'")

    assert said in str(caught.value)
    assert str(caught.value).startswith("Node 'classify'")


def test_a_method_of_a_class_can_be_named(tmp_path: Path) -> None:
    (tmp_path / "shop_class.py").write_text(
        "class Shop:\n    @staticmethod\n    def sell(state): return 1\n", encoding="utf-8"
    )

    assert resolve("shop_class:Shop.sell", tmp_path, used_by="Node 'sell'")({}) == 1
