"""Every kind of value through a real file, read by a store that has never seen it written."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.serialization.type_registry import TypeRegistry
from engine.serialization.unstorable import UnstorableValueError
from engine.store.checkpoint_store import TaskWrite
from engine.store.sqlite_store import SqliteStore
from tests.contracts.checkpoint_store_contract import THREAD, new_checkpoint
from tests.serialization import value_matrix
from tests.serialization.value_matrix import STORABLE, UNSTORABLE, identical


def test_every_storable_value_comes_back_from_a_file_exactly(tmp_path: Path) -> None:
    # As a runner does: the classes are known from the graph's schema, not from having been stored.
    types = TypeRegistry([each for each in vars(value_matrix).values() if isinstance(each, type)])
    store = SqliteStore(tmp_path / "runs.sqlite")
    store.save(THREAD, "", new_checkpoint("c1", changed=STORABLE))
    store.save_writes(
        THREAD, "", "c1", [TaskWrite("t", name, value, i) for i, (name, value) in enumerate(STORABLE.items())]
    )
    store.close()

    reopened = SqliteStore(tmp_path / "runs.sqlite", types=types)
    stored = reopened.load(THREAD, "")
    reopened.close()

    assert stored is not None
    written = {write.channel: write.value for write in stored.writes}
    changed = [name for name in STORABLE if not identical(stored.values[name], STORABLE[name])]
    changed += [f"write of {name}" for name in STORABLE if not identical(written[name], STORABLE[name])]
    assert changed == []


@pytest.mark.parametrize("name", UNSTORABLE)
def test_every_other_value_is_refused_by_name_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    store = SqliteStore(tmp_path / "runs.sqlite")
    store.save(THREAD, "", new_checkpoint("c1", changed={"a": 1}))

    with pytest.raises(UnstorableValueError) as caught:
        store.save(THREAD, "", new_checkpoint("c2", "c1", changed={"fine": 1, "plan": [{"tool": UNSTORABLE[name]}]}))

    assert caught.value.channel == "plan"
    assert "plan[0]['tool']" in str(caught.value)
    assert [header.checkpoint_id for header in store.headers(THREAD)] == ["c1"]
    store.save(THREAD, "", new_checkpoint("c2", "c1", changed={"a": 2}))
    stored = store.load(THREAD, "")
    assert stored is not None
    assert stored.values == {"a": 2}
    store.close()
