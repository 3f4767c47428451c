"""docs/engine.md is true: every block of it runs, and every public name of the engine is in one of them."""

from __future__ import annotations

import re
import warnings
from pathlib import Path

import pytest

import engine

PAGE = Path(__file__).parents[2] / "docs" / "engine.md"
BLOCK = re.compile(r"^```python\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks() -> list[tuple[int, str]]:
    """The page's examples, each with the number of its first line."""
    text = PAGE.read_text(encoding="utf-8")
    return [(text.count("\n", 0, found.start(1)) + 1, found.group(1)) for found in BLOCK.finditer(text)]


@pytest.mark.parametrize(("line", "code"), [pytest.param(*block, id=f"line-{block[0]}") for block in blocks()])
def test_the_example_runs(line: int, code: str) -> None:
    # Padded with empty lines, so that a traceback names the page's own line.
    program = compile("\n" * (line - 1) + code, str(PAGE), "exec", dont_inherit=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec(program, {"__name__": f"engine_page_{line}"})


@pytest.mark.parametrize("name", engine.__all__)
def test_every_public_name_has_an_example_and_a_docstring(name: str) -> None:
    assert any(re.search(rf"\b{name}\b", code) for _, code in blocks()), f"docs/engine.md shows no {name}"
    value = getattr(engine, name)
    if isinstance(value, type) or callable(value):
        assert (value.__doc__ or "").strip(), f"{name} has no docstring"
