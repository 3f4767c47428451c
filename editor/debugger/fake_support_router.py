"""The support router as a script for ``fake_backend``: the example's shape, plausible values, no process."""

from __future__ import annotations

from typing import Any

from editor.debugger.fake_script import Plays, Script, State
from engine.graph.spec import END, START, BranchSpec, EdgeSpec, GraphSpec, NodeSpec, RouterSpec
from engine.runner.run_events import ErrorFacts

_NODES = (
    "answer_billing answer_general answer_technical classify escalate execute_query format generate_query "
    "plan_search search_articles search_tickets"
).split()


def support_router_graph() -> GraphSpec:
    """Same nodes, edges and branches as the bundled example."""
    by_intent = {
        "billing": "generate_query",
        "escalate": "escalate",
        "general": "answer_general",
        "technical": "plan_search",
    }
    by_rows = {"again": "generate_query", "found": "answer_billing", "give up": "escalate"}
    return GraphSpec(
        name="support_router",
        state="state:SupportState",
        nodes={name: NodeSpec(fn=f"nodes:{name}") for name in _NODES},
        edges=(
            EdgeSpec(START, "classify"),
            *(
                EdgeSpec(name, "format")
                for name in ("answer_billing", "answer_general", "answer_technical", "escalate")
            ),
            EdgeSpec("format", END),
            EdgeSpec("generate_query", "execute_query"),
            EdgeSpec("plan_search", "search_articles"),
            EdgeSpec("plan_search", "search_tickets"),
            EdgeSpec(("search_articles", "search_tickets"), "answer_technical"),
        ),
        routers={
            "classify": (RouterSpec("routing:by_intent", _branches(by_intent)),),
            "execute_query": (RouterSpec("routing:by_rows", _branches(by_rows)),),
        },
    )


def support_router_script(*, failing_node: str | None = None, crashing_node: str | None = None) -> Script:
    """Inputs are ``{"user_id", "message"}``; the message's words choose the branch.

    ``failing_node`` raises on every visit, ``crashing_node`` takes the runner down.
    """
    nodes = {name: _PLAYS[name] for name in _NODES}
    if failing_node is not None:
        trace = f'File "nodes.py", line 12, in {failing_node}\n    rows = state["rows"]\nKeyError: \'rows\''
        nodes[failing_node] = lambda state: Plays(raises=ErrorFacts("KeyError", "'rows'", trace))
    if crashing_node is not None:
        nodes[crashing_node] = lambda state: Plays(crashes=True)
    routes = {"classify": _by_intent, "execute_query": _by_rows}
    return Script(support_router_graph(), nodes, routes, frozenset({"trace", "findings"}))


def _branches(targets: dict[str, str]) -> tuple[BranchSpec, ...]:
    return tuple(BranchSpec(label, target) for label, target in targets.items())


def _by_intent(state: State) -> str:
    return "escalate" if state["confidence"] < 0.7 else str(state["intent"])


def _by_rows(state: State) -> str:
    return "found" if state["rows"] else "again" if state["attempts"] < 3 else "give up"


def _classify(state: State) -> Plays:
    message = str(state.get("message", "")).lower()
    intent, confidence = "general", 0.91
    if any(word in message for word in ("invoice", "charge", "bill")):
        intent, confidence = "billing", 0.94
    elif any(word in message for word in ("error", "crash", "login")):
        intent, confidence = "technical", 0.88
    elif "?" not in message:
        confidence = 0.42
    writes: dict[str, Any] = {
        "intent": intent,
        "confidence": confidence,
        "attempts": 0,
        "trace": [f"classify: {intent}"],
    }
    return Plays(writes, prints=(f"classified as {intent}, {confidence:.0%} sure",), takes_s=0.02)


def _generate_query(state: State) -> Plays:
    attempt = state.get("attempts", 0) + 1
    query = {"sql": "select * from invoices where number = ?", "parameters": [f"INV-{attempt}"]}
    return Plays({"attempts": attempt, "query": query, "trace": [f"generate_query: attempt {attempt}"]})


def _execute_query(state: State) -> Plays:
    rows = [{"number": "INV-2", "amount": 49.0, "paid": False}] if state["attempts"] >= 2 else []
    return Plays({"rows": rows, "trace": [f"execute_query: {len(rows)} rows"]}, prints=(f"{len(rows)} rows",))


def _escalate(state: State) -> Plays:
    if "__answer__" not in state:
        return Plays(asks={"question": "What shall we answer this customer?", "message": state.get("message", "")})
    answer = state["__answer__"]
    draft = answer["answer"] if isinstance(answer, dict) and "answer" in answer else str(answer)
    return Plays({"draft": draft, "trace": ["escalate: answered by a colleague"]})


def _format(state: State) -> Plays:
    name = str(state.get("user_id", "customer")).title()
    return Plays(
        {"answer": f"Hello {name},\n\n{state.get('draft', '')}\n\nYour support team", "trace": ["format: done"]}
    )


def _found(kind: str) -> Plays:
    return Plays(
        {"findings": [{"kind": kind, "title": f"A useful {kind}"}], "trace": [f"search: 1 {kind}"]}, takes_s=0.03
    )


_PLAYS = {
    "answer_billing": lambda state: Plays({"draft": "One invoice is open.", "trace": ["answer_billing: done"]}),
    "answer_general": lambda state: Plays({"draft": "We are open from 9 to 5.", "trace": ["answer_general: done"]}),
    "answer_technical": lambda state: Plays({"draft": "Restart the app.", "trace": ["answer_technical: done"]}),
    "classify": _classify,
    "escalate": _escalate,
    "execute_query": _execute_query,
    "format": _format,
    "generate_query": _generate_query,
    "plan_search": lambda state: Plays({"terms": ["login", "error"], "trace": ["plan_search: login, error"]}),
    "search_articles": lambda state: _found("article"),
    "search_tickets": lambda state: _found("ticket"),
}
