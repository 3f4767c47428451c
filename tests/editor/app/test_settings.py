"""Settings survive a restart, foreign keys and broken files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

from editor.app.settings import MOST_RECENT, Settings, SettingsFile, parse_settings
from editor.app.user_files import PROFILE_VARIABLE, config_folder


def test_a_change_is_there_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"

    SettingsFile(path).change(lambda now: replace(now, theme="dark", window_state="abc"))

    assert SettingsFile(path).settings == Settings(theme="dark", window_state="abc")


def test_without_a_file_everything_has_its_default_and_nothing_is_written(tmp_path: Path) -> None:
    settings = SettingsFile(tmp_path / "settings.json").settings

    assert settings == Settings()
    assert list(tmp_path.iterdir()) == []


def test_keys_of_a_newer_version_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text('{"version": 9, "sound": "loud"}')

    SettingsFile(path).change(lambda now: replace(now, theme="light"))

    assert json.loads(path.read_text())["sound"] == "loud"


def test_a_broken_file_is_put_aside_and_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text("{ half")

    SettingsFile(path).change(lambda now: replace(now, theme="dark"))

    assert (tmp_path / "settings.json.broken").read_text() == "{ half"
    assert SettingsFile(path).settings.theme == "dark"


def test_values_that_make_no_sense_become_the_default() -> None:
    assert parse_settings({"theme": "pink", "recent": [1, "/a"], "window_state": 3}) == Settings(recent=("/a",))


def test_the_last_opened_file_comes_first_and_only_once() -> None:
    settings = Settings()
    for name in ("a", "b", "a"):
        settings = settings.with_recent(Path("/graphs") / name)

    assert settings.recent == ("/graphs/a", "/graphs/b")


def test_the_list_of_recent_files_is_bounded() -> None:
    settings = Settings()
    for number in range(MOST_RECENT + 5):
        settings = settings.with_recent(Path(f"/graphs/{number}"))

    assert len(settings.recent) == MOST_RECENT


def test_a_folder_that_cannot_be_written_loses_no_change_of_this_session(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = SettingsFile(tmp_path / "file" / "settings.json")

    settings.change(lambda now: replace(now, theme="dark"))

    assert settings.settings.theme == "dark"


def test_a_profile_folder_can_be_chosen(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv(PROFILE_VARIABLE, str(tmp_path))

    assert config_folder() == tmp_path
