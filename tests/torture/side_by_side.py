"""What is lost, run twice or silently wrong, here and with LangGraph: one table of one run, as in docs/reliability.md.

``python -m tests.torture.side_by_side``; the full disk needs root on Linux. Each figure comes from a process of its
own. LangGraph runs with its SqliteSaver and its default durability, "async".
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypedDict

from tests.benchmarks.bench_engine import OURS, PEER, api

ROOT = Path(__file__).parents[2]
CONFIG: dict[str, Any] = {"configurable": {"thread_id": "1"}, "recursion_limit": 10**9}


class State(TypedDict):
    n: int
    text: str


def loop(
    side: str, database: Path, steps: int, body: Callable[[int], object], *, chars: int = 0, pause: bool = False
) -> Any:
    """Run a counting loop to its end or next pause, going on from what is stored; gives the final state's ``n``."""
    lib = api(side)

    def count(state: State) -> dict[str, Any]:
        body(state["n"] + 1)
        return {"n": state["n"] + 1, "text": str(state["n"] % 10) * chars}

    builder = lib.StateGraph(State)
    builder.add_node("count", count)
    builder.add_edge(lib.START, "count")
    builder.add_conditional_edges(
        "count", lambda state: "again" if state["n"] < steps else "stop", {"again": "count", "stop": lib.END}
    )
    with lib.SqliteSaver.from_conn_string(str(database)) as saver:
        graph = builder.compile(checkpointer=saver, interrupt_after=["count"] if pause else None)
        known = graph.get_state(CONFIG).values
        return graph.invoke(None if known else {"n": 0, "text": ""}, CONFIG)["n"]


def stored(side: str, database: Path) -> int:
    """How far the stored run is."""
    with api(side).SqliteSaver.from_conn_string(str(database)) as saver:
        found = saver.get_tuple(CONFIG)
        return int(found.checkpoint["channel_values"].get("n", 0)) if found else 0


def kills(side: str, folder: Path) -> str:
    lost = finished = 0
    chance = random.Random(1)
    for number in range(30):
        database, told = folder / f"{number}.sqlite", folder / f"{number}.bodies"
        child = subprocess.Popen([*_AGAIN, "forever", side, str(database), str(told)], cwd=ROOT)
        while not told.exists() or told.stat().st_size < chance.randrange(100, 4000):
            time.sleep(0.002)
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        done = len(told.read_bytes()) - 1  # the last one had begun
        finished += done
        lost += max(0, done - stored(side, database))
    return f"{lost:,} of {finished:,}"


def forever(side: str, database: Path, told: Path) -> None:
    file = os.open(told, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    loop(side, database, 10**9, lambda n: os.write(file, b"."))


def full_disk(side: str, folder: Path) -> str:
    disk = folder / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk], check=True)
    bodies: list[int] = []
    try:
        loop(side, disk / "runs.sqlite", 5_000, bodies.append, chars=3_000)
    except Exception:
        last = bodies[-1]
    finally:
        subprocess.run(["mount", "-o", "remount,size=64m", disk], check=True)
        kept = stored(side, disk / "runs.sqlite")
        subprocess.run(["umount", "-l", disk], check=True)
    return f"{max(0, last - kept - 1)}"


def clock_back(side: str, folder: Path) -> str:
    database, real = folder / "runs.sqlite", time.time_ns
    api(side)
    for number in range(50):
        child = os.fork()  # each step in a process of its own, as when a run is taken up again
        if child == 0:
            back_ns = number % 2 * 3600 * 10**9
            setattr(time, "time_ns", lambda: real() - back_ns)  # noqa: B010, B023  # a module's function; this child only
            loop(side, database, 50, lambda n: None, pause=True)
            os._exit(0)
        assert os.waitpid(child, 0)[1] == 0
    return f"{stored(side, database)} of 50"


def bit_flips(side: str, folder: Path) -> str:
    database = folder / "runs.sqlite"
    loop(side, database, 40, lambda n: None, chars=300)
    whole, chance, wrong, flips = database.read_bytes(), random.Random(1), 0, 300
    right = history(side, database)
    for number in range(flips):
        place = chance.randrange(len(whole))
        path = folder / f"flip{number}.sqlite"
        path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        try:
            wrong += history(side, path) != right
        except Exception:
            pass  # told
        path.unlink()
    return f"{wrong} of {flips}"


def history(side: str, database: Path) -> list[Any]:
    with api(side).SqliteSaver.from_conn_string(str(database)) as saver:
        return [
            (found.checkpoint["id"], found.checkpoint["channel_values"], found.metadata) for found in saver.list(CONFIG)
        ]


def memory(side: str, folder: Path) -> str:
    sizes: dict[int, float] = {}

    def body(n: int) -> None:
        if n in (500, 10_000):
            pages = int(Path("/proc/self/statm").read_text().split()[1])
            sizes[n] = pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    loop(side, folder / "runs.sqlite", 10_000, body)
    return f"{sizes[10_000] - sizes[500]:.1f} MB"


ROWS: dict[str, tuple[str, Callable[[str, Path], str]]] = {
    "kills": ("finished steps lost, 30 kills -9 of a loop of short steps", kills),
    "full_disk": ("node bodies run beyond the one whose step could not be stored, disk full", full_disk),
    "clock_back": ("steps done by 50 processes of one step each, every second one's clock an hour back", clock_back),
    "bit_flips": ("histories silently wrong, one bit flipped in the file", bit_flips),
    "memory": ("memory more after 10,000 steps than after 500", memory),
}

_AGAIN = [sys.executable, "-m", "tests.torture.side_by_side"]


def main() -> None:
    if sys.argv[1:2] == ["forever"]:
        forever(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]))
        return
    if sys.argv[1:]:
        with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
            print(json.dumps(ROWS[sys.argv[1]][1](sys.argv[2], Path(folder))))
        return
    print(f"| | LangGraph {version('langgraph')} | Stepgraph |\n|--|--|--|")
    for name, (title, _) in ROWS.items():
        told = [_sample(name, side) for side in (PEER, OURS)]
        print(f"| {title} | {' | '.join(told)} |", flush=True)


def _sample(name: str, side: str) -> str:
    if name == "full_disk" and (os.geteuid() != 0 or shutil.which("mount") is None):
        return "not measured"
    done = subprocess.run([*_AGAIN, name, side], cwd=ROOT, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    return json.loads(lines[-1]) if done.returncode == 0 else f"failed: {done.stderr.splitlines()[-1]}"


if __name__ == "__main__":
    main()
