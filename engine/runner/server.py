"""Serves requests: orders go to the run thread, reads to the read thread, the rest is answered at once.

Four threads: the main thread runs the user's graph (libraries that insist on the main thread work), one serves reads on
its own database connection, one listens to the pipe and one beats. Orders are carried out one after the other.
"""

from __future__ import annotations

import os
import queue
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from engine.runner import requests
from engine.runner.branching import Change
from engine.runner.breakpoint_watch import BreakpointWatch
from engine.runner.capture import OutputCapture
from engine.runner.driver import Driver
from engine.runner.engine_kit import kit_named
from engine.runner.failure import FAULTS, facts_of
from engine.runner.host import load_graph, origin_from
from engine.runner.output_keeper import OutputKeeper
from engine.runner.process_tree import kill_children
from engine.runner.protocol import Asked, ProtocolError
from engine.runner.reads import Reader
from engine.runner.requests import Request
from engine.runner.run_database import has_database, open_database, open_hold
from engine.runner.run_events import HeartbeatSent, RunFailed, RunnerReady
from engine.runner.thread_hold import ThreadHold
from engine.runner.wire import Wire
from engine.store.store_errors import ThreadHeldError

HEARTBEAT_EVERY_S = 0.5
"""A quarter of the two seconds after which the editor says "busy"."""

KEEP_OUTPUT_EVERY_S = 0.5
"""So much output is lost if the process is killed."""

_ORDERS = (requests.Run, requests.GoOn, requests.Answer)
"""Answered when they are begun: refused if another runner has the thread. A fork is answered when its branch is made,
or refused with the reason."""
_BRANCHES = (requests.Fork, requests.DecideAgain, requests.EditInside)
_READS = (
    requests.ReadState,
    requests.ReadDiff,
    requests.ReadInside,
    requests.ReadWrites,
    requests.SearchStates,
    requests.WatchStates,
    requests.ReadImage,
    requests.CountVisits,
    requests.ListThreads,
    requests.OpenThread,
    requests.ReadGraph,
    requests.ReadCode,
    requests.ReadVersions,
    requests.NameThread,
    requests.NoteCheckpoint,
    requests.DeleteThread,
    requests.ReadOutput,
    requests.ListBranches,
    requests.NameBranch,
    requests.NoteBranch,
    requests.DeleteBranch,
    requests.TagCheckpoint,
    requests.Prune,
    requests.MeasureThreads,
    requests.Compact,
)
_NOT_IN_A_RUN = {
    requests.DeleteThread: "a thread is deleted",
    requests.DeleteBranch: "a branch is deleted",
    requests.Prune: "checkpoints are forgotten",
    requests.Compact: "room is given back",
}


class Server:
    """One graph file, from the first request to the end of the pipe."""

    def __init__(
        self, graph_path: Path, engine: str, wire: Wire, capture: OutputCapture | None, keeper: OutputKeeper
    ) -> None:
        self._graph_path = graph_path
        self._engine = engine
        """``stepgraph`` or ``langgraph``; loaded with the graph, not before."""
        self._wire = wire
        self._capture = capture
        """None: inspect only, the user's code is never loaded."""
        self._keeper = keeper
        """Hears what ``capture`` tells."""
        self._orders: queue.SimpleQueue[Asked | None] = queue.SimpleQueue()
        self._reads: queue.SimpleQueue[Asked] = queue.SimpleQueue()
        self._driver: Driver | None = None
        self._watch = BreakpointWatch()
        self._hold: ThreadHold | None = None
        self._is_active = threading.Event()
        self._ending = False
        self._resources = ExitStack()

    def serve(self) -> None:
        """Returns when asked to shut down and no node runs; ends the process if the pipe closes.

        That it is ready is told before anything is listened to: a request may be there already, and one that never
        lets go of the interpreter, such as a watched ``9 ** 9 ** 9``, would keep it from being told.
        """
        self._wire.tell(RunnerReady(os.getpid(), sys.version.split()[0], self._capture is None))
        for name, work in (("listen", self._listen), ("reads", self._serve_reads), ("heartbeat", self._beat)):
            threading.Thread(target=work, name=f"runner {name}", daemon=True).start()
        self._prepare()
        with self._resources:
            while (asked := self._orders.get()) is not None and not self._ending:
                self._carry_out(asked)
            self._keeper.write()

    def _prepare(self) -> None:
        """What every order needs and nobody's code is in: a runner that waits for its first order has it in memory."""
        if self._capture is not None and self._engine == "stepgraph":
            kit_named(self._engine)

    # The listening thread

    def _listen(self) -> None:
        try:
            for asked in self._wire.requests():
                self._take(asked)
        except ProtocolError as error:
            sys.stderr.write(f"{error}\n")
        finally:
            # The editor is gone or talks nonsense. Every checkpoint is saved; nobody waits for what runs now.
            kill_children()
            os._exit(0)

    def _take(self, asked: Asked) -> None:
        request = asked.request
        if type(request) in _NOT_IN_A_RUN and self._is_active.is_set():
            self._wire.refuse(asked.id, f"A run is active. Stop it before {_NOT_IN_A_RUN[type(request)]}.")
        elif isinstance(request, _READS):
            self._reads.put(asked)
        elif isinstance(request, requests.SetBreakpoints):
            self._watch.earlier_hits = request.hits
            self._watch.breakpoints = request.breakpoints
            self._wire.reply(asked.id)
        elif isinstance(request, requests.Pause):
            if self._driver is not None:
                self._driver.ask_to_pause()
            self._wire.reply(asked.id)
        elif isinstance(request, requests.Shutdown):
            self._ending = True
            if self._driver is not None:
                self._driver.ask_to_pause()
            self._wire.reply(asked.id)
            self._orders.put(None)
        elif self._capture is None:
            self._wire.refuse(asked.id, "This runner only looks: it never loads the graph's code.")
        else:
            self._orders.put(asked)

    # The run thread

    def _carry_out(self, asked: Asked) -> None:
        self._is_active.set()
        is_answered = False
        try:
            driver = self._ready_driver()
            if isinstance(asked.request, (*_ORDERS, *_BRANCHES)):
                self._hold_thread(driver, asked.request.thread_id)
            if isinstance(asked.request, _ORDERS):
                self._wire.reply(asked.id)
                is_answered = True
            self._obey(driver, asked)
            if not driver.next and self._hold is not None:
                self._hold.release()
        except ThreadHeldError as error:
            self._wire.refuse(asked.id, str(error))
        except FAULTS as error:
            if isinstance(
                asked.request, (*_BRANCHES, requests.PreviewFork, requests.PreviewDecision, requests.LoadGraph)
            ):
                self._wire.refuse(asked.id, facts_of(error).message)
            else:
                if not is_answered:
                    self._wire.reply(asked.id)
                self._wire.tell(RunFailed(None, None, facts_of(error)))
        finally:
            self._is_active.clear()
            self._keeper.write()

    def _hold_thread(self, driver: Driver, thread_id: str) -> None:
        assert self._hold is not None, "opened with the driver"
        if self._hold.take(thread_id):
            driver.forget_thread()

    def _ready_driver(self) -> Driver:
        """The graph is built at the first order, so that a fault in it is the answer to that order."""
        if self._driver is not None:
            return self._driver
        assert self._capture is not None, "an inspecting runner takes no orders"
        kit = kit_named(self._engine)
        hosted = load_graph(self._graph_path, kit)
        saver, history = open_database(self._graph_path, self._engine, self._resources)
        driver = Driver(
            hosted,
            saver,
            history,
            self._keeper.hearing(self._wire.tell),
            tell_custom=self._capture.add_custom,
            tell_line=self._capture.add_line,
            flush_output=self._capture.flush,
        )
        self._hold = open_hold(self._graph_path, self._engine, saver, self._resources)
        self._keeper.open(history.output)
        threading.Thread(target=self._hold.keep, name="runner hold", daemon=True).start()
        threading.Thread(target=self._keep_output, name="runner output", daemon=True).start()
        origin = origin_from(kit)
        self._capture.origin = lambda: driver.placed(origin())
        self._capture.only_running = driver.only_running
        driver.watch = self._watch
        self._driver = driver
        return driver

    def _obey(self, driver: Driver, asked: Asked) -> None:
        match asked.request:
            case requests.Run(input, thread_id, stepping):
                driver.run(input, thread_id, stepping=stepping)
            case requests.GoOn(thread_id, stepping, until, level, renamed):
                driver.go_on(thread_id, stepping=stepping, until=until, level=level, renamed=renamed)
            case requests.Answer(thread_id, answers, stepping):
                driver.answer(thread_id, answers, stepping=stepping)
            case requests.Fork(thread_id, checkpoint_id, changes, as_node, then, is_result):
                driver.branch(Change(thread_id, checkpoint_id, changes, as_node, is_result))
                self._go_on_branch(driver, asked, thread_id, then)
            case requests.DecideAgain(thread_id, checkpoint_id, node, router, label, then):
                driver.branch(driver.decision(thread_id, checkpoint_id, node, router, label))
                self._go_on_branch(driver, asked, thread_id, then)
            case requests.EditInside(thread_id, namespace, checkpoint_id, changes):
                driver.edit_inside(thread_id, namespace, checkpoint_id, changes)
                self._wire.reply(asked.id)
                driver.rest("edit inside")
            case requests.LoadGraph():
                self._wire.reply(asked.id)
            case requests.PreviewDecision(thread_id, checkpoint_id, node, router, label):
                change = driver.decision(thread_id, checkpoint_id, node, router, label)
                self._wire.reply(asked.id, driver.preview_branch(change))
            case requests.PreviewFork(thread_id, checkpoint_id, changes, as_node):
                change = Change(thread_id, checkpoint_id, changes, as_node)
                self._wire.reply(asked.id, driver.preview_branch(change))

    def _go_on_branch(self, driver: Driver, asked: Asked, thread_id: str, then: str) -> None:
        self._wire.reply(asked.id)
        if then == "pause":
            driver.rest()
        else:
            driver.go_on(thread_id, stepping=then == "step")

    # The read thread

    def _serve_reads(self) -> None:
        # A thread's database connection is opened with the first question; until then nothing touches the disk.
        reader: Reader | None = None
        with ExitStack() as resources:
            while True:
                asked = self._reads.get()
                try:
                    if isinstance(asked.request, requests.ListThreads) and not has_database(self._graph_path):
                        self._wire.reply(asked.id, [])
                        continue
                    if reader is None:
                        saver, history = open_database(self._graph_path, self._engine, resources)
                        hold = open_hold(self._graph_path, self._engine, saver, resources)
                        reader = Reader(saver, history, self._wire.tell, hold, self._graph_path)
                    if isinstance(asked.request, requests.ReadOutput):
                        self._keeper.write()
                    self._wire.reply(asked.id, _answer(reader, asked.request))
                except Exception as error:
                    self._wire.refuse(asked.id, str(error) or type(error).__name__)

    # The thread that keeps output: not the beating one, a locked database must not look like a hung node

    def _keep_output(self) -> None:
        pause = threading.Event()
        while True:
            self._is_active.wait()
            pause.wait(KEEP_OUTPUT_EVERY_S)
            self._keeper.write()

    # The beating thread

    def _beat(self) -> None:
        pause = threading.Event()
        while True:
            self._is_active.wait()
            self._wire.tell(HeartbeatSent(True))
            pause.wait(HEARTBEAT_EVERY_S)


def _answer(reader: Reader, request: Request) -> Any:
    match request:
        case requests.ReadState(thread_id, checkpoint_id, path, start, count, namespace):
            return reader.read_state(thread_id, checkpoint_id, path, start, count, namespace)
        case requests.ReadDiff(thread_id, before_id, after_id, namespace):
            return reader.read_diff(thread_id, before_id, after_id, namespace)
        case requests.ReadInside(thread_id, checkpoint_id):
            return reader.read_inside(thread_id, checkpoint_id)
        case requests.ReadWrites(thread_id, checkpoint_id):
            return reader.read_writes(thread_id, checkpoint_id)
        case requests.SearchStates(thread_id, steps, text, is_whole):
            return reader.search_states(thread_id, steps, text, is_whole=is_whole)
        case requests.WatchStates(thread_id, steps, expressions):
            return reader.watch_states(thread_id, steps, expressions)
        case requests.ReadImage(thread_id, checkpoint_id, path):
            return reader.read_image(thread_id, checkpoint_id, path)
        case requests.CountVisits(thread_id):
            return reader.count_visits(thread_id)
        case requests.NameThread(thread_id, name):
            return reader.name_thread(thread_id, name)
        case requests.NoteCheckpoint(thread_id, checkpoint_id, note):
            return reader.note_checkpoint(thread_id, checkpoint_id, note)
        case requests.DeleteThread(thread_id):
            return reader.delete_thread(thread_id)
        case requests.ReadOutput(thread_id, task_ids, checkpoint_id, limit):
            return reader.read_output(thread_id, task_ids, checkpoint_id, limit)
        case requests.ListBranches(thread_id):
            return reader.list_branches(thread_id)
        case requests.NameBranch(thread_id, checkpoint_id, name):
            return reader.name_branch(thread_id, checkpoint_id, name=name)
        case requests.NoteBranch(thread_id, checkpoint_id, note):
            return reader.name_branch(thread_id, checkpoint_id, note=note)
        case requests.DeleteBranch(thread_id, checkpoint_id):
            return reader.delete_branch(thread_id, checkpoint_id)
        case requests.TagCheckpoint(thread_id, checkpoint_id, tags):
            return reader.tag_checkpoint(thread_id, checkpoint_id, tags)
        case requests.Prune(thread_id, keep_last, is_trial, is_shown):
            return reader.prune(thread_id, keep_last, is_trial=is_trial, is_shown=is_shown)
        case requests.MeasureThreads(thread_ids):
            return reader.measure(thread_ids)
        case requests.Compact():
            return reader.compact()
        case requests.ListThreads():
            return reader.list_threads()
        case requests.OpenThread(thread_id):
            return reader.open_thread(thread_id)
        case requests.ReadGraph(thread_id):
            return reader.read_graph(thread_id)
        case requests.ReadVersions(thread_id):
            return reader.read_versions(thread_id)
        case requests.ReadCode(thread_id, checkpoint_id, file):
            return reader.read_code(thread_id, checkpoint_id, file)
    raise LookupError(f"{type(request).__name__} is not a question.")
