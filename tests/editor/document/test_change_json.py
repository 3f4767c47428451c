"""Changes survive the way through JSON; what is not a change is refused and nothing else happens."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from editor.document.change_json import change_to_json, read_change
from editor.document.changes import (
    Change,
    EdgeAdded,
    EdgeRemoved,
    GraphFieldChanged,
    ModuleForgotten,
    ModuleRead,
    ModuleSpliced,
    NodeAdded,
    NodeChanged,
    NodePlaced,
    NodeRemoved,
    NodeRenamed,
    RoutersChanged,
)
from editor.document.module_text import ModuleText
from engine.graph.spec import BranchSpec, EdgeSpec, NodeSpec, RouterSpec

NODE = NodeSpec("n:f", disabled=True, defer=True, metadata={"k": [1, None]}, extra={"x": "y"})
ROUTERS = (RouterSpec("r:f", (BranchSpec("yes", "a"), BranchSpec("no", None))), RouterSpec(None, (), "b", {"x": 1}))
CONDITIONS = (RouterSpec(None, (BranchSpec("many", "a", "n > 1", {"x": 2}), BranchSpec("else", None))),)

EVERY_CHANGE: tuple[Change, ...] = (
    NodeAdded("a", NODE),
    NodeRemoved("\ud800\u202e", NodeSpec()),
    NodeChanged("a", NODE, NodeSpec()),
    NodeRenamed("a", "b"),
    NodePlaced("a", None, (4, -8)),
    NodePlaced("a", (0, 0), None),
    EdgeAdded(EdgeSpec(("a", "b"), "c", {"x": 1})),
    EdgeRemoved(EdgeSpec("a", "b")),
    RoutersChanged("a", (), ROUTERS),
    RoutersChanged("a", ROUTERS, CONDITIONS),
    GraphFieldChanged("name", "old", "new"),
    GraphFieldChanged("state", None, "s:S"),
    GraphFieldChanged("recursion_limit", 5, None),
    ModuleRead("app/nodes.py", ModuleText("a = 'ü\ud800'\r\n", "", has_bom=True)),
    ModuleForgotten("nodes.py", ModuleText(None, "x = 1")),
    ModuleSpliced("nodes.py", 7, "a\r\n", "\t\u2028"),
)


@pytest.mark.parametrize("change", EVERY_CHANGE, ids=lambda change: type(change).__name__)
def test_a_change_comes_back_as_it_was(change: Change) -> None:
    written = json.loads(json.dumps(change_to_json(change)))

    assert read_change(written) == change
    assert read_change(json.loads(json.dumps(change_to_json(change.inverse())))).inverse() == change


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.sampled_from(EVERY_CHANGE), st.data())
def test_a_damaged_change_is_read_or_refused_and_never_a_surprise(change: Change, data: st.DataObject) -> None:
    written = change_to_json(change)
    key = data.draw(st.sampled_from(list(written)))
    damaged = data.draw(JSON | st.builds(lambda value: {**written, key: value}, JSON))

    try:
        read = read_change(damaged)
    except ValueError:
        return

    assert read_change(json.loads(json.dumps(change_to_json(read)))) == read


@pytest.mark.parametrize(
    "path", ["../nodes.py", "/etc/x.py", "nodes.txt", "a/../b.py", "C:\\x.py", ".py", "a//b.py", 5]
)
def test_a_journal_cannot_name_a_file_outside_the_folder(path: object) -> None:
    with pytest.raises(ValueError):
        read_change({"kind": "ModuleSpliced", "path": path, "start": 0, "old": "", "new": "x"})
