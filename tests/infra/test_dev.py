"""The parts of dev.py that decide something: which Python, which packages, which arguments."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

import dev

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "resources" / "requirements").glob("*.lock"))


@pytest.mark.parametrize(
    ("version", "expected"),
    [((3, 10), False), ((3, 11), True), ((3, 12), True), ((3, 13), True), ((3, 14), False), ((2, 7), False)],
)
def test_only_the_supported_pythons_will_do(version: tuple[int, int], expected: bool) -> None:
    assert dev.is_supported(version) is expected


def test_the_interpreter_of_the_environment_is_found_on_every_system() -> None:
    assert dev.venv_python(Path("v"), "posix") == Path("v/bin/python")
    assert dev.venv_python(Path("v"), "nt") == Path("v/Scripts/python.exe")


def test_a_program_that_is_no_python_has_no_version() -> None:
    assert dev.python_version("/nowhere/python3") is None
    assert dev.python_version(sys.executable) == sys.version_info[:2]


def test_only_libraries_that_do_not_load_are_installed() -> None:
    loads = {"libGL.so.1", "libEGL.so.1"}.isdisjoint

    missing = dev.missing_packages("linux", lambda library: loads([library]))

    assert missing == ["libgl1", "libegl1"]


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_other_systems_need_no_system_packages(system: str) -> None:
    assert dev.missing_packages(system, lambda library: False) == []


def test_a_library_that_does_not_exist_does_not_load() -> None:
    assert not dev.can_load("libstepgraph-is-not-there.so.1")


@pytest.mark.parametrize(
    ("system", "environment", "expected"),
    [
        ("linux", {}, False),
        ("linux", {"DISPLAY": ""}, False),
        ("linux", {"DISPLAY": ":0"}, True),
        ("linux", {"WAYLAND_DISPLAY": "wayland-0"}, True),
        ("darwin", {}, True),
        ("win32", {}, True),
    ],
)
def test_a_display_is_looked_for_only_where_there_may_be_none(
    system: str, environment: dict[str, str], expected: bool
) -> None:
    assert dev.has_display(system, environment) is expected


def test_without_root_the_one_line_that_installs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "root_prefix", lambda: None)
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")

    with pytest.raises(dev.Trouble) as raised:
        dev.provide_system_packages(["libgl1", "libegl1"])

    assert "apt-get install -y --no-install-recommends libgl1 libegl1" in raised.value.way_out


def test_without_apt_the_names_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)

    with pytest.raises(dev.Trouble, match="libgl1"):
        dev.provide_system_packages(["libgl1"])


def test_an_environment_is_used_again_only_for_the_locks_it_was_made_from(tmp_path: Path) -> None:
    (tmp_path / "run.lock").write_text("a==1\n")
    (tmp_path / "dev.lock").write_text("a==1\nb==2\n")
    run, full = dev.stamp_of("run", tmp_path), dev.stamp_of("dev", tmp_path)

    assert dev.is_stamped(full, run), "an environment for development starts the editor too"
    assert not dev.is_stamped(run, full)
    assert not dev.is_stamped({}, run)

    (tmp_path / "run.lock").write_text("a==2\n")
    assert not dev.is_stamped(full, dev.stamp_of("run", tmp_path))


def test_a_moved_checkout_gets_a_new_environment() -> None:
    moved = {**dev.stamp_of("run"), "root": "/somewhere/else"}

    assert not dev.is_stamped(moved, dev.stamp_of("run"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([], ["-n", "2", "--dist", "worksteal", "--quiet"]),
        (["-x"], ["-n", "2", "--dist", "worksteal", "--quiet", "-x"]),
        (["tests/infra"], ["tests/infra"]),
        (["--pdb"], ["--pdb"]),
        (["-n0"], ["-n0"]),
    ],
)
def test_tests_run_two_at_a_time_unless_one_looks_closer(given: list[str], expected: list[str]) -> None:
    assert dev.pytest_arguments(given) == expected


def test_an_unknown_benchmark_is_answered_with_those_there_are(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(dev, "prepare", lambda kind: None)

    code = dev.main(["bench", "no_such_thing"])

    assert code == 1
    assert "There are: " in capsys.readouterr().err


def test_a_graph_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    monkeypatch.setattr(dev, "prepare", lambda kind: None)

    code = dev.main(["run", "no/such.graph.json"])

    assert code == 1
    assert "no/such.graph.json" in capsys.readouterr().err.replace("\\", "/")


def test_a_failed_command_shows_what_it_said() -> None:
    with pytest.raises(dev.Trouble, match="the disk is full") as raised:
        dev.must(sys.executable, "-c", "print('the disk is full'); raise SystemExit(1)", way_out="Make room.")

    assert raised.value.way_out == "Make room."


def test_help_needs_no_environment() -> None:
    answer = subprocess.run(
        [sys.executable, "-I", "-S", str(ROOT / "dev.py"), "--help"], capture_output=True, text=True, check=True
    )

    assert {"run", "test", "check", "bench"} <= set(answer.stdout.split())


# ---------------------------------------------------------------------------------------------------------- lock files


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pinned_package_has_a_hash(lock: Path) -> None:
    entries = re.split(r"\n(?=\S)", lock.read_text(encoding="utf-8"))
    pinned = [entry for entry in entries if not entry.startswith("#")]

    assert len(pinned) > 4
    for entry in pinned:
        assert re.match(r"[a-z0-9-]+==\S+", entry), entry.splitlines()[0]
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_names_no_package_index(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8")

    assert "://" not in text
    assert "--index" not in text


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_the_pyside_that_aborts_is_not_pinned(lock: Path) -> None:
    assert re.search(r"^pyside6-essentials==(?!6\.12\.0)", lock.read_text(encoding="utf-8"), re.MULTILINE)


def test_tests_run_on_the_versions_that_users_get() -> None:
    def pins(name: str) -> dict[str, str]:
        text = (ROOT / "resources" / "requirements" / name).read_text(encoding="utf-8")
        return dict(re.findall(r"^([a-z0-9-]+)==([^\s;\\]+)", text, re.MULTILINE))

    run, full = pins("run.lock"), pins("dev.lock")

    assert run.items() <= full.items()


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What pytest is started with for a second try, which passes."""
    runs: list[list[str]] = []

    def run_tests(arguments: list[str]) -> int:
        runs.append(arguments)
        return 0

    monkeypatch.setattr(dev, "run_tests", run_tests)
    return runs


def test_the_few_tests_that_failed_beside_others_are_tried_alone_and_named(
    alone: list[list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert dev.try_again_alone(["tests/a.py::test_x"]) == 0

    assert alone == [["-n", "0", "tests/a.py::test_x"]]
    assert "tests/a.py::test_x" in capsys.readouterr().out


def test_what_fails_alone_too_has_failed(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(dev, "run_tests", lambda arguments: dev.TESTS_FAILED)

    assert dev.try_again_alone(["tests/a.py::test_x"]) == dev.TESTS_FAILED
    assert "passed alone" not in capsys.readouterr().out


@pytest.mark.parametrize("failed", [[], ["a", "b", "c", "d"]], ids=["none told", "many"])
def test_many_failures_are_no_bad_luck_and_get_no_second_try(alone: list[list[str]], failed: list[str]) -> None:
    assert dev.try_again_alone(failed) == dev.TESTS_FAILED
    assert alone == []


def test_failed_tests_are_read_as_pytest_keeps_them(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(dev, "FAILED_TESTS", tmp_path / "lastfailed")
    assert dev.read_failed_tests() == []

    (tmp_path / "lastfailed").write_text('{"tests/b.py::t": true, "tests/a.py::t[x y]": true}', encoding="utf-8")
    assert dev.read_failed_tests() == ["tests/a.py::t[x y]", "tests/b.py::t"]
