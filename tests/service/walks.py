"""Forms that fit a case, and the laws of its life, read from the rows alone: a second route beside the steps.

Nothing of `service.cases.steps` is asked here: what the laws say is said again, in other words.
"""

from __future__ import annotations

import datetime as dt
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.audit.tables import EVENTS
from service.cases.tables import CASES, CONFLICTS, EFFECTS, LOOKS, MONEY, REVERSALS, STEPS
from service.letters.tables import LETTERS
from tests.service.town import A_FACT, INCREASE, RECLAIM, REDUCE, STOP, TownList, a_proposal

HOUSE = {"listed", "relisted", "expired", "hidden", "shown"}
ALLOWED_WHILE_STOPPED = {
    "release", "declare_conflict", "report_wrong_fact", "add_note", "record_hours", "lift_veto", "end_vetoed",
}  # fmt: skip
TOLD = {"announced", "appealed", "closed", "rejected", "expired"}


@dataclass(frozen=True)
class Rows:
    """Everything that is written about one case."""

    case: Any
    steps: list[Any]
    effects: list[Any]
    money: list[Any]
    reversals: dict[str, str]
    looks: list[Any]
    conflicts: dict[str, str]
    events: list[Any]


def load_rows(town: TownList, home: str) -> Rows:
    """The rows of the case at an address."""
    case_id = town.ids[home]
    with town.store.reading() as connection:

        def rows(table: sa.Table, *order: str) -> list[Any]:
            asked = sa.select(table).where(table.c.case_id == case_id)
            return list(connection.execute(asked.order_by(*(table.c[name] for name in order))))

        effects = rows(EFFECTS, "proposal", "monthly_change_ore", "reclaim_ore")
        ids = [each.effect_id for each in effects]
        return Rows(
            case=connection.execute(sa.select(CASES).where(CASES.c.case_id == case_id)).one(),
            steps=rows(STEPS, "version"), effects=effects,
            money=list(connection.execute(sa.select(MONEY).where(MONEY.c.effect_id.in_(ids)))),
            reversals={
                row.effect_id: row.reversed_on
                for row in connection.execute(sa.select(REVERSALS).where(REVERSALS.c.effect_id.in_(ids)))
            },
            looks=rows(LOOKS, "at"), conflicts={row.user_id: row.at for row in rows(CONFLICTS, "at")},
            events=list(
                connection.execute(sa.select(EVENTS).where(EVENTS.c.subject == case_id).order_by(EVENTS.c.seq))
            ),
        )  # fmt: skip


def check_laws(rows: Rows) -> None:
    """Every law of the life of a case."""
    for law in LAWS:
        law(rows)


def one_event_a_version(rows: Rows) -> None:
    assert [each.version for each in rows.steps] == list(range(1, len(rows.steps) + 1))
    assert rows.case.version == len(rows.steps)
    by_hand = [each for each in rows.steps if each.step not in HOUSE]
    told = [(each.action, each.actor, json.loads(each.details)) for each in rows.events]
    assert [(f"case.{each.step}", each.actor, each.version, each.from_state, each.to_state) for each in by_hand] == [
        (action, actor, said["version"], said["from"], said["to"]) for action, actor, said in told
    ]
    assert all(
        said["purpose"] and set(said) == {"step", "from", "to", "version", "purpose", "reason"} for *_, said in told
    )


def the_timeline_is_one_chain(rows: Rows) -> None:
    states = ["", *(each.to_state for each in rows.steps)]
    assert [each.from_state for each in rows.steps] == states[:-1]
    assert rows.case.state == states[-1]


def one_owner_at_a_time(rows: Rows) -> None:
    owner = None
    for each in rows.steps:
        if each.step == "claim":
            assert owner is None
            owner = each.actor
        elif each.step == "assign":
            owner = json.loads(each.details)["to"]
        elif each.step in ("release", "skip") or (each.step == "declare_conflict" and each.actor == owner):
            owner = None
    assert rows.case.owner == owner


def opened_on_an_own_look_and_an_own_fact(rows: Rows) -> None:
    for opened in _of(rows, "open"):
        before = [each for each in rows.steps if each.version < opened.version and each.actor == opened.actor]
        assert {"first_look", "record_fact"} <= {each.step for each in before}


def nobody_decided_against_unheard(rows: Rows) -> None:
    for proposed in _of(rows, "propose"):
        said = json.loads(proposed.details)
        mine = [each for each in rows.effects if each.proposal == proposed.version]
        assert sorted(said["effects"]) == sorted(each.effect_id for each in mine)
        assert said["corrected"] or said["outcome"] != "registration_corrected"
        if said["corrected"] or any(each.monthly_change_ore <= 0 for each in mine):
            _heard(rows, proposed)


def _heard(rows: Rows, proposed: Any) -> None:
    before = [each for each in rows.steps if each.version < proposed.version]
    told = [each.version for each in before if each.step == "record_fact"]
    hearings = [each for each in before if each.step == "hear" and each.version > max(told, default=0)]
    assert hearings
    answered = {json.loads(each.details)["letter"] for each in before if each.step == "hearing_answer"}
    for each in hearings:
        deadlines = json.loads(each.details)["deadlines"]
        assert deadlines
        assert all(letter in answered or proposed.at[:10] > last for letter, last in deadlines.items())
        assert all(_days(each.at, last) >= 14 for last in deadlines.values())


def _days(at: str, day: str) -> int:
    return (dt.date.fromisoformat(day) - dt.date.fromisoformat(at[:10])).days


def four_eyes(rows: Rows) -> None:
    for decided in [each for each in rows.steps if each.to_state == "decided" and each.from_state != "vetoed"]:
        proposed = [each for each in _of(rows, "propose") if each.version <= decided.version][-1]
        mine = [each for each in rows.effects if each.proposal == proposed.version]
        severe = any(each.effect in ("stopped", "reclaim") or each.reclaim_ore for each in mine)
        if severe and decided.step not in ("claim", "release", "assign", "declare_conflict", "record_hours", "add_note",
                                           "report_wrong_fact"):  # fmt: skip
            looks = [
                each.actor for each in _of(rows, "second_look") if proposed.version < each.version < decided.version
            ]
            assert decided.step == "approve"
            assert decided.actor != proposed.actor
            assert decided.actor in looks


def _of(rows: Rows, code: str) -> list[Any]:
    return [each for each in rows.steps if each.step == code]


def money_is_conserved(rows: Rows) -> None:
    announced = [each.version for each in _of(rows, "announce")]
    for each in rows.effects:
        paid = sum(row.amount_ore for row in rows.money if row.effect_id == each.effect_id)
        assert 0 <= paid <= each.reclaim_ore
    told = [each.proposal for each in rows.effects if announced and each.proposal < announced[-1]]
    touched = {row.effect_id for row in rows.money} | set(rows.reversals)
    assert touched <= {each.effect_id for each in rows.effects if told and each.proposal == max(told)}


def an_end_has_a_day(rows: Rows) -> None:
    state = rows.case.vetoed_from or rows.case.state
    assert (rows.case.closed_on is not None) == (state in TOLD)
    assert (rows.case.outcome is not None) == (state in TOLD - {"expired"} | {"decided"})
    assert (rows.case.vetoed_from is not None) == (rows.case.state == "vetoed")


def nobody_partial_acts(rows: Rows) -> None:
    for each in rows.steps:
        since = rows.conflicts.get(each.actor)
        assert since is None or each.at <= since or each.step == "declare_conflict" or each.step in HOUSE


def a_suspicion_stops_demands(rows: Rows) -> None:
    suspected = False
    for each in rows.steps:
        suspected = (suspected or each.step == "suspect") and each.step != "clear_suspicion"
        assert not (suspected and each.step == "demand_information")
        assert each.step != "visit" or each.reason == "court_order" or (each.reason == "consent" and not suspected)
    assert rows.case.suspicion == suspected


def what_is_stopped_stands_still(rows: Rows) -> None:
    for each in rows.steps:
        assert each.from_state != "vetoed" or each.step in ALLOWED_WHILE_STOPPED | HOUSE


LAWS: tuple[Callable[[Rows], None], ...] = (
    one_event_a_version, the_timeline_is_one_chain, one_owner_at_a_time, opened_on_an_own_look_and_an_own_fact,
    nobody_decided_against_unheard, four_eyes, money_is_conserved, an_end_has_a_day, nobody_partial_acts,
    a_suspicion_stops_demands, what_is_stopped_stands_still,
)  # fmt: skip


def load_letters(town: TownList, home: str) -> dict[str, str]:
    """letter_id → kind, in the order in which they were made."""
    with town.store.reading() as connection:
        asked = sa.select(LETTERS.c.letter_id, LETTERS.c.kind).where(LETTERS.c.case_id == town.ids[home])
        return {letter: kind for letter, kind in connection.execute(asked.order_by(LETTERS.c.at))}  # noqa: C416


TEXT = {"text": "Noget er skrevet."}
EFFECT_LISTS = ([], [STOP], [RECLAIM], [REDUCE], [INCREASE], [STOP, {**RECLAIM, "person": 2}], [{**STOP, "person": 7}])


BOTH_TOLD = {"inform": "orientation", "announce": "closing"}
"""What the other adult is sent by the same step."""
KIND_OF = {"inform": "orientation", "hear": "hearing", "announce": "decision"}


def fields_of(code: str, town: TownList, home: str, rng: random.Random) -> dict[str, Any]:
    """What somebody might fill in: mostly what fits, now and then what does not."""
    today = town.today()
    made = load_letters(town, home)
    fitting = [
        each for each, kind in made.items() if kind == (KIND_OF | {"hearing_answer": "hearing"}).get(code, "closing")
    ]
    letters = fitting if fitting and rng.random() < 0.9 else [*made] or ["none"]
    effects = [each.effect_id for each in load_rows(town, home).effects] or ["none"]
    day = str(today + dt.timedelta(days=rng.choice([0, 0, 0, -1, 9])))
    ahead = str(today + dt.timedelta(days=rng.choice([9, 9, 0])))
    paid = {"effect": rng.choice(effects), "amount_ore": rng.choice([1, 250_000, 500_000, -5]), "on_day": day}
    by_code: dict[str, dict[str, Any]] = {
        "assign": {"to": rng.choice(["anna", "bo", "carl", "ledelse"])},
        "skip": {"reason": rng.choice(["resources", "conflict_of_interest"])},
        "first_look": {"assessment": rng.choice(["would_open", "would_open", "unsure", "perhaps"])},
        "reject": {"reason": rng.choice(["no_presumption", "wrong_fact"])},
        "record_fact": rng.choice([A_FACT, A_FACT | {"source": "citizen"}, {}]),
        "report_wrong_fact": {"text": "Fraflyttet i maj.", "source": "cpr"},
        "record_hours": {"minutes": rng.choice([30, 0]), "on_day": day},
        "demand_information": {"text": "Lejekontrakt", "deadline": ahead},
        "record_answer": {"text": "Svar", "received_on": day},
        "visit": {
            "ground": rng.choice(["consent", "court_order", "curiosity"]), "reference": "17", "visited_on": day,
            "text": "Set",
        },
        "hear": {"letters": letters[-1:], "rights_told": rng.random() < 0.5},
        "hearing_answer": {"letter": letters[-1], "text": "Nej", "received_on": day},
        "propose": _a_random_proposal(rng),
        "second_look": {"assessment": rng.choice(["change", "no_change"])},
        "send_back": {"reason": "facts", **TEXT},
        "refer": {"to": rng.choice(["tax", "police"]), "text": "x", "letters": letters[-1:]},
        "appeal": {"received_on": day, "text": "Klage"},
        "appeal_outcome": {
            "result": rng.choice(["reversed", "partly_reversed", "upheld"]), "decided_on": day,
            "reversed": rng.sample(effects, rng.randint(0, min(2, len(effects)))),
            "registration": rng.choice([[], [], ["1"], ["2"], ["1", "2"]]),
        },
        "collect": paid,
        "write_off": paid | {"reason": "hardship"},
    }  # fmt: skip
    closings = [each for each, kind in made.items() if kind == "closing"]
    told = (
        letters[-2:] if code == "inform" else [*letters[-1:], *(each for each in closings[-1:] if each not in letters)]
    )
    sending = {each: {"letters": told} for each in ("inform", "announce")}
    writing = dict.fromkeys(
        ("add_note", "suspect", "clear_suspicion", "veto", "lift_veto", "end_vetoed", "object", "reopen"), TEXT
    )
    return {**by_code, **sending, **writing}.get(code, {})


def _a_random_proposal(rng: random.Random) -> dict[str, Any]:
    if rng.random() < 0.2:
        return a_proposal(outcome="no_change", cause="none", rules=[])
    outcome = rng.choice(["benefit_changed", "registration_corrected"])
    cause = rng.choice(
        ["honest_mistake", "authority_error", "better_knowledge", "better_knowledge", "suspected_intent"]
    )
    corrected = rng.choice([["1"], ["1", "2"], []] if outcome == "registration_corrected" else [[], [], ["2"], ["7"]])
    return a_proposal(*rng.choice(EFFECT_LISTS), outcome=outcome, cause=cause, corrected=corrected)
