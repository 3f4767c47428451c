"""The session's verbs, signals and reads, driven by a scripted backend that answers at once."""

from __future__ import annotations

from collections import deque
from pathlib import Path
from typing import Any

import pytest

from editor.debugger.fake_backend import FakeBackend
from editor.debugger.fake_support_router import support_router_script
from editor.debugger.legal_moves import PHASES_OF_VERB
from editor.debugger.run_picture import EdgeLook, NodeLook
from editor.debugger.run_state import Phase
from editor.debugger.session import DebugSession
from engine.graph.spec import BranchOutlet, EdgeId
from engine.runner.run_events import CheckpointFacts, OutputLine, OutputReceived, RunnerExited
from engine.runner.told_past import Past, events_of

BILLING = {"user_id": "ada", "message": "Why was I charged twice?"}
TECHNICAL = {"user_id": "ada", "message": "The app shows an error at login"}
UNSURE = {"user_id": "ada", "message": "hm"}


class Bench:
    """A session with scripted backends whose delayed calls are run by hand, in order."""

    def __init__(self, folder: Path, **script: Any) -> None:
        self.script = support_router_script(**script)
        self.backends: list[FakeBackend] = []
        self.later: deque[Any] = deque()
        self.database: dict[str, Any] = {}
        self.now_s = 0.0
        self.session = DebugSession(self.new_backend, clock=lambda: self.now_s)
        self.troubles: list[Any] = []
        self.output: list[Any] = []
        self.session.trouble.connect(self.troubles.append)
        self.session.output_received.connect(self.output.extend)
        self.session.open_graph(folder / "support_router.graph.json", self.script.graph)

    def new_backend(self) -> FakeBackend:
        backend = FakeBackend(
            self.script, database=self.database, schedule=lambda function, delay_s: self.later.append(function)
        )
        self.backends.append(backend)
        return backend

    def settle(self) -> None:
        while self.later:
            self.later.popleft()()

    def do(self, verb: str, *arguments: Any, **options: Any) -> None:
        getattr(self.session, verb)(*arguments, **options)
        self.settle()

    @property
    def phase(self) -> Phase:
        return self.session.run_state.phase

    @property
    def next(self) -> tuple[str, ...]:
        state = self.session.run_state
        return state.checkpoints[state.head].next


@pytest.fixture
def bench(qapp: Any, tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_opening_a_graph_starts_nothing_and_writes_nothing(bench: Bench, tmp_path: Path) -> None:
    assert bench.phase is Phase.NO_RUN
    assert bench.backends == []
    assert list(tmp_path.iterdir()) == []


def test_stepping_pauses_before_each_superstep_until_the_end(bench: Bench) -> None:
    bench.do("run_and_step", TECHNICAL)
    seen = [bench.next]
    while bench.phase is Phase.PAUSED:
        bench.do("step")
        seen.append(bench.next)

    assert seen == [
        ("classify",),
        ("plan_search",),
        ("search_articles", "search_tickets"),
        ("answer_technical",),
        ("format",),
        (),
    ]
    assert bench.phase is Phase.FINISHED


def test_a_run_stops_at_a_breakpoint_and_goes_on_from_it(bench: Bench) -> None:
    bench.session.toggle_breakpoint("format")
    bench.do("run", BILLING)

    assert (bench.phase, bench.next) == (Phase.PAUSED, ("format",))
    assert bench.session.run_state.pause_reason == "breakpoint before 'format'"

    bench.do("resume")

    assert bench.phase is Phase.FINISHED


def test_breakpoints_are_kept_beside_the_graph_for_the_next_session(bench: Bench, tmp_path: Path) -> None:
    bench.session.toggle_breakpoint("format")

    other = Bench(tmp_path)

    assert other.session.breakpoints == {"format"}
    assert (tmp_path / ".stepgraph" / ".gitignore").read_text() == "*\n"


def test_a_question_waits_and_its_answer_goes_on(bench: Bench) -> None:
    bench.do("run", UNSURE)
    (question,) = bench.session.run_state.questions
    assert bench.phase is Phase.WAITING
    assert bench.session.picture.nodes["escalate"].look is NodeLook.WAITING

    bench.do("answer", {question.id: {"answer": "Call us."}})

    assert bench.phase is Phase.FINISHED
    assert bench.session.run_state.questions == ()


def test_an_answer_to_an_unknown_question_changes_nothing(bench: Bench) -> None:
    bench.do("run", UNSURE)
    before = bench.session.run_state

    bench.do("answer", {"no such question": 1})

    assert bench.session.run_state is before


def test_looking_back_repaints_the_past_and_leaves_the_run_alone(bench: Bench) -> None:
    bench.do("run", BILLING)
    state = bench.session.run_state

    bench.session.step_back()
    bench.session.step_back()

    assert bench.session.run_state is state
    assert bench.session.picture.in_past
    assert bench.session.picture.nodes["format"].look is NodeLook.NOT_REACHED
    bench.session.back_to_now()
    assert not bench.session.picture.in_past


def test_looking_at_the_head_follows_the_head(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    bench.session.look_at(bench.session.run_state.head)

    assert bench.session.focus.checkpoint_id is None


def test_step_forward_walks_back_to_now_along_the_branch_that_runs(bench: Bench) -> None:
    bench.do("run", TECHNICAL)
    for _ in range(3):
        bench.session.step_back()
    for _ in range(3):
        bench.session.step_forward()

    assert bench.session.focus.checkpoint_id is None


def test_a_fork_previews_the_other_branch_and_takes_it(bench: Bench) -> None:
    bench.do("run", BILLING)
    after_classify = bench.session.run_state.path_to(bench.session.run_state.head)[2].id
    previews: list[Any] = []

    bench.session.preview_fork(after_classify, {"intent": "technical"}, None, previews.append)
    bench.settle()
    bench.do("fork", after_classify, {"intent": "technical"}, None, "resume")

    assert (previews[0].next, previews[0].was) == (("plan_search",), ("generate_query",))
    assert bench.phase is Phase.FINISHED
    path = bench.session.run_state.path_to(bench.session.run_state.head)
    assert [row.ran for row in path][3:] == [
        ("classify",),
        ("plan_search",),
        ("search_articles", "search_tickets"),
        ("answer_technical",),
        ("format",),
    ]
    edges = bench.session.picture.edges
    assert edges[EdgeId(BranchOutlet("classify", "", "technical"), "plan_search")].look is EdgeLook.TAKEN
    assert edges[EdgeId(BranchOutlet("classify", "", "billing"), "generate_query")].look is EdgeLook.SKIPPED
    assert bench.session.picture.nodes["generate_query"].look is NodeLook.SKIPPED


def test_a_refused_fork_leaves_the_run_where_it_was_and_says_why(bench: Bench) -> None:
    bench.do("run", TECHNICAL)
    before = bench.session.run_state
    after_searches = before.path_to(before.head)[4].id

    bench.do("fork", after_searches, {"terms": []}, None, "resume")

    assert bench.session.run_state == before
    assert [trouble.text for trouble in bench.troubles] == [
        "search_articles and search_tickets ran last. Say in whose name the change is made."
    ]


def test_a_failing_node_is_shown_at_the_node_and_can_be_tried_again(qapp: Any, tmp_path: Path) -> None:
    bench = Bench(tmp_path, failing_node="execute_query")
    bench.do("run", BILLING)

    moment = bench.session.picture.nodes["execute_query"]
    assert bench.phase is Phase.FAILED
    assert (moment.look, moment.error_line) == (NodeLook.FAILED, "KeyError: 'rows'")
    assert bench.session.may("resume")


def test_a_crash_is_the_failure_of_the_node_that_ran_and_a_new_runner_goes_on(qapp: Any, tmp_path: Path) -> None:
    bench = Bench(tmp_path, crashing_node="format")
    bench.do("run", BILLING)

    moment, error = bench.session.picture.nodes["format"], bench.session.run_state.error
    assert (bench.phase, moment.look) == (Phase.FAILED, NodeLook.FAILED)
    assert error is not None
    assert (error.kind, error.node, error.traceback) == ("SIGSEGV", "format", "Segmentation fault")
    assert "ended while format ran. It touched memory" in error.message
    assert moment.error_line.startswith("SIGSEGV: The process that runs the graph ended")
    assert bench.troubles == []  # it is told at the node

    bench.script = support_router_script()
    bench.do("resume")

    assert bench.phase is Phase.FINISHED
    assert len(bench.backends) == 2


def test_a_runner_that_ends_while_no_node_runs_is_told_with_the_way_on(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    bench.backends[-1]._on_events([RunnerExited(exit_code=-9, asked_for=False)])

    (trouble,) = bench.troubles
    assert bench.phase is Phase.STOPPED
    assert trouble.offer == "continue_from_checkpoint"
    assert trouble.text.startswith("SIGKILL: The process that runs the graph ended. Something outside killed it")


def test_stop_ends_the_runner_and_resume_goes_on_from_the_last_checkpoint(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    bench.do("step")
    bench.do("stop")
    assert bench.phase is Phase.STOPPED
    assert bench.troubles == []

    bench.do("resume")

    assert bench.phase is Phase.FINISHED


def test_a_question_left_open_by_stop_can_still_be_answered(bench: Bench) -> None:
    bench.do("run", UNSURE)
    (question,) = bench.session.run_state.questions
    bench.do("stop")
    assert bench.session.may("answer")

    bench.do("answer", {question.id: "Call us."})

    assert bench.phase is Phase.FINISHED


def test_lines_left_out_are_counted_in_the_output(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    bench.backends[-1]._on_events([OutputReceived((OutputLine("newest"),), dropped=1234)])

    assert [line.text for line in bench.output[-2:]] == ["… 1,234 lines left out, they came too fast", "newest"]


def test_restart_while_paused_begins_a_new_thread_with_the_same_input(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    old_thread = bench.session.run_state.thread_id
    bench.do("restart")

    assert bench.phase is Phase.FINISHED
    assert bench.session.run_state.thread_id != old_thread


def test_reads_after_stop_use_a_runner_that_never_loads_the_code(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    bench.do("stop")
    trees: list[Any] = []

    bench.session.read_state(bench.session.run_state.head, (), trees.append)
    bench.settle()

    assert {item["key"] for item in trees[0]["items"]} == {"user_id", "message"}
    assert len(bench.backends) == 2


def test_a_cancelled_read_is_never_answered(bench: Bench) -> None:
    bench.do("run_and_step", BILLING)
    trees: list[Any] = []

    handle = bench.session.read_state(bench.session.run_state.head, (), trees.append)
    handle.cancel()
    bench.settle()

    assert trees == []


def test_an_earlier_thread_opens_without_running_anything(bench: Bench, tmp_path: Path) -> None:
    bench.do("run", TECHNICAL)
    other = Bench(tmp_path)
    other.database = bench.database

    other.do("open_thread")

    assert other.phase is Phase.FINISHED
    assert other.session.run_state.head == bench.session.run_state.head
    assert all(type(request).__name__ == "OpenThread" for backend in other.backends for request in backend.requests)


def test_a_long_past_arrives_in_parts_and_is_shown_as_one(bench: Bench) -> None:
    rows = [CheckpointFacts(f"c{number}", f"c{number - 1}", number, "loop") for number in range(1234)]
    told = list(events_of("t", Past({row.id: row for row in rows}, "c1233", None)))
    bench.do("open_thread")
    shown: list[Any] = []
    bench.session.run_state_changed.connect(lambda old, new: shown.append(len(new.checkpoints)))

    for event in told:
        bench.session._on_events(bench.session._runners.inspector, [event])

    assert len(told) == 13
    assert shown == [1234]
    assert list(bench.session.run_state.checkpoints) == [row.id for row in rows]
    assert bench.session.run_state.head == "c1233"


def test_output_is_passed_on_with_its_node(bench: Bench) -> None:
    bench.do("run", BILLING)

    assert ("classify", "classified as billing, 94% sure") in [(line.node, line.text) for line in bench.output]


@pytest.mark.parametrize(
    "verb",
    ["run", "run_and_step", "resume", "run_to", "step", "answer", "pause", "stop", "restart", "fork", "skip_node"],
)
@pytest.mark.parametrize("phase", list(Phase))
def test_a_verb_that_is_not_legal_changes_nothing(bench: Bench, verb: str, phase: Phase) -> None:
    from dataclasses import replace

    if phase in PHASES_OF_VERB[verb]:
        return
    bench.do("run_and_step", BILLING)
    session = bench.session
    session._run_state = replace(session.run_state, phase=phase)
    before = (session.run_state, session.focus, len(bench.backends), [len(each.requests) for each in bench.backends])
    arguments: tuple[Any, ...] = ()
    if verb in ("run", "run_and_step"):
        arguments = (BILLING,)
    elif verb == "answer":
        arguments = ({},)
    elif verb == "run_to":
        arguments = ("classify",)
    elif verb == "skip_node":
        arguments = ("classify", {})
    elif verb == "fork":
        arguments = (session.run_state.head, {})

    bench.do(verb, *arguments)

    assert not session.may(verb)
    assert before == (
        session.run_state,
        session.focus,
        len(bench.backends),
        [len(each.requests) for each in bench.backends],
    )


def test_two_seconds_without_a_heartbeat_mean_busy_until_the_next_event(bench: Bench) -> None:
    bench.session.run(BILLING)
    while bench.phase is not Phase.RUNNING:
        bench.later.popleft()()

    bench.now_s = 2.1
    bench.session._check_busy()
    assert bench.session.run_state.busy

    bench.settle()
    assert not bench.session.run_state.busy


def test_a_node_is_skipped_by_giving_its_result(bench: Bench) -> None:
    bench.do("run_and_step", UNSURE)
    assert bench.session.why_not_skip("classify") == ""
    assert bench.session.why_not_skip("format") == "format is not next."

    bench.do("skip_node", "classify", {"intent": "billing", "confidence": 1.0})

    state = bench.session.run_state
    assert (bench.phase, state.checkpoints[state.head].ran) == (Phase.PAUSED, ("classify",))
    assert "classify" not in bench.next


def test_one_of_several_nodes_that_are_next_is_not_skipped_alone(bench: Bench) -> None:
    bench.do("run_and_step", TECHNICAL)
    while len(bench.next) == 1:
        bench.do("step")
    before = bench.session.run_state

    bench.do("skip_node", "search_articles", {})

    assert bench.session.why_not_skip("search_articles").startswith("search_tickets runs in the same step")
    assert bench.session.run_state == before


def test_a_run_opened_from_the_database_is_restarted_with_its_input(bench: Bench, tmp_path: Path) -> None:
    bench.do("run", BILLING)
    other = Bench(tmp_path)
    other.database = bench.database
    assert not other.session.may("restart")

    other.do("open_thread")
    assert other.session.last_input == BILLING
    other.do("restart")

    assert other.phase is Phase.FINISHED
    assert len(other.database) == 2


def test_a_closed_session_starts_no_runner_any_more(bench: Bench) -> None:
    """What a panel asked for while the window closed started one that nobody ended."""
    bench.do("run", BILLING)
    bench.session.run_state_changed.connect(
        lambda _old, new: bench.session.read_state(new.head, on_done=lambda _tree: None) if new.head else None
    )
    started = len(bench.backends)
    head = bench.session.run_state.head
    refused: list[str] = []

    bench.do("close")
    bench.session.read_state(head, on_done=lambda _tree: None, on_error=refused.append)
    bench.settle()

    assert len(bench.backends) == started
    assert refused == ["The window is closing."]
