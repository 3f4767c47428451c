#!/usr/bin/env python3
"""The one command of this project: ``python3 dev.py run``, ``test``, ``check``, ``bench``, ``screens`` or ``lock``.

Needs nothing but Python's standard library. Makes ``.venv`` with exactly the packages of resources/requirements/*.lock,
sees to the system libraries that Qt needs on Linux, then starts what was asked for. A second start finds all that in
place and takes no time over it.

The syntax stays readable to Python 3.8, so that an old Python gets a sentence and not a syntax error.
"""

from __future__ import annotations

import argparse
import ctypes
import hashlib
import importlib.util
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, Iterator, Mapping, Sequence

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "stepgraph-stamp.json"
REQUIREMENTS = ROOT / "resources" / "requirements"
EXAMPLE = ROOT / "resources" / "examples" / "support_router" / "support_router.graph.json"
DEMO = ROOT / "demo"
SCREENS = ROOT / "docs" / "screens"

FAILED_TESTS = ROOT / ".pytest_cache" / "v" / "cache" / "lastfailed"
TESTS_FAILED = 1
"""pytest's exit code for it; the others mean that the run itself went wrong."""
MOST_SECOND_TRIES = 3

OLDEST, NEWEST = (3, 11), (3, 13)
SCREEN = "1600x1000x24"


class Trouble(Exception):
    """Something the reader has to do. ``way_out`` says what."""

    def __init__(self, what: str, way_out: str) -> None:
        super().__init__(what)
        self.way_out = way_out


# ------------------------------------------------------------------------------------------------------------ commands


def main(arguments: Sequence[str] | None = None) -> int:
    options, rest = read_arguments(sys.argv[1:] if arguments is None else arguments)
    try:
        use_supported_python()
        return COMMANDS[options.command](options, rest)
    except Trouble as trouble:
        print(f"\n{trouble}\n{trouble.way_out}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def read_arguments(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """The options, and for ``test`` and ``bench`` what is passed on."""
    parser = argparse.ArgumentParser(prog="dev.py", description="Stepgraph: run it, test it, check it, measure it.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    run = commands.add_parser("run", help="start the editor on the bundled example, or on GRAPH")
    run.add_argument("graph", nargs="?", type=Path, default=EXAMPLE, metavar="GRAPH")
    run.add_argument("--demo", action="store_true", help="let the program show its main job; pictures go to demo/")
    commands.add_parser("test", help="run the tests; further arguments go to pytest")
    check = commands.add_parser("check", help="format, lint, types, import contracts and tests")
    check.add_argument("--no-tests", action="store_true", help="leave the tests out")
    bench = commands.add_parser("bench", help="measure, side by side with what one would use instead")
    bench.add_argument("names", nargs="*", metavar="NAME", help="which ones; all if none is named")
    bench.add_argument("--quick", action="store_true", help="few rounds: does it work, not how fast is it")
    screens = commands.add_parser("screens", help="take the pictures of docs/screens anew")
    screens.add_argument("names", nargs="*", metavar="NAME", help="which ones; all if none is named")
    commands.add_parser("lock", help="choose the versions of all packages anew (developers)")
    options, rest = parser.parse_known_args(arguments)
    if rest and options.command != "test":
        parser.error(f"unknown: {' '.join(rest)}")
    return options, rest


def run(options: argparse.Namespace, _rest: list[str]) -> int:
    prepare("run")
    graph = options.graph.resolve()
    if not graph.is_file():
        raise Trouble(f"There is no graph {options.graph}.", "Name a file that ends in .graph.json.")
    shown = has_display(sys.platform, os.environ)
    if shown and not options.demo:
        return start([str(venv_python()), "-m", "editor", str(graph)])
    demo = [str(venv_python()), "-m", "editor", "--demo", str(DEMO), str(graph)]
    if shown:
        return start(demo)
    say("There is no display here, so Stepgraph shows its main job by itself and takes pictures.")
    with virtual_screen() as environment:
        code = start(demo, environment)
    if code == 0:
        say("On a machine with a display this command opens the window instead.")
    return code


def test(_options: argparse.Namespace, rest: list[str]) -> int:
    prepare("dev")
    arguments = pytest_arguments(rest)
    if FAILED_TESTS.exists():
        FAILED_TESTS.unlink()  # pytest keeps names there that are gone since
    code = run_tests(arguments)
    if code != TESTS_FAILED or arguments == list(rest):
        return code
    return try_again_alone(read_failed_tests())


def check(options: argparse.Namespace, _rest: list[str]) -> int:
    """All checks, also after one of them failed: one run tells everything."""
    prepare("dev")
    checks: list[tuple[str, list[str]]] = [
        ("format", ["-m", "ruff", "format", "--check", "--quiet", "."]),
        ("lint", ["-m", "ruff", "check", "--quiet", "."]),
        ("types", ["-m", "mypy"]),
        ("imports", ["-c", "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())"]),
    ]
    failed = []
    for name, command in checks:
        began = time.monotonic()
        done = subprocess.run(
            [str(venv_python()), *command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        say(f"{name:<8} {'ok' if done.returncode == 0 else 'FAILED'}  {time.monotonic() - began:.1f} s")
        if done.returncode != 0:
            failed.append(name)
            print(done.stdout, flush=True)
    if not options.no_tests and test(options, []) != 0:
        failed.append("tests")
    if failed:
        say(f"Failed: {', '.join(failed)}." + (" 'ruff format .' mends the format." if "format" in failed else ""))
    return 1 if failed else 0


def bench(options: argparse.Namespace, _rest: list[str]) -> int:
    prepare("dev")
    folder = ROOT / "tests" / "benchmarks"
    there = sorted(path.stem[len("bench_") :] for path in folder.glob("bench_*.py"))
    unknown = [name for name in options.names if name not in there]
    if unknown:
        raise Trouble(f"There is no benchmark {', '.join(unknown)}.", f"There are: {', '.join(there)}.")
    environment = {"QT_QPA_PLATFORM": "offscreen"}
    names = options.names or there
    if "canvas" in names:
        environment["PEER_PYTHON"] = peer_python()
    quick = ["--quick"] if options.quick else []
    codes = [start([str(venv_python()), "-m", f"tests.benchmarks.bench_{name}", *quick], environment) for name in names]
    return max(codes, default=0)


def peer_python() -> str:
    """The Python of the environment with NodeGraphQt, outside the project; "" where it cannot be made.

    Its packages must not come into ours: it brings another binding layer and is needed for nothing else.
    """
    lock = REQUIREMENTS / "bench.lock"
    digest = hashlib.sha256(lock.read_bytes() + platform.python_version().encode()).hexdigest()[:12]
    folder = Path(tempfile.gettempdir()) / f"stepgraph-bench-{digest}"
    python, done = venv_python(folder), folder / "complete"
    if done.exists():
        return str(python)
    try:
        with progress("Making the environment of NodeGraphQt, which the canvas is measured beside"):
            must(sys.executable, "-m", "venv", "--clear", str(folder))
            must(
                str(python), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet",
                "--require-hashes", "--no-compile", "--requirement", str(lock),
            )  # fmt: skip
    except Trouble as trouble:
        say(f"Only our side is measured: {trouble}")
        return ""
    done.touch()
    return str(python)


def screens(options: argparse.Namespace, _rest: list[str]) -> int:
    prepare("run")
    return start([str(venv_python()), "-m", "editor.pictures.screens", str(SCREENS), *options.names])


def lock(_options: argparse.Namespace, _rest: list[str]) -> int:
    """Hashes for every system and Python we run on. No index's address may get into the files: users have their own."""
    with tempfile.TemporaryDirectory(prefix="stepgraph-lock-") as folder:
        must(sys.executable, "-m", "venv", folder)
        python = venv_python(Path(folder))
        must(str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "uv")
        for name in ("run", "dev", "bench"):
            must(
                str(python), "-m", "uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11",
                "--generate-hashes", "--no-header", "--no-emit-index-url", "--no-emit-find-links",
                f"{name}.in", "--output-file", f"{name}.lock", cwd=REQUIREMENTS,
            )  # fmt: skip
    return 0


COMMANDS: dict[str, Callable[[argparse.Namespace, list[str]], int]] = {
    "run": run,
    "test": test,
    "check": check,
    "bench": bench,
    "screens": screens,
    "lock": lock,
}


def pytest_arguments(rest: Sequence[str]) -> list[str]:
    """Two tests at a time, unless the caller looks at a single file or says otherwise.

    ``worksteal`` keeps the tests of a file together as far as it can, and goes on when a worker dies: that test has
    failed. ``loadfile`` and ``load`` of pytest-xdist 3.8 wait for ever then (pytest-xdist#1313, #1378).
    """
    chosen = any(argument.startswith(("-n", "--numprocesses", "--pdb", "--dist", "-s")) for argument in rest)
    narrow = any(not argument.startswith("-") for argument in rest)
    if chosen or narrow:
        return list(rest)
    return ["-n", "2", "--dist", "worksteal", "--quiet", *rest]


def run_tests(arguments: Sequence[str]) -> int:
    return start([str(venv_python()), "-m", "pytest", *arguments], {"QT_QPA_PLATFORM": "offscreen"})


def read_failed_tests() -> list[str]:
    """What the last run left as failed, as pytest keeps it for ``--last-failed``."""
    try:
        return sorted(json.loads(FAILED_TESTS.read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return []


def try_again_alone(failed: Sequence[str]) -> int:
    """The few tests that failed beside others, once more with the machine to themselves.

    Journeys and torture tests start windows and processes; on a machine that is busy with something else one of them
    may run out of patience. What passes alone is named as unsteady, so that it gets mended; what fails again, failed.
    """
    if not 0 < len(failed) <= MOST_SECOND_TRIES:
        return TESTS_FAILED
    say(f"\n{len(failed)} failed. Once more, alone:")
    code = run_tests(["-n", "0", *failed])
    if code == 0:
        say("These failed beside other tests and passed alone; they are unsteady and want mending:")
        for name in failed:
            say(f"  {name}")
    return code


# ------------------------------------------------------------------------------------------------- Python and packages


def is_supported(version: tuple[int, int]) -> bool:
    return OLDEST <= version <= NEWEST


def use_supported_python() -> None:
    """Go on in this Python if it will do, else in another one that is installed."""
    if is_supported(sys.version_info[:2]):
        return
    for minor in range(NEWEST[1], OLDEST[1] - 1, -1):
        found = shutil.which(f"python3.{minor}")
        if found and python_version(found) == (3, minor):
            raise SystemExit(subprocess.call([found, *sys.argv]))
    raise Trouble(
        f"Stepgraph needs Python 3.{OLDEST[1]} to 3.{NEWEST[1]}; this is {platform.python_version()}.",
        f"Install Python 3.{NEWEST[1]} and start dev.py with it: python3.{NEWEST[1]} dev.py …",
    )


def python_version(python: str | Path) -> tuple[int, int] | None:
    """What this interpreter says it is; None if it does not start."""
    try:
        answer = subprocess.run(
            [str(python), "-c", "import sys; print(*sys.version_info[:2])"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=30, check=True,
        )  # fmt: skip
        major, minor = answer.stdout.split()
    except (OSError, subprocess.SubprocessError, ValueError):
        return None
    return int(major), int(minor)


def venv_python(venv: Path = VENV, os_name: str = os.name) -> Path:
    return venv / "Scripts" / "python.exe" if os_name == "nt" else venv / "bin" / "python"


def prepare(kind: str) -> None:
    """See to it that ``.venv`` holds the packages of ``kind`` ("run" or "dev") and that Qt's libraries are there."""
    provide_system_packages(missing_packages())
    stamp = stamp_of(kind)
    if is_stamped(read_stamp(), stamp):
        return
    if not is_supported(python_version(venv_python()) or (0, 0)) or not has_pip():
        make_venv()
    install(kind)
    STAMP.write_text(json.dumps(stamp), encoding="utf-8")


def stamp_of(kind: str, requirements: Path = REQUIREMENTS) -> dict[str, str]:
    """What an environment of this kind was made from. "dev" holds all of "run"."""
    kinds = ("run",) if kind == "run" else ("run", "dev")
    stamp = {name: hashlib.sha256((requirements / f"{name}.lock").read_bytes()).hexdigest() for name in kinds}
    # The environment points at this folder and its scripts name it: a copied or moved checkout needs its own.
    return {"root": str(ROOT), **stamp}


def read_stamp() -> dict[str, str]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) and venv_python().exists() else {}


def is_stamped(found: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(found.get(name) == value for name, value in wanted.items())


def has_pip() -> bool:
    answer = subprocess.run(
        [str(venv_python()), "-m", "pip", "--version"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    return answer.returncode == 0


def make_venv() -> None:
    if importlib.util.find_spec("ensurepip") is None:  # Debian and Ubuntu ship it in a package of its own
        provide_system_packages([f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"])
    with progress(f"Making .venv with Python {platform.python_version()}"):
        must(sys.executable, "-m", "venv", "--clear", str(VENV))


def install(kind: str) -> None:
    pip = [str(venv_python()), "-m", "pip", "--disable-pip-version-check", "--no-input", "install", "--quiet"]
    what = {"run": "Installing the packages the editor needs", "dev": "Installing the packages editor and tests need"}
    way_out = "Is the network there? Nothing is lost: the next start goes on where this one stopped."
    with progress(what[kind]):
        must(
            *pip, "--require-hashes", "--no-deps", "--no-compile", "--requirement", str(REQUIREMENTS / f"{kind}.lock"),
            way_out=way_out,
        )  # fmt: skip
        must(*pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT), way_out=way_out)


# ------------------------------------------------------------------------------------------------ Linux: what Qt needs

# Library -> Debian's package. Each was found to be needed in a bare Debian; without the first group not even QtCore
# loads, without the second no window opens. Where icccm or keysyms is missing, Qt's own message blames xcb-cursor.
LIBRARIES = {
    "libGL.so.1": "libgl1",
    "libEGL.so.1": "libegl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",  # QtNetwork, for the local sockets of windows
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
}
FONTS = ["fonts-inter", "fonts-jetbrains-mono"]


def can_load(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def missing_packages(system: str = sys.platform, loads: Callable[[str], bool] = can_load) -> list[str]:
    if not system.startswith("linux"):
        return []
    return [package for library, package in LIBRARIES.items() if not loads(library)]


def install_line(packages: Sequence[str]) -> str:
    return f"sudo apt-get update && sudo apt-get install -y --no-install-recommends {' '.join(packages)}"


def provide_system_packages(packages: Sequence[str]) -> None:
    """Install them if that needs no password, otherwise say how."""
    if not packages:
        return
    what = f"Missing on this system: {' '.join(packages)}."
    if shutil.which("apt-get") is None:
        raise Trouble(what, "These are Debian's names. Install what your system calls them, then start again.")
    root = root_prefix()
    if root is None:
        raise Trouble(what, f"This line installs it:\n\n  {install_line(packages)}\n")
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    if root:
        root = [*root, "env", "DEBIAN_FRONTEND=noninteractive"]
    way_out = f"To see why, run: {install_line(packages)}"
    with progress(f"Installing {' '.join(packages)}"):
        must(*root, "apt-get", "update", "-qq", way_out=way_out, environment=environment)
        must(
            *root, "apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages,
            way_out=way_out, environment=environment,
        )  # fmt: skip


def root_prefix() -> list[str] | None:
    """What to put before a command that needs root: nothing, sudo, or None if a password would be asked."""
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and subprocess.run(["sudo", "-n", "true"], stderr=subprocess.DEVNULL).returncode == 0:
        return ["sudo", "-n"]
    return None


def has_display(system: str, environment: Mapping[str, str]) -> bool:
    if not system.startswith("linux"):
        return True
    return bool(environment.get("DISPLAY") or environment.get("WAYLAND_DISPLAY"))


@contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """The environment for a program without a display: an Xvfb of its own, or Qt's offscreen platform."""
    if shutil.which("Xvfb") is None and shutil.which("apt-get") and root_prefix() is not None:
        provide_system_packages(["xvfb", *FONTS])
    if shutil.which("Xvfb") is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    reader, writer = os.pipe()
    # -displayfd: the server takes a free number and writes it there once it is ready.
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writer), "-screen", "0", SCREEN, "-nolisten", "tcp"],
        pass_fds=[writer], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    os.close(writer)
    try:
        with open(reader, encoding="ascii") as numbers:
            number = numbers.readline().strip()
        if number:
            yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        else:  # it ended at once, for instance where /tmp is read-only
            yield {"QT_QPA_PLATFORM": "offscreen"}
    finally:
        server.terminate()
        server.wait()


# ------------------------------------------------------------------------------------------------- processes and words


def start(command: Sequence[str], environment: Mapping[str, str] | None = None) -> int:
    """Run it in the foreground, from the root of the checkout, and return how it ended."""
    return subprocess.call(list(command), cwd=ROOT, env={**os.environ, **(environment or {})})


def must(*command: str, way_out: str = "", cwd: Path = ROOT, environment: Mapping[str, str] | None = None) -> None:
    """Run it quietly; if it fails, show what it said."""
    done = subprocess.run(
        command, cwd=cwd, env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    if done.returncode != 0:
        said = "\n".join(done.stdout.strip().splitlines()[-15:])
        line = " ".join(shlex.quote(part) for part in command)
        raise Trouble(f"This failed: {line}\n\n{said}", way_out)


@contextmanager
def progress(what: str) -> Iterator[None]:
    """One line: what is being done, then how long it took."""
    began = time.monotonic()
    print(f"{what} … ", end="", flush=True)
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - began:.0f} s", flush=True)


def say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
