"""What every test stands on: no screen, no user's files, a fixed look, and nothing left behind.

A test that leaves a window, a timer-bearing widget or a thread fails, since the next test would inherit it.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.patience import PATIENCE_S, PatientQtBot

# Before anything imports Qt. A developer who wants to watch sets QT_QPA_PLATFORM=xcb.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_ACCESSIBILITY", "0")
os.environ["QT_SCALE_FACTOR"] = "1"
os.environ["LC_ALL"] = "C.UTF-8"
os.environ["TZ"] = "UTC"
os.environ.setdefault("PYTHONFAULTHANDLER", "1")

# How long an example takes to make or to try says something about the machine, not about what is tested.
patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("patient", patient)
# A submission is judged on the same examples as the last one; at a desk each run looks at new ones.
settings.register_profile("repeatable", patient, derandomize=True, database=None)
settings.load_profile("repeatable" if os.environ.get("CI") else "patient")

_home = Path(tempfile.mkdtemp(prefix="stepgraph-tests-"))
for variable in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME", "APPDATA", "LOCALAPPDATA"):
    os.environ[variable] = str(_home / variable.lower())


def pytest_unconfigure(config: pytest.Config) -> None:
    shutil.rmtree(_home, ignore_errors=True)


def pytest_collection_finish(session: pytest.Session) -> None:
    """All that is loaded now stays. Without it each collection would look at a million objects for seconds."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def example_folder(tmp_path: Path) -> Path:
    """A private copy of the support router, so that a test may write beside it."""
    source = Path(__file__).resolve().parents[1] / "resources" / "examples" / "support_router"
    target = tmp_path / "support_router"
    shutil.copytree(source, target, ignore=shutil.ignore_patterns(".stepgraph", "__pycache__"))
    return target


@pytest.fixture
def example_graph(example_folder: Path) -> Path:
    return example_folder / "support_router.graph.json"


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    return ["stepgraph-tests", "-style", "Fusion"]


@pytest.fixture
def qtbot(qapp: object, request: pytest.FixtureRequest) -> PatientQtBot:
    """pytest-qt's own, with our patience."""
    return PatientQtBot(request)


@pytest.fixture(autouse=True)
def no_hurry_between_edits(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is typed in one go is one step of undo, however long a busy machine takes between two letters."""
    history = sys.modules.get("editor.document.undo_history")
    if history is not None:
        monkeypatch.setattr(history, "MERGE_WITHIN_S", PATIENCE_S)


@pytest.fixture(autouse=True)
def garbage_on_this_thread(request: pytest.FixtureRequest) -> Iterator[None]:
    """As in the program: a collection that a worker triggers would destroy a Qt object there, and crash the process."""
    if "qapp" not in request.fixturenames or not gc.isenabled():
        yield
        return
    request.getfixturevalue("qapp")
    from editor.app.garbage import GarbageCollection

    collection = GarbageCollection()
    yield
    collection.stop()


@pytest.fixture(autouse=True)
def nothing_left_behind(request: pytest.FixtureRequest) -> Iterator[None]:
    """Set up first and so torn down last: after qtbot has closed what the test gave it."""
    threads_before = set(threading.enumerate())
    windows_before = set(map(address_of, top_level_widgets()))

    yield

    if "qapp" in request.fixturenames:
        left = close_new_windows(windows_before)
        assert not left, f"the test left windows open: {', '.join(left)}"
    left_threads = [t for t in threading.enumerate() if t not in threads_before and not t.daemon]
    # But for pools that the interpreter itself keeps for the rest of the process.
    left_threads = [t for t in left_threads if not t.name.startswith(("asyncio_", "ThreadPoolExecutor"))]
    for thread in left_threads:
        thread.join(PATIENCE_S)
    alive = [thread.name for thread in left_threads if thread.is_alive()]
    assert not alive, f"the test left threads running: {', '.join(alive)}"


def top_level_widgets() -> list:
    """Windows that nothing owns. Empty while no test has made a QApplication."""
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return []
    return [widget for widget in widgets.QApplication.topLevelWidgets() if widget.parent() is None]


def address_of(widget: object) -> int:
    """Of the C++ object: Python's wrappers come and go."""
    import shiboken6

    return shiboken6.getCppPointer(widget)[0]


def close_new_windows(known: set[int]) -> list[str]:
    """Delete what is about to be deleted, then name what is still there and delete that too."""
    from PySide6.QtCore import QCoreApplication, QEvent

    def delete_pending() -> None:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    delete_pending()
    # Here and now, on this thread: a circle with Qt objects in it must not be found by a collection that a worker
    # thread of a later test happens to trigger.
    gc.collect()
    new = [widget for widget in top_level_widgets() if address_of(widget) not in known and widget.isVisible()]
    names = [f"{type(widget).__name__} {widget.objectName() or widget.windowTitle()!r}" for widget in new]
    for widget in new:
        widget.close()
        widget.deleteLater()
    del new
    delete_pending()
    return names
