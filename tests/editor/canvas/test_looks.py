"""What nodes and edges show of a run. No Qt."""

from __future__ import annotations

import pytest

from editor.canvas.geometry import RouteKind
from editor.canvas.line_look import DASHES, DOTS, line_look
from editor.canvas.node_look import DISABLED, RETRYING, STALE, STYLES, card_look, duration_text
from editor.debugger.run_picture import EdgeLook, EdgeMoment, NodeLook, NodeMoment
from editor.debugger.run_state import UsageFacts
from editor.theme.icons import GLYPHS
from editor.theme.tokens import LIGHT
from engine.graph.spec import BranchOutlet, DefaultsSpec, EdgeId, GraphSpec, NodeSpec, PlainOutlet, RetrySpec

GRAPH = GraphSpec(nodes={"plan": NodeSpec(fn="nodes:plan"), "bare": NodeSpec()})
PLAIN = EdgeId(PlainOutlet("plan"), "bare")
BRANCH = EdgeId(BranchOutlet("plan", "", "yes"), "bare")


def test_every_look_has_a_style_whose_tokens_and_icon_exist() -> None:
    for look in NodeLook:
        style = STYLES[look]
        assert hasattr(LIGHT, style.border)
        assert hasattr(LIGHT, style.colour)
        assert not style.tint or hasattr(LIGHT, style.tint)
        assert not style.icon or style.icon in GLYPHS


def test_no_two_looks_differ_by_colour_alone() -> None:
    signs = [(style.icon, style.word) for style in STYLES.values()]

    assert len(set(signs)) == len(signs)


def test_before_a_run_a_card_shows_name_and_function_only() -> None:
    look = card_look(GRAPH, "plan", None, has_run=False)

    assert (look.title, look.subtitle, look.strip, look.icon_number) == ("plan", "nodes:plan", "", "")


def test_a_disabled_node_says_so_and_a_failure_of_it_in_an_earlier_run_is_not_hidden() -> None:
    graph = GraphSpec(nodes={"plan": NodeSpec(fn="nodes:plan", disabled=True)})

    calm = card_look(graph, "plan", NodeMoment(NodeLook.DONE, 1, 0.1), has_run=True)
    failed = card_look(graph, "plan", NodeMoment(NodeLook.FAILED, error_line="ValueError: no"), has_run=True)

    assert calm.is_disabled
    assert (calm.style.icon, calm.strip) == ("disabled", "100 ms")
    assert calm.says == "plan, nodes:plan, disabled, 1 visit, took 100 ms"
    assert failed.style is STYLES[NodeLook.FAILED]
    assert failed.says.startswith("plan, nodes:plan, disabled, failed")
    assert DISABLED.icon in GLYPHS
    assert DISABLED.icon not in {style.icon for style in STYLES.values()}


def test_a_node_without_a_function_says_so() -> None:
    assert card_look(GRAPH, "bare", None, has_run=False).subtitle == "no function yet"


def test_a_node_that_ran_three_times_shows_its_time_and_its_visits() -> None:
    look = card_look(GRAPH, "plan", NodeMoment(NodeLook.DONE, 3, 0.4), has_run=True, slowest_s=0.8)

    assert (look.strip, look.strip_end, look.icon_number) == ("400 ms", "3 visits", "3")
    assert look.bar_share == 0.5


def test_the_bar_of_a_single_slow_task_stays_on_its_card() -> None:
    assert card_look(GRAPH, "plan", NodeMoment(NodeLook.DONE, 1, 4.0), has_run=True, slowest_s=0.8).bar_share == 1.0


def test_a_time_that_is_not_known_is_a_dash_not_a_number() -> None:
    assert card_look(GRAPH, "plan", NodeMoment(NodeLook.DONE, 1, None), has_run=True).strip == "–"


def test_a_running_node_counts_its_seconds() -> None:
    moment = NodeMoment(NodeLook.RUNNING, started_at_s=100.0)

    assert card_look(GRAPH, "plan", moment, has_run=True, now_s=102.34).strip == "running 2.3 s"


def test_a_failed_node_shows_the_kind_and_the_first_line_of_its_error() -> None:
    moment = NodeMoment(NodeLook.FAILED, error_line="ValueError: no such plan")

    look = card_look(GRAPH, "plan", moment, has_run=True)

    assert (look.subtitle, look.strip) == ("ValueError", "no such plan")
    assert "failed" in look.says
    assert "no such plan" in look.says


def test_a_failing_router_is_named_below_the_title_and_its_words_stand_in_the_strip() -> None:
    look = card_look(GRAPH, "plan", NodeMoment(NodeLook.FAILED, error_line="KeyError in router: 'x'"), has_run=True)

    assert (look.subtitle, look.strip) == ("KeyError in router", "'x'")


def test_a_skipped_node_is_faint_and_says_so() -> None:
    look = card_look(GRAPH, "plan", NodeMoment(NodeLook.SKIPPED), has_run=True)

    assert look.style.opacity == 0.4
    assert "skipped" in look.says


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.00001, "<0.1 ms"),
        (0.0004, "0.4 ms"),
        (0.0123, "12 ms"),
        (0.9999, "1.0 s"),
        (3.44, "3.4 s"),
        (59.99, "1 min 00 s"),
        (125, "2 min 05 s"),
    ],
)
def test_times_are_short(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_a_branch_is_dashed_before_its_decision_solid_after_it_and_dotted_when_skipped() -> None:
    before = line_look(BRANCH, RouteKind.FORWARD, None)
    taken = line_look(BRANCH, RouteKind.FORWARD, EdgeMoment(EdgeLook.TAKEN, 1))
    skipped = line_look(BRANCH, RouteKind.FORWARD, EdgeMoment(EdgeLook.SKIPPED))

    assert (before.dashes, taken.dashes, skipped.dashes) == (DASHES, (), DOTS)
    assert taken.width_px > before.width_px >= skipped.width_px


def test_a_plain_edge_is_never_dashed_while_idle() -> None:
    assert line_look(PLAIN, RouteKind.FORWARD, None).dashes == ()


def test_a_returning_edge_counts_its_rounds() -> None:
    moment = EdgeMoment(EdgeLook.TAKEN, 3)

    assert line_look(BRANCH, RouteKind.BACK, moment).counter == "↻3"
    assert line_look(BRANCH, RouteKind.FORWARD, moment).counter == ""


def test_the_edge_to_what_is_next_has_an_amber_arrow() -> None:
    assert line_look(PLAIN, RouteKind.FORWARD, EdgeMoment(EdgeLook.NEXT, 1)).arrow == "next_line"


INNER = GraphSpec("", nodes={"a": NodeSpec("n:a"), "b": NodeSpec("n:b")})
SUBGRAPHS = GraphSpec(
    nodes={"two": NodeSpec(graph=INNER), "none": NodeSpec(graph=GraphSpec("")), "file": NodeSpec(graph="o.graph.json")}
)


def test_a_subgraph_has_a_double_border_and_tells_what_it_holds() -> None:
    looks = {name: card_look(SUBGRAPHS, name, None, has_run=False) for name in SUBGRAPHS.nodes}

    assert all(look.is_subgraph for look in looks.values())
    assert [look.subtitle for look in looks.values()] == ["2 nodes", "empty subgraph", "o.graph.json"]
    assert looks["two"].says == "two, subgraph of 2 nodes"
    assert not card_look(GRAPH, "plan", None, has_run=False).is_subgraph


@pytest.mark.parametrize(
    ("moment", "subtitle", "strip", "end"),
    [
        (NodeMoment(NodeLook.RUNNING, inside="deep/k", inside_done=(2, 5)), "› deep/k", "running", "2/5"),
        (NodeMoment(NodeLook.NEXT, inside="k", inside_done=(0, 5)), "› k", "next", "0/5"),
        (NodeMoment(NodeLook.WAITING, 1, inside="k", inside_done=(1, 5)), "› k", "asks you", "1/5"),
        (
            NodeMoment(NodeLook.FAILED, 0, error_line="KeyError: 'x'", inside="deep/k", inside_done=(1, 5)),
            "KeyError in deep/k",
            "'x'",
            "1/5",
        ),
        (NodeMoment(NodeLook.DONE, 2, 0.4), "2 nodes", "400 ms", "2 visits"),
    ],
)
def test_a_subgraph_tells_where_inside_the_run_is_and_how_far(
    moment: NodeMoment, subtitle: str, strip: str, end: str
) -> None:
    look = card_look(SUBGRAPHS, "two", moment, has_run=True)

    assert (look.subtitle, look.strip, look.strip_end) == (subtitle, strip, end)


def test_a_node_that_is_let_begin_again_says_which_try_it_is() -> None:
    running = NodeMoment(NodeLook.RUNNING, started_at_s=100.0, tries=2)
    once = card_look(GRAPH, "plan", NodeMoment(NodeLook.RUNNING, started_at_s=100.0), has_run=True, now_s=101.0)
    again = card_look(GRAPH, "plan", running, has_run=True, now_s=101.0)

    assert once.style is STYLES[NodeLook.RUNNING]
    assert again.style is RETRYING
    assert again.strip == "try 2 · 1.0 s"
    assert RETRYING.icon in GLYPHS
    assert (RETRYING.icon, RETRYING.word) not in {(style.icon, style.word) for style in STYLES.values()}


@pytest.mark.parametrize(
    ("own", "default", "words"), [(3, None, "try 2/3"), (None, 4, "try 2/4"), (2, 9, "try 2/2"), (None, None, "try 2")]
)
def test_the_tries_of_the_last_visit_stand_beside_its_time(own: int | None, default: int | None, words: str) -> None:
    node = NodeSpec(fn="nodes:plan", retry=(RetrySpec(own),) if own else ())
    defaults = DefaultsSpec(retry=(RetrySpec(default),) if default else ())

    look = card_look(
        GraphSpec(nodes={"plan": node}, defaults=defaults),
        "plan",
        NodeMoment(NodeLook.DONE, 1, 0.4, tries=2),
        has_run=True,
    )

    assert look.strip == f"400 ms · {words}"


def test_what_a_running_node_says_stands_in_its_card() -> None:
    running = NodeMoment(NodeLook.RUNNING, started_at_s=100.0, said="{'progress': 2, 'of': 3}")

    assert card_look(GRAPH, "plan", running, has_run=True, now_s=101.0).subtitle == "{'progress': 2, 'of': 3}"
    assert card_look(GRAPH, "plan", NodeMoment(NodeLook.DONE, 1, 0.1), has_run=True).subtitle == "nodes:plan"


def test_tokens_stand_between_time_and_visits_and_are_a_dash_where_only_others_told_them() -> None:
    spent = NodeMoment(NodeLook.DONE, 2, 0.4, usage=UsageFacts(1100, 134, 1234, 0.0021))

    told = card_look(GRAPH, "plan", spent, has_run=True, tells_usage=True)
    untold = card_look(GRAPH, "plan", NodeMoment(NodeLook.DONE, 1, 0.4), has_run=True, tells_usage=True)
    none = card_look(GRAPH, "plan", NodeMoment(NodeLook.DONE, 1, 0.4), has_run=True)

    assert (told.strip, told.strip_end) == ("400 ms · 1.2k tok", "2 visits")
    assert told.says.endswith("2 visits, took 400 ms, 1,234 tokens (1,100 in, 134 out), $0.0021")
    assert (untold.strip, none.strip) == ("400 ms · – tok", "400 ms")
    assert "token" not in untold.says


def test_a_running_node_shows_the_tokens_that_it_has_told_so_far() -> None:
    moment = NodeMoment(NodeLook.RUNNING, started_at_s=100.0, usage=UsageFacts(None, None, 12))

    assert card_look(GRAPH, "plan", moment, has_run=True, now_s=102.34).strip == "running 2.3 s · 12 tok"


@pytest.mark.parametrize(
    ("result_from", "words"), [("cache", "from the cache"), ("record", "replayed"), ("user", "given by you")]
)
def test_a_node_that_did_not_run_is_hatched_and_says_where_its_result_is_from(result_from: str, words: str) -> None:
    look = card_look(GRAPH, "plan", NodeMoment(NodeLook.DONE, 1, result_from=result_from), has_run=True)

    assert look.is_hatched
    assert (look.style.icon, look.strip, look.bar_share) == ("cached", words, 0.0)
    assert words in look.says
    assert look.style.icon in GLYPHS


def test_a_node_that_is_another_one_since_its_run_has_a_triangle_and_says_why() -> None:
    words = "its code changed since this run"
    stale = card_look(GRAPH, "plan", NodeMoment(NodeLook.DONE, 3, 0.4), has_run=True, stale=words)
    running = card_look(GRAPH, "plan", NodeMoment(NodeLook.RUNNING, 3), has_run=True, stale=words)

    assert stale.style is STALE
    assert (stale.icon_number, stale.strip) == ("3", "400 ms")
    assert stale.says == f"plan, nodes:plan, done, 3 visits, took 400 ms, {words}"
    assert running.style is STYLES[NodeLook.RUNNING]
    assert STALE.icon in GLYPHS
