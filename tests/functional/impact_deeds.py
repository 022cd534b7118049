"""How the commands about impact are called: what is booked, what a figure rests on, and what else the control costs.

Part of the table of `test_actions`; done on the home with a few cases (`staffed`) unless registers are needed.
"""

from __future__ import annotations

from pathlib import Path

from tests.functional.calls import Called
from tests.functional.governed import DAY, Governed
from tests.functional.running import Deed, broken_town, out


def book(home: Governed, town: Path | None = None, day: object = DAY) -> Called:
    return home.call("impact", "book", town or home.town, "--as-of", day)


def cost(
    home: Governed, kind: str = "running", *, amount: int = 250_000, committee: str = "KFF", text: str = "licens"
) -> Called:
    words = ("--amount-ore", amount, "--committee", committee, "--on", DAY, "--text", text)
    return home.call("impact", "cost", kind, *words)


def explain(home: Governed, figure: str = "realised_municipal:BIF@2024") -> Called:
    return home.call("impact", "explain", figure)


def booked(home: Governed) -> Called:
    assert book(home).code == 0
    return report(home)


def report(home: Governed, day: object = DAY, *words: object) -> Called:
    return home.call("impact", "report", "--as-of", day, *words)


IMPACT: dict[str, Deed] = {
    "impact.booked": Deed(
        book, ("impact.booked",),
        {"broken registers": (11, lambda home: book(home, broken_town(home))),
         "no registers": (2, lambda home: book(home, out(home))),
         "no day": (2, lambda home: book(home, day="yesterday"))},
    ),
    "impact.cost_booked": Deed(
        cost, ("impact.cost_booked",),
        {"unknown kind": (2, lambda home: cost(home, "gift")), "nothing": (2, lambda home: cost(home, amount=0)),
         "another's budget": (2, lambda home: cost(home, committee="TMU")),
         "for nothing said": (2, lambda home: cost(home, text=" "))},
        "staffed",
    ),
    "impact.reported": Deed(
        booked, ("impact.booked", "impact.reported"),
        {"nothing booked": (2, report), "no day": (2, lambda home: report(home, "yesterday")),
         "no registers": (2, lambda home: report(home, DAY, "--registers", out(home)))},
    ),
    "impact.explained": Deed(
        explain, ("impact.explained",),
        {"unknown figure": (2, lambda home: explain(home, "luck")),
         "unknown dimension": (2, lambda home: explain(home, "realised_municipal,person=x"))},
        "staffed",
    ),
}  # fmt: skip
IMPACT_BY = {
    "impact.booked": "impact book", "impact.cost_booked": "impact cost", "impact.explained": "impact explain",
    "impact.reported": "impact report",
}  # fmt: skip
