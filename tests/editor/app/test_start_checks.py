"""What is said when the editor cannot start here."""

from __future__ import annotations

import pytest

from editor.app.start_checks import why_no_display, why_not_start, why_not_versions


@pytest.mark.parametrize("python", [(3, 11)])
def test_the_broken_qt_release_is_refused_where_it_breaks(python: tuple[int, int]) -> None:
    reason = why_not_versions("6.12.0", python)

    assert reason is not None
    assert "6.11.3" in reason


@pytest.mark.parametrize(
    ("qt", "python"), [("6.12.0", (3, 12)), ("6.12.0", (3, 13)), ("6.11.3", (3, 11)), ("6.12.1", (3, 11))]
)
def test_other_releases_are_welcome(qt: str, python: tuple[int, int]) -> None:
    assert why_not_versions(qt, python) is None


def test_an_old_python_is_refused_by_name() -> None:
    assert "3.10" in (why_not_versions("6.11.3", (3, 10)) or "")


def test_no_display_is_said_before_qt_aborts() -> None:
    assert "xvfb-run" in (why_no_display({}, "linux") or "")


@pytest.mark.parametrize("environment", [{"DISPLAY": ":0"}, {"WAYLAND_DISPLAY": "w"}, {"QT_QPA_PLATFORM": "offscreen"}])
def test_any_display_will_do(environment: dict[str, str]) -> None:
    assert why_no_display(environment, "linux") is None


def test_other_systems_always_have_a_display() -> None:
    assert why_no_display({}, "darwin") is None
    assert why_no_display({}, "win32") is None


def test_this_machine_can_start_it() -> None:
    assert why_not_start() is None
