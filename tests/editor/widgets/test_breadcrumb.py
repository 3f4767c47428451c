"""A path of names: which are buttons, what they say, where they lead."""

from __future__ import annotations

from typing import Any

from editor.widgets.breadcrumb import LONGEST, Breadcrumb


def test_each_name_but_the_last_leads_back(qtbot: Any) -> None:
    breadcrumb = Breadcrumb()
    qtbot.addWidget(breadcrumb)
    chosen: list[int] = []
    breadcrumb.chosen.connect(chosen.append)

    breadcrumb.show_path(("support", "auth", "deep"))
    for step in breadcrumb.steps:
        step.click()
    breadcrumb.up.click()

    assert [step.text() for step in breadcrumb.steps] == ["support", "auth"]
    assert chosen == [1, 2, 2]
    assert breadcrumb.accessibleDescription() == "deep in auth in support"
    assert all(step.accessibleName() for step in breadcrumb.steps)


def test_a_shorter_path_leaves_nothing_of_the_longer_one(qtbot: Any) -> None:
    breadcrumb = Breadcrumb()
    qtbot.addWidget(breadcrumb)
    breadcrumb.show_path(("a", "b", "c"))

    breadcrumb.show_path(("a",))
    breadcrumb.up.click()  # leads nowhere

    assert breadcrumb.steps == []


def test_long_names_are_cut_and_ampersands_are_no_keys(qtbot: Any) -> None:
    breadcrumb = Breadcrumb()
    qtbot.addWidget(breadcrumb)

    breadcrumb.show_path(("long" * 50, "you & me", "here"))

    assert [len(breadcrumb.steps[0].text()), breadcrumb.steps[1].text()] == [LONGEST + 1, "you && me"]
    assert breadcrumb.steps[0].toolTip() == f"Back to '{'long' * 50}'"
