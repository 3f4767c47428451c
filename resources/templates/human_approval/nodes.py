"""Human approval: nothing is carried out before a person has said yes.

Runs on Stepgraph's own engine, which answers to ``langgraph``, too, and on LangGraph.
"""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from langgraph.types import interrupt

Decision = Literal["approve", "change", "reject"]


class State(TypedDict, total=False):
    task: str
    remark: str
    """What the person wants changed."""
    proposal: str
    decision: Decision
    result: str


def propose(state: State) -> State:
    remark = state.get("remark", "")
    return {"proposal": f"Do this: {state['task']}" + (f" ({remark})" if remark else "")}


def ask(state: State) -> State:
    """The graph waits here. When the reply is there, this node runs again from its first line."""
    reply = interrupt(
        {
            "question": "Shall this be done?",
            "proposal": state["proposal"],
            "options": ["approve", "reject", "anything else is what to change"],
        }
    )
    return read_reply(reply)


def by_decision(state: State) -> Decision:
    return state["decision"]


def carry_out(state: State) -> State:
    print(state["proposal"])
    return {"result": f"Done: {state['task']}"}


def read_reply(reply: Any) -> State:
    text = str(reply["answer"] if isinstance(reply, dict) and "answer" in reply else reply).strip()
    if text.lower() in ("approve", "yes", "true"):
        return {"decision": "approve"}
    if text.lower() in ("reject", "no", "false"):
        return {"decision": "reject", "result": "Nothing was done."}
    return {"decision": "change", "remark": text}
