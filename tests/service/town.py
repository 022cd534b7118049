"""A small released list that has been taken in, made by hand in milliseconds: no model, no training.

Addresses `home-1` … `home-6` stand on the list in this order; each has two adults (`home-1-a`, `home-1-b`) and grants.
`home-4` is of the random arm, `home-6` is paid by BUF alone. `home-protected` has a resident with address protection.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import sqlalchemy as sa
from builders import AS_OF, DAY, a_case, a_grant, a_payment, a_person, a_residence, a_signal, a_world, days_ago

from governance.access.caller import Caller
from governance.as_of import danish_day
from governance.audit.events import instant
from governance.audit.tables import EVENTS
from governance.registers import Registers
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.case import CaseFile, load_case
from service.cases.effects import BENEFITS_DA
from service.cases.forms import read_form
from service.cases.intake import Intake, take_in
from service.cases.moving import new_id
from service.cases.snapshot import build_protected, build_snapshots, persons_of
from service.cases.step import STEPS, perform
from service.cases.tables import CASES
from service.cases.vault import load_vault
from service.letters.kinds import CONSIDERED
from service.letters.making import Letter
from service.letters.rules import load_letter_texts
from service.letters.tables import LETTERS, about

RUN = "run-1"
HOMES = tuple(f"home-{number}" for number in range(1, 7))
PROTECTED = "home-protected"
FOR = "I to ud af tre måneder er der udbetalt mere, end bevillingen siger (ydelsesudbetalinger, maj 2024)."
AGAINST = "Begge har været registreret på adressen i over fem år (CPR, 2018)."


@dataclass(frozen=True)
class TownList:
    """The store with the cases of the list: `ids` by address."""

    store: Store
    settings: Settings
    ids: Mapping[str, str]
    intake: Intake

    def case(self, home: str) -> CaseFile:
        """The case at an address as it stands now."""
        with self.store.reading() as connection:
            return load_case(connection, self.ids[home])

    def take(self, home: str, code: str, caller: Caller, *, version: int | None = None, **fields: Any) -> CaseFile:
        """Take a step with these fields, as a page or the API would."""
        form = read_form(STEPS[code], fields)
        return perform(
            self.store, case_id=self.ids[home], code=code, form=form, caller=caller, version=version,
            settings=self.settings,
        )  # fmt: skip

    def letter(
        self, home: str, kind: str, *, deadline: dt.date | None = None, person: int = 1,
        considered: Sequence[str] = tuple(CONSIDERED), benefits: Sequence[str] = tuple(BENEFITS_DA),
    ) -> str:  # fmt: skip
        """A letter of the case to one of its persons, as the letters would have kept it; it says nothing.

        A hearing is about everything unless it is said what it is about.
        """
        case_id, vault = self.ids[home], load_vault(self.settings)
        letter_id = new_id("brev")
        with self.store.act("letter.made", subject=letter_id) as act:
            snapshot = vault.newest(act.connection, [case_id], "snapshot")[case_id]
            letter = Letter(
                letter_id, case_id, kind, instant(act.at), "anna", hashlib.sha256(b"").hexdigest(), deadline
            )  # fmt: skip
            sealer, fields = vault.sealer_of(act.connection, case_id), {"person_id": persons_of(snapshot)[person]}
            if kind == "hearing":
                fields |= {"considered": [*considered], "benefits": [*benefits]}
            row = vars(letter) | {
                "deadline": deadline and deadline.isoformat(),
                "sealed_fields": sealer.seal(json.dumps(fields).encode(), about=about(letter, "fields")),
                "sealed_pdf": sealer.seal(b"", about=about(letter, "pdf")),
            }
            act.connection.execute(sa.insert(LETTERS), row)
        return letter_id

    def today(self) -> dt.date:
        """The day by the store's clock."""
        return danish_day(self.store.clock.now())

    def pass_days(self, days: int) -> None:
        """Let time pass."""
        self.store.clock.at += dt.timedelta(days=days)  # type: ignore[attr-defined]

    def open(self, home: str, caller: Caller) -> CaseFile:
        """From the list to an opened case."""
        self.take(home, "claim", caller)
        self.take(home, "first_look", caller, assessment="would_open")
        self.take(home, "record_fact", caller, **A_FACT)
        return self.take(home, "open", caller)

    def orientations(self, home: str) -> list[str]:
        """An orientation to each adult."""
        return [self.letter(home, "orientation", person=person) for person in (1, 2)]

    def ending(self, home: str, kind: str = "decision") -> list[str]:
        """A letter of the kind to the first adult, and to the other that nothing is changed."""
        return [self.letter(home, kind), self.letter(home, "closing", person=2)]

    def inform(self, home: str, caller: Caller) -> CaseFile:
        """From the list to an informed citizen."""
        self.open(home, caller)
        return self.take(home, "inform", caller, letters=self.orientations(home))

    def hear(self, home: str, caller: Caller) -> str:
        """From the list to a hearing of one letter, with 14 days to answer; the letter."""
        self.inform(home, caller)
        letter = self.letter(home, "hearing", deadline=self.today() + dt.timedelta(days=14))
        self.take(home, "hear", caller, letters=[letter])
        return letter

    def answer(self, home: str, caller: Caller) -> None:
        """From the list to an answered hearing."""
        letter = self.hear(home, caller)
        answered = {"letter": letter, "text": "Ingen bemærkninger.", "received_on": self.today().isoformat()}
        self.take(home, "hearing_answer", caller, **answered)

    def decide(self, home: str, caller: Caller, approver: Caller, *effects: Mapping[str, Any]) -> CaseFile:
        """From the list to a decision that two persons made."""
        self.answer(home, caller)
        self.take(home, "propose", caller, **a_proposal(*(effects or (STOP,))))
        self.take(home, "second_look", approver, assessment="change")
        return self.take(home, "approve", approver)

    def announce(self, home: str, caller: Caller, approver: Caller, *effects: Mapping[str, Any]) -> CaseFile:
        """From the list to an announced decision."""
        self.decide(home, caller, approver, *effects)
        return self.take(home, "announce", caller, letters=self.ending(home))

    def events(self, home: str) -> list[str]:
        """The actions of the events about the case, oldest first."""
        with self.store.reading() as connection:
            asked = sa.select(EVENTS.c.action).where(EVENTS.c.subject == self.ids[home]).order_by(EVENTS.c.seq)
            return list(connection.execute(asked).scalars())


A_FACT = {"text": "Udlejer oplyser, at kun én bor i boligen.", "source": "landlord", "known_on": "2024-05-20"}
STOP: Mapping[str, Any] = {
    "person": 1, "grant": 1, "benefit": "kontanthjaelp", "effect": "stopped", "monthly_change_ore": -1_155_400,
    "effective_from": "2024-07-01", "reclaim_ore": 0,
}  # fmt: skip
RECLAIM: Mapping[str, Any] = {
    "person": 1, "benefit": "kontanthjaelp", "effect": "reclaim", "monthly_change_ore": 0,
    "effective_from": "2024-03-01", "reclaim_ore": 500_000,
}  # fmt: skip
REDUCE: Mapping[str, Any] = {**STOP, "effect": "reduced", "monthly_change_ore": -100_000}
INCREASE: Mapping[str, Any] = {**STOP, "effect": "increased", "monthly_change_ore": 100_000}


def a_proposal(*effects: Mapping[str, Any], **changed: Any) -> dict[str, Any]:
    """A proposal to change benefits; one that claims money back says that the citizen knew better, and by which rule,
    one that corrects a registration that it is the first adult's."""
    claimed = [each["benefit"] for each in effects if each["reclaim_ore"] > 0]
    proposed = {
        "outcome": "benefit_changed", "cause": "better_knowledge" if claimed else "honest_mistake",
        "effects": [dict(each) for each in effects], "rules": [_a_rule(), *_repayment_rules(claimed)],
        "grounds": "Boligen bebos af to.",
        "corrected": ["1"] if changed.get("outcome") == "registration_corrected" else [],
    }  # fmt: skip
    return proposed | changed


def _repayment_rules(benefits: Sequence[str]) -> list[str]:
    rules = load_letter_texts(Settings()).rules.values()
    return [rule.code for rule in rules if any(rule.repays(benefit) for benefit in benefits)]


def _a_rule() -> str:
    benefits = ("kontanthjaelp", "friplads")
    return load_letter_texts(Settings()).rules_for("decision", benefits)[0].code


def a_town() -> Registers:
    """The registers of the town as known on `DAY`."""
    records = []
    for home in (*HOMES, PROTECTED):
        first, second = f"{home}-a", f"{home}-b"
        records += [a_person(first, protected=home == PROTECTED), a_person(second)]
        records += [a_residence(first, home), a_residence(second, home, from_days_ago=900)]
        records += _grants(home, first, second)
    records += [a_signal("home-2"), a_case("home-3", opened_days_ago=900, closed_days_ago=800)]
    return a_world(*records)


def _grants(home: str, first: str, second: str) -> list[Any]:
    if home == "home-6":
        return [a_grant(first, benefit="friplads", basis="single_provider", children=1)]
    months = [dt.date(2024, month, 1) for month in (3, 4, 5)]
    paid = [
        a_payment(first, month=month, amount_ore=1_155_400, benefit="kontanthjaelp", recorded_on=month)
        for month in months
    ]
    return [a_grant(first, benefit="kontanthjaelp"), a_grant(second, benefit="friplads", children=1), *paid]


def list_rows(homes: Sequence[str] = HOMES, *, run_id: str = RUN, random: Sequence[str] = ("home-4",)) -> pl.DataFrame:
    """A released `worklist.parquet` of these addresses, in their order."""
    count = len(homes)
    arms = ["random" if home in random else "priority" for home in homes]
    return pl.DataFrame(
        {
            "rank": range(1, count + 1),
            "address_id": list(homes),
            "arm": arms,
            "selection_probability": [0.05 if arm == "random" else 1.0 for arm in arms],
            "hit_probability": [0.28] * count,
            "hit_low": [0.2] * count,
            "hit_high": [0.36] * count,
            "legal_basis": ["retssikkerhedsloven_11a"] * count,
            "reasons_for": [f"{FOR} | Anden grund for."] * count,
            "reasons_against": [AGAINST] * count,
            "model_version": ["adressekontrol:1"] * count,
            "run_id": [run_id] * count,
        }
    ).with_columns(pl.col("rank").cast(pl.Int64))


def take_in_list(
    store: Store,
    homes: Sequence[str] = HOMES,
    *,
    run_id: str = RUN,
    as_of: dt.date = DAY,
    town: Registers | None = None,
) -> Intake:
    """Take in a list of these addresses."""
    registers = town or a_town()
    return take_in(
        store, run_id=run_id, rows=list_rows(homes, run_id=run_id), as_of=as_of, settings=store.settings,
        snapshots=build_snapshots(registers, [*homes], as_of=AS_OF), protected=build_protected(registers, as_of=AS_OF),
    )  # fmt: skip


def a_town_list(store: Store, homes: Sequence[str] = HOMES) -> TownList:
    """The list taken in."""
    intake = take_in_list(store, homes)
    with store.reading() as connection:
        rows = connection.execute(sa.select(CASES.c.address_id, CASES.c.case_id)).all()
    return TownList(store, store.settings, dict(rows), intake)


__all__ = ["DAY", "HOMES", "RUN", "TownList", "a_town", "a_town_list", "days_ago", "list_rows", "take_in_list"]
