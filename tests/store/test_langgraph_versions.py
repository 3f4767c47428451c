"""Files that LangGraph 0.2 to 1.2 have written open, with their threads, history, questions, errors and subgraphs.

``tests/data/langgraph_VERSION.sqlite``: threads ``done`` and ``fails`` of a graph with a fan-out of two; from 0.2.76 on
also ``asks``, which waits for an answer, and a subgraph in the middle. The file keeps LangGraph's tables as they were.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from engine.store.checkpoint_store import CheckpointStore
from engine.store.langgraph_file import LangGraphFile
from engine.store.sqlite_store import SqliteStore
from engine.store.state_keys import is_state_key
from engine.time_travel import export_thread, import_thread, read_timeline, who_wrote, writers_of

DATA = Path(__file__).parents[1] / "data"
FIRST, *LATER = ("0.2.0", "0.2.76", "0.4.10", "0.6.11", "1.0.10", "1.2.22")

FANNED = ["first", "piece 0", "piece 1"]
ASKED = [*FANNED, *FANNED, "deep"]
"""The subgraph's output state is folded into the log whole, as in LangGraph."""


def file_of(version: str) -> LangGraphFile:
    return LangGraphFile(DATA / f"langgraph_{version}.sqlite")


@pytest.mark.parametrize("version", [FIRST, *LATER])
def test_threads_history_and_states_are_read(version: str) -> None:
    file = file_of(version)
    end = [*FANNED, "fine"] if version == FIRST else [*ASKED, "yes", "fine"]

    history = list(file.list("done"))

    assert file.threads() == (("done", "fails") if version == FIRST else ("asks", "done", "fails"))
    assert [stored.metadata["step"] for stored in history] == list(range(len(history) - 2, -2, -1))
    logs = [stored.values.get("log") for stored in history if stored.metadata["step"] > 0]
    assert logs[0] == end and logs[-1] == ["first"]
    assert history[0].values["when"] == datetime.date(2026, 1, 2)
    assert len(read_timeline(file, "done").branches) == 1
    writer = next(stored.checkpoint_id for stored in history if stored.metadata["step"] == 1)
    assert who_wrote(file, "done", "n") == writer
    assert len(writers_of(file, "done", "log")) >= 3


@pytest.mark.parametrize("version", LATER)
def test_questions_errors_and_subgraphs_are_read(version: str) -> None:
    file = file_of(version)
    waiting, failed = file.load("asks", ""), file.load("fails", "")

    assert waiting is not None and failed is not None
    (asked,) = [write.value for write in waiting.writes if write.channel == "__interrupt__"]
    question = asked[0] if isinstance(asked, list) else asked
    assert question.value == {"question": "really?"}
    assert waiting.values["log"] == ASKED
    assert [write.value for write in failed.writes if write.channel == "__error__"] == ["ValueError('boom')"]
    (inside,) = [namespace for namespace in file.namespaces("done") if namespace]
    deepest = file.load("done", inside)
    assert inside.startswith("sub:") and deepest is not None
    assert deepest.values["log"] == ASKED[-4:]


@pytest.mark.parametrize("version", [FIRST, *LATER])
def test_a_thread_is_taken_over_into_a_run_database_and_the_file_is_not_written(version: str, tmp_path: Path) -> None:
    path = DATA / f"langgraph_{version}.sqlite"
    before, file = path.read_bytes(), file_of(version)
    store = SqliteStore(tmp_path / "runs.sqlite")

    import_thread(store, list(export_thread(file, "done")))

    # What routes is compared by name: a Send is a record in the file, and itself where langgraph is imported.
    assert told(store) == told(file)
    store.close()
    assert path.read_bytes() == before


def told(store: CheckpointStore) -> list[object]:
    return [
        (
            stored.checkpoint_id,
            {key: value for key, value in stored.values.items() if is_state_key(key)},
            sorted(stored.values),
            sorted((write.task_id, write.channel) for write in stored.writes),
        )
        for stored in store.list("done")
    ]
