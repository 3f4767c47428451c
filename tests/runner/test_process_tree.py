"""How the processes of a runner are found, on a /proc made for the test."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.runner import process_tree

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="looks into /proc")

OURS = b"PATH=/bin\0STEPGRAPH_RUNNER=abc\0"
KERNEL_THREAD = 0x00200000


@pytest.fixture
def proc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Puts a process into a /proc of the test's own, in which no time passes by sleeping."""

    def put(pid: int, *, environment: bytes, command: bytes, state: str = "S", flags: int = 0) -> None:
        folder = tmp_path / str(pid)
        folder.mkdir(exist_ok=True)
        (folder / "stat").write_text(f"{pid} (a name) {state} 1 1 1 0 -1 {flags} 0 0", encoding="utf-8")
        (folder / "environ").write_bytes(environment)
        (folder / "cmdline").write_bytes(command)

    monkeypatch.setattr(process_tree, "PROC", tmp_path)
    monkeypatch.setattr(
        "engine.runner.process_tree.time.sleep", lambda seconds: pytest.fail("nothing is worth waiting for")
    )
    return put


def test_processes_are_known_by_the_mark_in_their_environment(proc: Callable[..., None]) -> None:
    proc(7, environment=OURS, command=b"python")
    proc(8, environment=b"PATH=/bin\0STEPGRAPH_RUNNER=other\0", command=b"python")
    proc(9, environment=b"", command=b"without an environment")

    assert process_tree._marked("abc") == {7}


def test_a_process_whose_program_is_being_loaded_is_asked_again(
    proc: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its parent goes on before the kernel has written the environment of the new program down."""
    proc(7, environment=b"", command=b"")
    monkeypatch.setattr(
        "engine.runner.process_tree.time.sleep", lambda seconds: proc(7, environment=OURS, command=b"python")
    )

    assert process_tree._marked("abc") == {7}


def test_nobody_waits_for_the_dead_and_for_the_kernel(proc: Callable[..., None]) -> None:
    proc(7, environment=b"", command=b"", state="Z")
    proc(8, environment=b"", command=b"", flags=KERNEL_THREAD)

    assert process_tree._marked("abc") == set()


def test_what_never_gets_a_program_is_given_up(proc: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    proc(7, environment=b"", command=b"")
    now_s = iter(range(100))
    monkeypatch.setattr("engine.runner.process_tree.time.monotonic", lambda: next(now_s))
    monkeypatch.setattr("engine.runner.process_tree.time.sleep", lambda seconds: None)

    assert process_tree._marked("abc") == set()
