"""What a decision changes: its rows as they are proposed, kept, set aside, paid and written off. Whole øre throughout.

The rules of one row are those of the register `control_effect`. Must not know who may propose or approve.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from governance.benefits import load_catalogue
from service.cases.form_values import Fault
from service.cases.forms import choice, day, money, number
from service.cases.states import EFFECTS
from service.cases.tables import EFFECTS as EFFECT_ROWS
from service.cases.tables import MONEY, REVERSALS, STEPS

COLLECTED, WRITTEN_OFF = "collected", "written_off"
BENEFITS_DA = {code: benefit.name_da for code, benefit in load_catalogue().benefits.items()}


@dataclass(frozen=True)
class ProposedEffect:
    """One change of one benefit of one person; `person` and `grant` are the numbers of the snapshot (0: no grant)."""

    person: int = number("Person", source="persons")
    grant: int = number("Bevilling", required=False, source="grants")
    benefit: str = choice("Ydelse", BENEFITS_DA)
    effect: str = choice("Hvad sker der?", EFFECTS)
    monthly_change_ore: int = money(
        "Ændring pr. måned", required=False, hint="Minus, når der udbetales mindre; tomt ved ren tilbagebetaling."
    )
    effective_from: dt.date = day("Gælder fra")
    reclaim_ore: int = money("Kræves tilbage", required=False)


@dataclass(frozen=True)
class KeptEffect:
    """A row of `case_effect` with what became of it."""

    effect_id: str
    case_id: str
    proposal: int
    person_id: str
    grant_id: str | None
    benefit: str
    effect: str
    monthly_change_ore: int
    effective_from: dt.date
    reclaim_ore: int
    reversed_on: dt.date | None
    collected_ore: int
    written_off_ore: int

    @property
    def owed_ore(self) -> int:
        """What is still to be paid back: nothing when it was set aside."""
        return 0 if self.reversed_on else self.reclaim_ore - self.collected_ore - self.written_off_ore


def adverse(corrected: Collection[int], effects: Collection[ProposedEffect]) -> bool:
    """Whether the decision goes against the citizen, who must then have been heard; `corrected`: whose registration."""
    return bool(corrected) or any(each.effect != "increased" for each in effects)


def needs_four_eyes(effects: Collection[ProposedEffect], grants: Mapping[int, Mapping[str, Any]]) -> bool:
    """Whether another person must approve: a benefit is stopped, money is claimed back, or a reduction may be a stop.

    What is paid is known of a grant alone: where none is named, or nothing was paid, a reduction could leave nothing.
    """
    return any(
        each.effect in ("stopped", "reclaim") or each.reclaim_ore > 0 or _unbounded(each, grants) for each in effects
    )


def _unbounded(effect: ProposedEffect, grants: Mapping[int, Mapping[str, Any]]) -> bool:
    paid = grants[effect.grant]["monthly_ore"] if effect.grant in grants else None
    return effect.effect == "reduced" and not paid


def effect_faults(
    effects: Sequence[ProposedEffect], persons: Mapping[int, str], grants: Mapping[int, Mapping[str, Any]]
) -> list[Fault]:
    """What is wrong with the rows, as (field, Danish text); empty when all can be taken."""
    found = [
        (f"effects.{number}.{name}", said)
        for number, each in enumerate(effects)
        for name, said in (*_of_whom(each, persons, grants), *_amounts(each))
    ]
    whats = [(each.person, each.grant, each.benefit, each.effect) for each in effects]
    doubled = [number for number, what in enumerate(whats) if what in whats[:number]]
    return found + [(f"effects.{number}.effect", "Ændringen står der allerede.") for number in doubled]


def _of_whom(each: ProposedEffect, persons: Mapping[int, str], grants: Mapping[int, Mapping[str, Any]]) -> list[Fault]:
    if each.person not in persons:
        return [("person", "Vælg en af sagens personer.")]
    if not each.grant:
        return []
    grant = grants.get(each.grant)
    if grant is None or grant["person"] != each.person or grant["benefit"] != each.benefit:
        return [("grant", "Bevillingen er ikke personens bevilling af den ydelse.")]
    # what leaves nothing is a stop under another name, and takes four eyes
    if each.effect == "reduced" and grant["monthly_ore"] and -each.monthly_change_ore >= grant["monthly_ore"]:
        return [("effect", "Der bliver intet tilbage af ydelsen: det er en standsning.")]
    return []


def _amounts(each: ProposedEffect) -> list[Fault]:
    change, reclaim = each.monthly_change_ore, each.reclaim_ore
    rules = {
        "stopped": (change < 0, "Skriv hvad der udbetales mindre pr. måned, med minus."),
        "reduced": (change < 0, "Skriv hvad der udbetales mindre pr. måned, med minus."),
        "increased": (change > 0, "Skriv hvad der udbetales mere pr. måned."),
        "reclaim": (change == 0, "En ren tilbagebetaling ændrer ikke den månedlige ydelse."),
    }
    holds, said = rules[each.effect]
    faults = [] if holds else [("monthly_change_ore", said)]
    if reclaim < 0 or (each.effect == "increased" and reclaim) or (each.effect == "reclaim" and not reclaim):
        faults.append(("reclaim_ore", "Beløbet passer ikke til det, der sker."))
    return faults


def load_effects(connection: sa.Connection, case_id: str, *, proposal: int | None = None) -> tuple[KeptEffect, ...]:
    """The effects of the case, of one proposal when it is named, oldest first."""
    asked = sa.select(EFFECT_ROWS, REVERSALS.c.reversed_on).outerjoin(REVERSALS).where(EFFECT_ROWS.c.case_id == case_id)
    if proposal is not None:
        asked = asked.where(EFFECT_ROWS.c.proposal == proposal)
    rows = connection.execute(asked.order_by(EFFECT_ROWS.c.proposal, EFFECT_ROWS.c.effect_id)).mappings().all()
    paid = _paid(connection, [row["effect_id"] for row in rows])
    return tuple(
        KeptEffect(
            **{
                **row,
                "effective_from": dt.date.fromisoformat(row["effective_from"]),
                "reversed_on": row["reversed_on"] and dt.date.fromisoformat(row["reversed_on"]),
            },
            collected_ore=paid.get((row["effect_id"], COLLECTED), 0),
            written_off_ore=paid.get((row["effect_id"], WRITTEN_OFF), 0),
        )
        for row in rows
    )


def announced_effects(connection: sa.Connection, case_id: str) -> tuple[KeptEffect, ...]:
    """The effects of the decision that was announced, whatever became of them; none where none was."""
    of_case = STEPS.c.case_id == case_id
    announced = sa.select(sa.func.max(STEPS.c.version)).where(of_case, STEPS.c.step == "announce").scalar_subquery()
    decided = sa.select(sa.func.max(STEPS.c.version)).where(
        of_case, STEPS.c.step == "propose", STEPS.c.version < announced
    )
    proposal = connection.execute(decided).scalar_one_or_none()
    return () if proposal is None else load_effects(connection, case_id, proposal=proposal)


def _paid(connection: sa.Connection, effect_ids: Sequence[str]) -> Mapping[tuple[str, str], int]:
    total = sa.func.sum(MONEY.c.amount_ore)
    asked = sa.select(MONEY.c.effect_id, MONEY.c.kind, total).where(MONEY.c.effect_id.in_(effect_ids))
    return {
        (effect_id, kind): int(amount)
        for effect_id, kind, amount in connection.execute(asked.group_by(MONEY.c.effect_id, MONEY.c.kind))
    }
