"""A scripted stand-in for a language model: small rules, the same answer every time, no network.

The nodes call these functions as they would call a model. Replace the bodies by calls to a real one and the graph
stays as it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from state import Intent

# ------------------------------------------------------------------------------------------------- classify a request

WEIGHTS: dict[Intent, dict[str, int]] = {
    "billing": {
        "charge": 3, "charged": 3, "invoice": 4, "invoices": 4, "bill": 3, "payment": 3, "paid": 2, "refund": 3,
        "money": 3, "euros": 2, "eur": 2, "owe": 3, "receipt": 3,
    },
    "technical": {
        "error": 3, "crash": 3, "crashes": 4, "login": 3, "password": 3, "sync": 3, "export": 3, "import": 2, "api": 3,
        "slow": 2, "fails": 3, "broken": 3, "work": 2, "works": 2, "install": 3, "update": 2, "timeout": 3,
    },
    "general": {
        "hours": 4, "open": 2, "contact": 3, "phone": 3, "offer": 2, "plans": 3, "trial": 3, "students": 3,
        "thanks": 2, "weekend": 2, "office": 3,
    },
}  # fmt: skip

DOUBT = 0.6
"""Weight of what the rules do not know. Keeps a single weak word from looking certain."""


@dataclass(frozen=True)
class Guess:
    intent: Intent
    confidence: float


def classify(message: str) -> Guess:
    """The intent whose words weigh most, and its share of all weights as confidence."""
    words = words_of(message)
    scores = {intent: sum(weights.get(word, 0) for word in words) for intent, weights in WEIGHTS.items()}
    best = max(scores, key=lambda intent: scores[intent])
    if scores[best] == 0:
        return Guess("general", 0.3)
    return Guess(best, round(scores[best] / (sum(scores.values()) + DOUBT), 2))


# ----------------------------------------------------------------------------------------------------- write a query

MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip

COLUMNS = "number, issued_on, item, amount_eur, status"


@dataclass(frozen=True)
class Query:
    sql: str
    parameters: dict[str, Any]
    reason: str


def write_query(message: str, attempt: int) -> Query:
    """First everything the customer said, then without the month, then whatever is still open.

    Customers often remember the amount and mistake the month, so the month is the first to go.
    """
    text = message.lower()
    facts: dict[str, Any] = {}
    if number := re.search(r"\b\d{4}-\d{4}\b", text):
        facts["number"] = number.group()
    if month := next((name for name in MONTHS if re.search(rf"\b{name}\b", text)), None):
        facts["month"] = f"{MONTHS.index(month) + 1:02d}"
    if amount := re.search(r"(\d+(?:\.\d\d)?)\s*(?:€|eur)", text):
        facts["amount_eur"] = float(amount.group(1))

    if attempt == 2:
        facts.pop("month", None)
    if attempt >= 3 or not facts:
        return Query(
            f"SELECT {COLUMNS} FROM my_invoices WHERE status = :status ORDER BY issued_on",
            {"status": "open"},
            "all open invoices",
        )
    tests = {
        "number": "number = :number",
        "month": "strftime('%m', issued_on) = :month",
        "amount_eur": "amount_eur = :amount_eur",
    }
    where = " AND ".join(tests[fact] for fact in facts)
    return Query(
        f"SELECT {COLUMNS} FROM my_invoices WHERE {where} ORDER BY issued_on",
        facts,
        "by " + " and ".join(fact.removesuffix("_eur") for fact in facts),
    )


def describe_invoices(rows: list[dict[str, Any]], attempts: int) -> str:
    lines = [
        f"- {row['number']} of {row['issued_on']}: {row['item']}, {row['amount_eur']:.2f} EUR, {row['status']}"
        for row in rows
    ]
    opening = "This is what I found:" if attempts == 1 else "Not quite as you wrote it, but this is what I found:"
    return "\n".join([opening, *lines])


# ----------------------------------------------------------------------------------------------- search and summarise

TOO_COMMON = frozenset(
    "about after again also been before cannot could does dont from have hello help here into just keep keeps like "
    "more need only over please since some that their them then there they this time want what when where which while "
    "will with would your".split()
)


def pick_search_terms(message: str) -> list[str]:
    """The longer words that are not everyday ones, in their order, each once, at most five."""
    terms = [word for word in words_of(message) if len(word) > 3 and word not in TOO_COMMON]
    return list(dict.fromkeys(terms))[:5]


def summarise_findings(findings: list[dict[str, Any]]) -> str:
    if not findings:
        return "I found nothing about this yet. A colleague has been told and will look into it."
    ranked = sorted(findings, key=lambda finding: (-finding["score"], finding["title"]))
    lines = [f"- {finding['title']} ({finding['source']}): {finding['excerpt']}" for finding in ranked[:3]]
    return "\n".join(["This should help:", *lines])


# ---------------------------------------------------------------------------------------------------- common questions

COMMON_ANSWERS = {
    ("hours", "open", "weekend", "office"): "We are there Monday to Friday from 8 to 18 o'clock.",
    ("phone", "contact"): "You reach us at +49 30 5550 100 or by replying to this message.",
    (
        "plans",
        "offer",
        "trial",
        "students",
    ): "There are three plans, Solo, Team and Company, each with a trial of 30 days.",
}


def answer_common_question(message: str) -> str:
    words = set(words_of(message))
    for triggers, answer in COMMON_ANSWERS.items():
        if words.intersection(triggers):
            return answer
    return "Thank you for your message. What would you like to know?"


def words_of(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())
