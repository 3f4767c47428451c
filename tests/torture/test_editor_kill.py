"""Kill -9 of the editor while it is edited: at most one second of edits is lost, and they are offered once.

The oracle is a witness outside the editor: a line with the time and the hash of the document before each edit is kept.
What comes back has to be one of its states, and the first state that is lost must be younger than a second. In half of
the sessions the editor is killed again in the middle of the recovery. ``STEPGRAPH_EDITOR_KILLS`` runs more sessions.
"""

from __future__ import annotations

import os
import queue
import random
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from tests.patience import PATIENCE_S
from tests.torture.editor_session_job import hash_on_disk

pytestmark = pytest.mark.torture

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "resources" / "examples" / "support_router"
JOB = Path(__file__).with_name("editor_session_job.py")
SESSIONS = int(os.environ.get("STEPGRAPH_EDITOR_KILLS", "4"))
LONGEST_LOSS_S = 1.0
MOST_EDITS, MOST_AFTER_RECOVERY = 80, 15
"""The editor is killed after so many edits at most, whatever time they take on this machine."""
LONGEST_MOMENT_S = 0.03
"""And a moment later, so that it is killed anywhere in what an edit does."""


class Job:
    """One process of the editor, and what it says."""

    def __init__(self, mode: str, folder: Path, seed: int) -> None:
        self._folder = folder
        graph = folder / "graph" / "support_router.graph.json"
        environment = {
            **os.environ,
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(ROOT),
            "STEPGRAPH_PROFILE": str(folder / "profile"),
            **dict.fromkeys(("XDG_DATA_HOME", "LOCALAPPDATA"), str(folder / "data")),
        }
        command = [sys.executable, str(JOB), mode, str(graph), str(folder / "witness"), str(seed)]
        self.errors = (folder / f"errors {mode}").open("w+b")
        self.process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=self.errors, text=True)
        self._said: queue.Queue[str] = queue.Queue()
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._said.put(line.rstrip("\n"))
        self._said.put("")

    def hear(self) -> list[str]:
        """The next line, in words. Fails with what the process wrote to its errors if it ended instead."""
        line = self._said.get(timeout=PATIENCE_S)
        if not line:
            pytest.fail(f"the editor ended: {self.said_wrong()}")
        return line.split()

    def kill_after(self, edits: int, moment_s: float) -> float:
        """Kill -9 once the witness has so many lines more, and this moment later. When that was."""
        witness = self._folder / "witness"
        wanted, until_s = lines_of(witness) + edits, time.monotonic() + PATIENCE_S
        while lines_of(witness) < wanted:
            assert self.process.poll() is None, f"the editor ended: {self.said_wrong()}"
            assert time.monotonic() < until_s, f"{lines_of(witness)} of {wanted} edits were made"
            time.sleep(0.002)
        time.sleep(moment_s)  # not a wait for something: this is the random point
        return self.kill()

    def kill(self) -> float:
        at = time.monotonic()
        self.process.kill()
        self.close()
        return at

    def said_wrong(self) -> str:
        self.errors.seek(0)
        return self.errors.read().decode(errors="replace")[-2000:]

    def close(self) -> None:
        self.process.wait(PATIENCE_S)
        self._reader.join(PATIENCE_S)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.errors.close()


def lines_of(witness: Path) -> int:
    return witness.read_bytes().count(b"\n") if witness.exists() else 0


def states(folder: Path) -> list[tuple[float, str]]:
    """Each state the document had, with the time; a line cut off by the kill says nothing."""
    lines = (folder / "witness").read_bytes().decode().splitlines(keepends=True)
    return [(float(at), fact) for at, fact in (line.split() for line in lines if line.endswith("\n"))]


def lost_s(known: list[tuple[float, str]], found: str, killed_at: float) -> float:
    """How old the oldest lost edit was when the editor was killed; 0 if none is lost."""
    places = [place for place, (_, state) in enumerate(known) if state == found]
    assert places, "what was recovered was never there"
    later = known[places[-1] + 1 :]
    return killed_at - later[0][0] if later else 0.0


def test_a_killed_editor_loses_at_most_a_second_and_offers_it_once(quick_disk: Path, seed: int) -> None:
    worst_s, edits, offered, second_crashes = 0.0, 0, 0, 0
    for number in range(SESSIONS):
        chance = random.Random(seed + number)
        folder = quick_disk / str(number)
        shutil.copytree(EXAMPLE, folder / "graph", ignore=shutil.ignore_patterns(".stepgraph", "__pycache__"))
        graph = folder / "graph" / "support_router.graph.json"

        victim = Job("edit", folder, seed + number)
        assert victim.hear() == ["ready"]
        killed_at = victim.kill_after(chance.randrange(1, MOST_EDITS), chance.random() * LONGEST_MOMENT_S)
        known = states(folder)
        assert hash_on_disk(graph) in {state for _, state in known}, f"seed {seed}, session {number}: a half file"
        if number % 2:
            second = Job("recover", folder, seed + number)
            if second.hear() == ["offered"]:
                second_crashes += 1
                killed_at = second.kill_after(chance.randrange(MOST_AFTER_RECOVERY), chance.random() * LONGEST_MOMENT_S)
                more = states(folder)[len(known) :]
                killed_at = killed_at if more else known[-1][0]
                known += more
            else:
                killed_at = second.kill()
                known = states(folder)
        last = Job("end", folder, seed + number)
        word, *said = last.hear()
        if word == "offered":
            offered += 1
            word, *said = last.hear()
        loss_s = lost_s(known, said[0], killed_at)
        whole, asked_again, left = last.hear()[1:]
        last.close()
        assert loss_s <= LONGEST_LOSS_S, f"seed {seed}, session {number}: {loss_s:.2f} s of edits lost"
        assert (whole, asked_again, left) == ("True", "0", "0"), f"seed {seed}, session {number}"
        worst_s, edits = max(worst_s, loss_s), edits + len(known)
    print(
        f"{SESSIONS} sessions from seed {seed}: {edits} edits, {offered} recoveries, {second_crashes} of them crashed "
        f"again, longest loss {worst_s:.3f} s"
    )
    assert offered, "no session had anything to recover"
