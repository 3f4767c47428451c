"""The nodes of the support router: ordinary functions that take the state and return the keys they change.

Nothing here knows which engine runs it: Stepgraph's own answers to ``langgraph``, too, so that ``interrupt`` is always
the one of the engine that is running.
"""

from __future__ import annotations

from typing import Any

import model
import sources
from langgraph.types import interrupt
from routing import LEAST_CONFIDENCE
from state import SupportState


def classify(state: SupportState) -> dict[str, Any]:
    """What is the request about, and how sure is that?"""
    guess = model.classify(state["message"])
    return {
        "intent": guess.intent,
        "confidence": guess.confidence,
        "attempts": 0,
        "trace": [f"classify: {guess.intent}, {guess.confidence:.0%} sure"],
    }


# ------------------------------------------------------------------------------------------------------------- billing


def generate_query(state: SupportState) -> dict[str, Any]:
    """Write a query for what the customer asks; each further attempt asks for less and so finds more."""
    attempt = state.get("attempts", 0) + 1
    query = model.write_query(state["message"], attempt)
    return {
        "attempts": attempt,
        "query": {"sql": query.sql, "parameters": query.parameters},
        "trace": [f"generate_query: attempt {attempt}, {query.reason}"],
    }


def execute_query(state: SupportState) -> dict[str, Any]:
    """Run the query on the customer's own invoices. The database sees to it that it can read nothing else."""
    query = state["query"]
    rows = sources.find_invoices(state["user_id"], query["sql"], query["parameters"])
    print(f"{query['sql']}  {query['parameters']}  ->  {count(rows, 'row')}")
    return {"rows": rows, "trace": [f"execute_query: {count(rows, 'row')}"]}


def answer_billing(state: SupportState) -> dict[str, Any]:
    draft = model.describe_invoices(state["rows"], state["attempts"])
    return {"draft": draft, "trace": ["answer_billing: done"]}


# ----------------------------------------------------------------------------------------------------------- technical


def plan_search(state: SupportState) -> dict[str, Any]:
    """Pick the words worth searching for. Both searches then run at the same time."""
    terms = model.pick_search_terms(state["message"])
    return {"terms": terms, "trace": [f"plan_search: {', '.join(terms)}"]}


def search_articles(state: SupportState) -> dict[str, Any]:
    found = sources.search_articles(state["terms"])
    print(f"articles: {', '.join(hit['title'] for hit in found) or 'none'}")
    return {"findings": found, "trace": [f"search_articles: {count(found, 'article')}"]}


def search_tickets(state: SupportState) -> dict[str, Any]:
    found = sources.search_tickets(state["terms"])
    print(f"tickets: {', '.join(hit['title'] for hit in found) or 'none'}")
    return {"findings": found, "trace": [f"search_tickets: {count(found, 'ticket')}"]}


def answer_technical(state: SupportState) -> dict[str, Any]:
    """Runs once both searches are through, with the findings of both."""
    draft = model.summarise_findings(state.get("findings", []))
    return {"draft": draft, "trace": ["answer_technical: done"]}


# -------------------------------------------------------------------------------------------------- general and human


def answer_general(state: SupportState) -> dict[str, Any]:
    return {"draft": model.answer_common_question(state["message"]), "trace": ["answer_general: done"]}


def escalate(state: SupportState) -> dict[str, Any]:
    """Ask a colleague and pass the reply on. The graph waits here, for days if need be."""
    reply = interrupt(
        {
            "question": "What shall we answer this customer?",
            "why": why_a_human(state),
            "customer": state["user_id"],
            "message": state["message"],
        }
    )
    return {"draft": text_of(reply), "trace": ["escalate: answered by a colleague"]}


def format_answer(state: SupportState) -> dict[str, Any]:
    """Every branch ends here, so that all customers get the same kind of letter."""
    answer = f"Hello {state['user_id'].title()},\n\n{state['draft']}\n\nYour support team"
    return {"answer": answer, "trace": ["format: done"]}


# ------------------------------------------------------------------------------------------------------------- wording


def why_a_human(state: SupportState) -> str:
    if state["confidence"] < LEAST_CONFIDENCE:
        return f"The model is only {state['confidence']:.0%} sure that this is about {state['intent']}."
    return f"{count_of(state['attempts'], 'query', 'queries')} found no invoice of this customer."


def text_of(reply: Any) -> str:
    """A reply may be plain text or, from a form, ``{"answer": text}``."""
    return str(reply["answer"]) if isinstance(reply, dict) and "answer" in reply else str(reply)


def count(things: list[Any], noun: str) -> str:
    return count_of(len(things), noun, f"{noun}s")


def count_of(number: int, one: str, many: str) -> str:
    return f"{number} {one if number == 1 else many}"
