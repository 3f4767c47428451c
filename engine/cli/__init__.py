"""The ``stepgraph`` command: run a graph file without any window, check it, format it, compare it, write it as Python.

``run`` prints one JSON object a line: updates as nodes finish, pauses, questions, and how it ended. At a pause it waits
for a line on stdin (empty: go on), at a question for the answer as JSON; at the end of stdin it leaves the thread where
it is, and ``--thread`` goes on later. What the graph's own code prints goes to stderr.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TextIO
from uuid import uuid4

from engine.cli import history, other_python, replay
from engine.cli.json_line import json_line
from engine.cli.surroundings import (
    EMBEDDED,
    FAILED,
    LANGGRAPH,
    OK,
    STOPPED,
    USAGE,
    imports_on,
    in_words,
    modules_of,
    user_output_to_stderr,
)
from engine.cli.whole_file import whole_file
from engine.graph.graph_file import GraphFileError, format_graph, read_graph, read_text
from engine.graph.json_text import JsonTextError, read_json, shown_value
from engine.graph.levels import levels
from engine.graph.spec import GraphSpec, Json, shown_text
from engine.runner.local_files import graph_stem
from engine.runner.run_events import RunEvent, RunFailed, RunFinished, RunPaused, RunWaiting
from engine.store.store_errors import StoreError

EVERY_NODE = "*"
MOST_LISTED = 12


def main(arguments: list[str] | None = None) -> int:
    """Exit code: 0 all went well, or the run was left waiting; 2 it could not be started; 130 it was stopped.

    1: the run failed, the file has problems, ``fmt --check``, ``diff`` or ``replay`` found a difference, ``export``
    cannot do it.
    """
    options = parsed(arguments)
    if getattr(options, "python", None) is None:
        return done(options)
    return other_python.hand_over(options.python, sys.argv[1:] if arguments is None else arguments)


def parsed(arguments: list[str] | None) -> argparse.Namespace:
    """What was typed. What is wrong with it is told on stderr, and then ``SystemExit`` is raised."""
    return _parser().parse_args(arguments)


def done(options: argparse.Namespace) -> int:
    """Does the command here, on this Python. The exit code, as of ``main``."""
    try:
        return int(options.command(options))
    except (GraphFileError, OSError, StoreError) as error:
        print(in_words(error), file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return STOPPED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="stepgraph", description="Runs and checks state graphs without a window.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run a graph and print updates as JSON lines")
    run.add_argument("graph", type=Path, help="a *.graph.json file")
    run.add_argument(
        "--input", type=Path, metavar="FILE", help="JSON object to start with; '-' reads stdin's first line"
    )
    run.add_argument("--thread", metavar="ID", help="go on with this thread, or give the new one this name")
    run.add_argument(
        "--break-before",
        action="append",
        default=[],
        metavar="NODE",
        help="pause before it; '*' before every superstep",
    )
    run.add_argument(
        "--engine",
        choices=[EMBEDDED, LANGGRAPH],
        default=EMBEDDED,
        help="embedded (default): Stepgraph's own, also where code imports langgraph; langgraph: the installed one",
    )
    other_python.add_option(run)
    run.set_defaults(command=_run)

    check = commands.add_parser("check", help="read a graph and import what it names; run nothing")
    check.add_argument("graphs", type=Path, nargs="+", metavar="GRAPH", help="a *.graph.json file")
    other_python.add_option(check)
    check.set_defaults(command=_check)

    fmt = commands.add_parser("fmt", help="write graph files in their canonical form")
    fmt.add_argument("graphs", type=Path, nargs="+", metavar="GRAPH", help="a *.graph.json file")
    fmt.add_argument("--check", action="store_true", help="only say which files would change")
    fmt.set_defaults(command=_format)

    diff = commands.add_parser("diff", help="say what differs between two graphs, renamed nodes paired")
    diff.add_argument("before", type=Path, help="the older *.graph.json file")
    diff.add_argument("after", type=Path, help="the newer one")
    diff.add_argument("--layout", action="store_true", help="also what moved, in the *.layout.json files beside them")
    diff.add_argument("--json", action="store_true", help="one JSON object for each difference")
    diff.set_defaults(command=_diff)

    export = commands.add_parser("export", help="write a graph as a Python module in LangGraph's API")
    export.add_argument("graph", type=Path, help="a *.graph.json file")
    export.add_argument("-o", "--output", type=Path, metavar="FILE", help="the module to write; stdout if left out")
    export.set_defaults(command=_export)

    replay.add_to(commands)
    history.add_to(commands)
    return parser


# ----------------------------------------------------------------------------------------------------------------- run


class _Run:
    """One run on the terminal."""

    def __init__(self, out: TextIO, answers: TextIO) -> None:
        self._out = out
        self._answers = answers
        self.last: RunEvent | None = None

    def tell(self, event: RunEvent) -> None:
        if isinstance(event, (RunPaused, RunWaiting, RunFailed, RunFinished)):
            self.last = event

    def tell_update(self, node: str, update: Any) -> None:
        self.print("update", node=node, values=update)

    def print(self, type: str, **content: Any) -> None:
        print(json_line({"type": type, **content}), file=self._out, flush=True)

    def next_line(self) -> str | None:
        """What the user says to a pause or a question; None if nobody is there."""
        line = self._answers.readline()
        return line.strip() if line else None


def _run(options: argparse.Namespace) -> int:
    from engine.cli.kept_output import KeptOutput, task_on
    from engine.runner.breakpoints import Breakpoint
    from engine.runner.driver import Driver
    from engine.runner.engine_kit import kit_named
    from engine.runner.host import load_graph, origin_from
    from engine.runner.run_database import open_database, open_hold
    from engine.runner.user_code import UserCodeError

    if options.input is None and options.thread is None:
        print("Give --input FILE for a new run, or --thread ID to go on with an earlier one.", file=sys.stderr)
        return USAGE
    run = _Run(sys.stdout, sys.stdin)
    if why_not := _why_no_breaks(options.break_before, read_graph(options.graph)):
        print(why_not, file=sys.stderr)
        return USAGE
    try:
        kit = kit_named("stepgraph" if options.engine == EMBEDDED else options.engine)
    except ImportError as error:
        print(f"--engine {options.engine} needs that package in this Python: {error}", file=sys.stderr)
        return USAGE
    every_step = EVERY_NODE in options.break_before
    with user_output_to_stderr(), imports_on(options.engine), contextlib.ExitStack() as resources:
        input = _read_input(options.input)
        try:
            hosted = load_graph(options.graph, kit)
        except (UserCodeError, ValueError) as error:
            print(error, file=sys.stderr)
            return USAGE
        saver, history = open_database(options.graph, options.engine, resources)
        output = KeptOutput()
        try:
            driver = Driver(
                hosted,
                saver,
                history,
                output.hearing(run.tell),
                tell_custom=lambda text, origin: run.print("custom", text=text),
                flush_output=output.flush,
                tell_update=run.tell_update,
            )
        except ValueError as error:  # the graph cannot be compiled
            print(f"{options.graph}: {error}. 'stepgraph check' tells all that is wrong with it.", file=sys.stderr)
            return USAGE
        resources.enter_context(output.kept_in(history.output, task_on(origin_from(kit), driver.only_running)))
        driver.watch.breakpoints = tuple(
            Breakpoint(node, node=node) for node in sorted(set(options.break_before)) if node != EVERY_NODE
        )
        thread_id = options.thread or uuid4().hex
        resources.enter_context(_way_on_if_stopped(thread_id))
        hold = open_hold(options.graph, options.engine, saver, resources)
        threading.Thread(target=hold.keep, name="hold", daemon=True).start()
        try:
            hold.take(thread_id)
            if options.input is None:
                driver.go_on(thread_id, stepping=every_step)
            else:
                driver.run(input, thread_id, stepping=every_step)
        except LookupError as error:
            print(error if options.input else f"{error} Give --input FILE to begin it.", file=sys.stderr)
            return USAGE
        return _until_it_ends(run, driver, thread_id, every_step)


@contextlib.contextmanager
def _way_on_if_stopped(thread_id: str) -> Iterator[None]:
    """Ctrl+C: told at once, because a node that is running is waited for."""
    try:
        yield
    except KeyboardInterrupt:
        print(f"Stopping. What has finished is kept; --thread {thread_id} goes on from there.", file=sys.stderr)
        raise


def _until_it_ends(run: _Run, driver: Any, thread_id: str, every_step: bool) -> int:
    while True:
        match run.last:
            case RunFinished():
                run.print("finished", thread_id=thread_id)
                return OK
            case RunFailed(_, _, error):
                run.print("failed", thread_id=thread_id, node=error.node, kind=error.kind, message=error.message)
                if error.kind == KeyboardInterrupt.__name__:
                    raise KeyboardInterrupt
                print(error.traceback, file=sys.stderr)
                return FAILED
            case RunPaused(_, _, reason):
                run.print("paused", thread_id=thread_id, next=driver.next, reason=reason)
                if run.next_line() is None:
                    return OK
                driver.go_on(thread_id, stepping=every_step)
            case RunWaiting(_, _, questions):
                for question in questions:
                    run.print("question", thread_id=thread_id, id=question.id, node=question.node, value=question.value)
                answers = dict(_answers(run, [question.id for question in questions]))
                if not answers:
                    return OK
                driver.answer(thread_id, answers, stepping=every_step)


def _answers(run: _Run, ids: list[str]) -> Iterator[tuple[str, Any]]:
    """One line for each question: JSON, or plain text as it is."""
    for id in ids:
        line = run.next_line()
        if line is None:
            return
        try:
            yield id, json.loads(line)
        except ValueError:
            yield id, line
        except RecursionError as error:
            raise OSError("The answer is nested too deep to be read. The run waits for another one.") from error


def _read_input(path: Path | None) -> Any:
    """The graph's input; ``{"title", "description", "input"}`` around it is taken off."""
    if path is None:
        return None
    from_stdin = str(path) == "-"
    where = "The line from stdin" if from_stdin else str(path)
    try:
        content = json.loads(sys.stdin.readline() if from_stdin else path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise OSError(f"{where} is not JSON: {error}. Write an object with the graph's state keys.") from error
    except RecursionError as error:
        raise OSError(f"{where} is nested too deep to be read. Let a node make what is so deep.") from error
    if isinstance(content, dict) and "input" in content and set(content) <= {"title", "description", "input"}:
        content = content["input"]
    if not isinstance(content, dict):
        what = f"{where} holds no JSON object, but {shown_value(content)}. Write an object with the graph's state keys."
        raise OSError(what)
    return content


def _why_no_breaks(names: list[str], graph: GraphSpec) -> str:
    """What is wrong with ``--break-before``, as a sentence; "" if nothing is."""
    known = {name for level in levels(graph) for name in level.graph.nodes}
    unknown = [name for name in names if name != EVERY_NODE and name not in known]
    if not unknown:
        return ""
    return f"--break-before: there is no node {shown_text(unknown[0])}. The nodes are {_listed(sorted(known))}."


def _listed(names: list[str]) -> str:
    shown = ", ".join(map(shown_text, names[:MOST_LISTED]))
    return f"{shown} and {len(names) - MOST_LISTED} more" if len(names) > MOST_LISTED else shown or "none"


# -------------------------------------------------------------------------------------------- check, fmt, diff, export


def _check(options: argparse.Namespace) -> int:
    from engine.graph.facts_beside import jumps_beside, state_problems_beside
    from engine.graph.problems import Severity, find_problems
    from engine.graph.references import why_no_graph_beside
    from engine.runner.engine_kit import own_kit
    from engine.runner.host import load_graph
    from engine.runner.user_code import UserCodeError

    problems = 0
    for path in options.graphs:
        errors = 0
        graph = read_graph(path)
        found = find_problems(graph, why_no_graph=why_no_graph_beside(path), jumps_in_code=jumps_beside(path.parent))
        for problem in (*found, *state_problems_beside(graph, path.parent)):
            errors += problem.severity is Severity.ERROR
            print(f"{path}: {problem.severity.value}: {problem.sentence} {problem.way_out}")
        if not errors:
            try:
                with user_output_to_stderr(), imports_on(EMBEDDED), modules_of(path):
                    load_graph(path, own_kit()).compile(None)
            except (UserCodeError, ValueError) as error:
                errors += 1
                print(f"{path}: error: {error}")
        problems += errors
    return FAILED if problems else OK


def _format(options: argparse.Namespace) -> int:
    changed = 0
    for path in options.graphs:
        text = format_graph(read_graph(path))
        if path.read_text(encoding="utf-8") == text:
            continue
        changed += 1
        if options.check:
            print(f"{path} would be written differently")
        else:
            with whole_file(path) as file:
                file.write(text)
            print(f"{path} written")
    return FAILED if options.check and changed else OK


def _diff(options: argparse.Namespace) -> int:
    from engine.graph.graph_diff import diff_graphs, format_diff, renamed_nodes
    from engine.graph.layout_diff import diff_layouts

    before, after = read_graph(options.before), read_graph(options.after)
    differences = diff_graphs(before, after)
    if options.layout:
        renamed = renamed_nodes(before, after)
        differences += diff_layouts(_layout_of(options.before), _layout_of(options.after), renamed)
    if options.json:
        for difference in differences:
            print(json.dumps(difference.to_json()))
    else:
        print(format_diff(differences), end="")
    return FAILED if differences else OK


def _layout_of(graph: Path) -> Json:
    """The layout beside a graph; None if there is none. Raises ``GraphFileError``."""
    path = graph.with_name(f"{graph_stem(graph)}.layout.json")
    if not path.exists():
        return None
    try:
        return read_json(read_text(path))
    except JsonTextError as error:
        raise GraphFileError(error.what, str(path), "Restore it, or compare without --layout.") from error


def _export(options: argparse.Namespace) -> int:
    from engine.graph.export_python import ExportError, export_python
    from engine.graph.references import GraphPlace, GraphReferenceError, with_files_read_in

    try:
        graph = with_files_read_in(read_graph(options.graph), GraphPlace.of(options.graph))
        text = export_python(graph, source=options.graph.name)
    except (ExportError, GraphReferenceError) as error:
        print(f"{options.graph}: {error}", file=sys.stderr)
        return FAILED
    if options.output is None:
        print(text, end="")
    else:
        with whole_file(options.output) as file:
            file.write(text)
        print(f"{options.output} written")
    return OK
