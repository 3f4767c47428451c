"""Random edits, undo, redo, save, load, copy and paste, as a state machine: nothing is lost, all goes back."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from editor.document import commands, remark_commands
from editor.document.changes import apply_changes, inverse_of
from editor.document.clipboard import copy_text, paste
from editor.document.command import CommandError
from editor.document.commands import Command
from editor.document.disabling import switch_disabled
from editor.document.document import Document
from editor.document.files import layout_path, open_document
from editor.document.module_commands import edit_module
from editor.document.module_files import Known, save_all
from editor.document.recovery import claim, find_unsaved
from editor.document.recovery_log import RecoveryLog
from editor.document.remark import COLOURS
from editor.document.source_code import ProjectSources
from editor.document.undo_history import HistoryEvent, UndoHistory
from engine.graph.graph_file import format_graph, parse_graph
from engine.graph.node_options import RetrySpec, TimeoutSpec
from engine.graph.problems import find_problems
from engine.graph.spec import END, START, BranchOutlet, NodeSpec, PlainOutlet, drawn_edges

NAMES = st.sampled_from(["a", "b", "c", "plan", "give up", "Ä", "x.y", "\u202eevil", "node 7", "if"])
LABELS = st.sampled_from(["yes", "no", "else", "a b", "ß"])
MODULE = "def f(state):\r\n    return 'ü\U0001f600'\nlast = f".encode()
TYPED = st.text("ab \n\r\u00a0é\U0001f600", max_size=6)
POINTS = st.tuples(st.integers(-2000, 2000), st.integers(-2000, 2000))


def content(document: Document) -> tuple[object, ...]:
    """What a save writes. What a module was when it was opened is told anew after a crash: it is what the disk has."""
    modules = {path: (module.text, module.has_bom) for path, module in document.modules.items()}
    return document.graph, document.layout, modules


class Editing(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "g.graph.json"
        self.clipboard = ""

    def teardown(self) -> None:
        if hasattr(self, "log"):
            self.undo_everything()
            self.log.close()
        self.folder.cleanup()

    @initialize(names=st.lists(NAMES.filter(str.isprintable), max_size=4, unique=True))
    def open_a_file(self, names: list[str]) -> None:
        document = Document()
        for name in names:
            document = apply_changes(document, commands.add_node(document, name, (0, 0)).changes)
        save_all(self.path, document, None, {})
        (self.path.parent / "nodes.py").write_bytes(MODULE)
        self.start_from_disk()

    def start_from_disk(self) -> None:
        opened = open_document(self.path)
        self.opened_bytes = self.bytes_on_disk()
        self.text_hash = opened.text_hash
        self.known: Known = {}
        self.history = UndoHistory(opened.document)
        self.seen = opened.document
        self.history.subscribe(self.follow)
        self.log = RecoveryLog(Path(self.folder.name) / "journals", opened.document, self.path, opened.text_hash)
        self.history.subscribe(self.log.record)

    def follow(self, event: HistoryEvent) -> None:
        """What a view does: it knows the old document and applies the changes it is told."""
        assert event.old == self.seen
        assert apply_changes(event.old, event.changes) == event.new
        assert apply_changes(event.new, inverse_of(event.changes)) == event.old
        self.seen = event.new

    def bytes_on_disk(self) -> tuple[bytes, bytes, bytes]:
        layout = layout_path(self.path)
        return (self.path.read_bytes(), layout.read_bytes() if layout.exists() else b"", self.module_on_disk())

    def module_on_disk(self) -> bytes:
        return (self.path.parent / "nodes.py").read_bytes()

    def module_now(self) -> bytes:
        """As a save would write it."""
        module = self.history.document.modules.get("nodes.py")
        return self.module_on_disk() if module is None else module.content() or b""

    def attempt(self, make: object, *arguments: object, **options: object) -> None:
        """Does a command, or finds that it cannot be made; then nothing has changed."""
        before = self.history.document
        try:
            command: Command = make(before, *arguments, **options)  # type: ignore[operator]  # one of the functions of commands
        except CommandError as error:
            assert str(error).endswith(".")
            assert self.history.document is before
            return
        done = self.history.do(command)
        assert done == bool(command.changes)

    def pick(self, data: st.DataObject, *more: str) -> str:
        return data.draw(st.sampled_from([*self.history.document.graph.nodes, *more, "nobody"]))

    def pick_router(self, data: st.DataObject) -> tuple[str, str, str]:
        found = [
            (node, router.name, branch.label)
            for node, routers in self.history.document.graph.routers.items()
            for router in routers
            for branch in router.branches
        ]
        return data.draw(st.sampled_from([*found, ("nobody", "", "yes")]))

    @rule(name=NAMES, at=POINTS)
    def add_node(self, name: str, at: tuple[int, int]) -> None:
        self.attempt(commands.add_node, name, at, fn="nodes:f")

    @rule(data=st.data(), new=NAMES)
    def rename_node(self, data: st.DataObject, new: str) -> None:
        self.attempt(commands.rename_node, self.pick(data, START), new)

    @rule(data=st.data())
    def delete(self, data: st.DataObject) -> None:
        lines = drawn_edges(self.history.document.graph)
        chosen = data.draw(st.lists(st.sampled_from(lines), max_size=2)) if lines else []
        self.attempt(commands.delete, [self.pick(data)], chosen)

    @rule(data=st.data())
    def delete_and_heal(self, data: st.DataObject) -> None:
        self.attempt(commands.delete_and_heal, self.pick(data))

    @rule(data=st.data(), at=POINTS)
    def move(self, data: st.DataObject, at: tuple[int, int]) -> None:
        self.attempt(commands.move, {self.pick(data, START, END): at})

    @rule(data=st.data())
    def connect(self, data: st.DataObject) -> None:
        self.attempt(commands.connect, PlainOutlet(self.pick(data, START, END)), self.pick(data, START, END))

    @rule(data=st.data())
    def connect_a_branch(self, data: st.DataObject) -> None:
        self.attempt(commands.connect, BranchOutlet(*self.pick_router(data)), self.pick(data, END))

    @rule(data=st.data())
    def retarget(self, data: st.DataObject) -> None:
        if lines := drawn_edges(self.history.document.graph):
            self.attempt(commands.retarget, data.draw(st.sampled_from(lines)), self.pick(data, END))

    @rule(data=st.data())
    def insert_on_edge(self, data: st.DataObject) -> None:
        if lines := drawn_edges(self.history.document.graph):
            self.attempt(commands.insert_on_edge, data.draw(st.sampled_from(lines)), self.pick(data))

    @rule(data=st.data())
    def join(self, data: st.DataObject) -> None:
        self.attempt(commands.join, [self.pick(data), self.pick(data)], self.pick(data, END))

    @rule(data=st.data(), labels=st.lists(LABELS, max_size=3))
    def add_router(self, data: st.DataObject, labels: list[str]) -> None:
        self.attempt(commands.add_router, self.pick(data, START), None, labels)

    @rule(data=st.data(), label=LABELS, when=st.sampled_from([None, "x > 1"]))
    def add_branch(self, data: st.DataObject, label: str, when: str | None) -> None:
        node, router, _ = self.pick_router(data)
        self.attempt(commands.add_branch, node, router, label, when=when)

    @rule(data=st.data(), new=LABELS)
    def rename_branch(self, data: st.DataObject, new: str) -> None:
        self.attempt(commands.rename_branch, *self.pick_router(data), new)

    @rule(data=st.data(), place=st.integers(0, 3))
    def move_branch(self, data: st.DataObject, place: int) -> None:
        self.attempt(commands.move_branch, *self.pick_router(data), place)

    @rule(data=st.data())
    def delete_branch(self, data: st.DataObject) -> None:
        self.attempt(commands.delete_branch, *self.pick_router(data))

    @rule(data=st.data(), metadata=st.dictionaries(NAMES, st.integers() | st.text(max_size=3), max_size=2))
    def change_node(self, data: st.DataObject, metadata: dict[str, object]) -> None:
        self.attempt(commands.change_node, self.pick(data), metadata=metadata, defer=bool(metadata))

    @rule(data=st.data())
    def disable_or_enable(self, data: st.DataObject) -> None:
        self.attempt(switch_disabled, sorted({self.pick(data), self.pick(data)}))

    @rule(data=st.data(), retry=st.sampled_from([(), (RetrySpec(),), (RetrySpec(2), RetrySpec(jitter=False))]))
    def change_options(self, data: st.DataObject, retry: tuple[RetrySpec, ...]) -> None:
        names = sorted({self.pick(data), self.pick(data)} & set(self.history.document.graph.nodes))
        timeout = TimeoutSpec(run=5) if retry else None
        self.attempt(commands.change_nodes, names, retry=retry, timeout=timeout, destinations=tuple(names))

    @rule(data=st.data())
    def let_others_decide(self, data: st.DataObject) -> None:
        decide = data.draw(st.sampled_from([commands.let_conditions_decide, commands.let_function_decide]))
        self.attempt(decide, self.pick(data), data.draw(st.sampled_from(["", "route"])))

    @rule(name=NAMES, limit=st.sampled_from([None, 5]))
    def change_graph(self, name: str, limit: int | None) -> None:
        self.attempt(commands.change_graph, name=name, recursion_limit=limit)

    @rule(data=st.data(), typed=TYPED, merge=st.booleans())
    def type_into_a_module(self, data: st.DataObject, typed: str, merge: bool) -> None:
        text = self.module_now().decode()
        at = data.draw(st.integers(0, len(text)))
        upto = data.draw(st.integers(at, min(len(text), at + 5)))
        key = "typing" if merge else None
        sources = ProjectSources(self.path.parent)
        self.attempt(edit_module, sources, "nodes.py", text[:at] + typed + text[upto:], merge_key=key)

    @rule(at=POINTS, text=TYPED, is_frame=st.booleans())
    def add_remark(self, at: tuple[int, int], text: str, is_frame: bool) -> None:
        if is_frame:
            self.attempt(remark_commands.add_frame, (*at, 300, 100))
        else:
            self.attempt(remark_commands.add_note, at, text)

    @rule(data=st.data(), at=POINTS, text=TYPED)
    def change_remark(self, data: st.DataObject, at: tuple[int, int], text: str) -> None:
        key = data.draw(st.sampled_from([*self.history.document.layout.remarks, "nobody"]))
        self.attempt(remark_commands.write_remark, key, text)
        self.attempt(remark_commands.resize_remark, key, (*at, *at))
        self.attempt(remark_commands.recolour_frames, [key], data.draw(st.sampled_from(COLOURS)))
        self.attempt(remark_commands.move_things, {self.pick(data, START): at}, {key: at})

    @rule(data=st.data())
    def delete_remark(self, data: st.DataObject) -> None:
        remarks = self.history.document.layout.remarks
        self.attempt(remark_commands.delete_remarks, [data.draw(st.sampled_from([*remarks, "nobody"]))])

    @rule(data=st.data())
    def copy(self, data: st.DataObject) -> None:
        document = self.history.document
        remarks = list(document.layout.remarks)[:1]
        self.clipboard = copy_text(document, [self.pick(data), self.pick(data), END], remarks)

    @precondition(lambda self: self.clipboard)
    @rule(at=st.none() | POINTS)
    def paste(self, at: tuple[int, int] | None) -> None:
        before = self.history.document
        self.attempt(paste, self.clipboard, at)
        after = self.history.document
        assert len(after.graph.nodes) + len(after.layout.remarks) > len(before.graph.nodes) + len(before.layout.remarks)

    @rule()
    def undo(self) -> None:
        could = self.history.can_undo
        assert self.history.undo() == could

    @rule()
    def redo(self) -> None:
        could = self.history.can_redo
        assert self.history.redo() == could

    @rule()
    def save(self) -> None:
        saved = save_all(self.path, self.history.document, self.text_hash, self.known)
        self.text_hash, self.known = saved.text_hash, saved.known
        self.history.mark_saved()
        self.log.saved(self.history.document, self.path, self.text_hash)
        on_disk, opened = self.bytes_on_disk(), open_document(self.path)
        assert on_disk[2] == self.module_now()
        assert (opened.document.graph, opened.document.layout) == (
            self.history.document.graph,
            self.history.document.layout,
        )
        assert save_all(self.path, opened.document, self.text_hash, {}).text_hash == self.text_hash
        assert self.bytes_on_disk() == on_disk
        assert self.log.journal is None

    @rule()
    def save_and_open_again(self) -> None:
        self.save()
        self.undo_everything()
        self.log.delete()
        self.start_from_disk()

    @rule()
    def crash_and_recover(self) -> None:
        lost = self.history.document
        self.log.sync()
        self.log.close()
        unsaved = find_unsaved(Path(self.folder.name) / "journals")
        if unsaved:
            claimed = claim(unsaved[0])
            assert claimed is not None and claimed.recovered.complete
            history = UndoHistory(claimed.recovered.base)
            history.do(claimed.recovered.command)
            assert content(history.document) == content(lost)
            claimed.done()
        save_all(self.path, lost, None, self.known)
        self.start_from_disk()

    @rule()
    def undo_everything(self) -> None:
        """All the way back is what was opened, byte for byte; all the way forward is where we were."""
        here, steps = self.history.document, 0
        while self.history.undo():
            steps += 1
        assert format_graph(self.history.document.graph).encode() == self.opened_bytes[0]
        if "nodes.py" in self.history.document.modules:
            assert self.module_now() == self.opened_bytes[2]
        for _ in range(steps):
            assert self.history.redo()
        assert self.history.document == here

    @invariant()
    def the_text_gives_the_same_graph_again(self) -> None:
        if hasattr(self, "history"):
            graph = self.history.document.graph
            text = format_graph(graph)
            assert parse_graph(text, where="test") == graph
            assert format_graph(parse_graph(text, where="test")) == text
            text.encode()

    @invariant()
    def nothing_points_at_what_is_gone(self) -> None:
        if hasattr(self, "history"):
            document = self.history.document
            assert all(document.has_place(name) for name in document.layout.positions)
            assert {p.id for p in find_problems(document.graph)}.isdisjoint({"unknown_target", "unknown_source"})
            assert all(isinstance(node, NodeSpec) for node in document.graph.nodes.values())


TestEditing = Editing.TestCase
TestEditing.settings = settings(
    max_examples=50,
    stateful_step_count=30,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
