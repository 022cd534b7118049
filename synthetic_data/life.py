"""Births, deaths, marriages, divorces, persons gone missing and address protection, month by month."""

from __future__ import annotations

import numpy as np

from synthetic_data.block import Block
from synthetic_data.calendar import YEAR_DAYS, Span
from synthetic_data.codes import (
    COUNTER,
    CUSTODY,
    DIVORCED,
    MARRIED,
    PARENT,
    SPOUSE,
    UNMARRIED,
    WIDOWED,
)
from synthetic_data.columns import NO_DAY, Ints
from synthetic_data.registration import adults, draw, free, register_moves, revise_person

_DEAD, _MISSING = 90, 70
_BIRTHS_A_COUPLE = 0.0085  # a month, woman of 24-40
_MARRIAGES_A_COUPLE = 0.003
_DIVORCES_APART = 0.05  # spouses registered apart, a month
_MISSING_SHARE = 0.000015
_PROTECTION_GAINED, _PROTECTION_LOST = 0.00006, 0.008


def live(block: Block, span: Span) -> None:
    """All life events of one month."""
    _die(block, span)
    _give_birth(block, span)
    _marry(block, span)
    _divorce(block, span)
    _protect(block, span)


def _die(block: Block, span: Span) -> None:
    people = block.people
    here = block.residents()
    age = (span.first - people["birth"][here]) / YEAR_DAYS
    hazard = np.minimum(0.00002 + np.exp((age - 104) / 10.5) / 12, 0.2)
    dead = free(block, span, draw(block, here, hazard))
    _leave_registers(block, span, dead, status=_DEAD)
    left = people["spouse"][dead]
    ends = (left >= 0) & ~(np.isin(left, dead) & (left < dead))  # spouses who die in one month end one marriage
    dead, left = dead[ends], left[ends]
    _end_marriages(block, span, left, dead, civil=WIDOWED)
    grown = adults(block, span.first)
    _leave_registers(block, span, free(block, span, draw(block, grown, _MISSING_SHARE)), status=_MISSING)


def _leave_registers(block: Block, span: Span, gone: Ints, *, status: int) -> None:
    """Dead or missing: the person row gets the status, the residence ends, on one day."""
    people = block.people
    on = span.recording_days(block.rng, len(gone))
    lags = block.rng.integers(1, 12, len(gone))
    register_moves(block, gone, np.full(len(gone), -1), on=on, lags=lags, channel=COUNTER, care_of=False)
    revise_person(block, gone, since=people["moved_on"][gone], on=on, status=status)
    people["partner"][people["partner"][gone[people["partner"][gone] >= 0]]] = -1
    people["partner"][gone] = -1


def _end_marriages(block: Block, span: Span, left: Ints, other: Ints, *, civil: int) -> None:
    """Close the spouse rows both ways; `left` gets the new civil status when free this month, else keeps the old."""
    people = block.people
    on = span.recording_days(block.rng, len(left))
    for person in (left, other):
        rows = people["spouse_row"][person]
        ended = np.maximum(on - 5, block.relation_facts["valid_from"][rows] + 1)
        block.relation_facts.end(rows, valid_to=ended, on=on)
        people["spouse"][person] = -1
        people["spouse_row"][person] = -1
    open_now = people["touched"][left] != span.number
    people["touched"][left[open_now]] = span.number
    revise_person(block, left[open_now], since=on[open_now] - 5, on=on[open_now], civil=civil)


def _give_birth(block: Block, span: Span) -> None:
    people = block.people
    women = adults(block, span.first)
    age = (span.first - people["birth"][women]) / YEAR_DAYS
    women = women[(people["sex"][women] == 1) & (age > 24) & (age < 41)]
    together = block.are_together(women, people["partner"][women])
    mothers = draw(block, women, np.where(together, _BIRTHS_A_COUPLE, 0.0012))
    mothers = mothers[people["touched"][mothers] != span.number]
    on = span.recording_days(block.rng, len(mothers))
    born = on - block.rng.integers(0, 5, len(mothers))
    babies = _add_babies(block, span, mothers, born, on)
    _record_babies(block, babies, on)


def _add_babies(block: Block, span: Span, mothers: Ints, born: Ints, on: Ints) -> Ints:
    people, rng = block.people, block.rng
    columns = {name: people[name][mothers] for name in ("origin", "citizenship", "protected", "address", "care_of")}
    columns["origin"] = np.where(columns["origin"] == 1, 2, columns["origin"])
    return people.add(
        len(mothers), birth=born, sex=rng.integers(0, 2, len(mothers)), disability=False, civil=UNMARRIED, status=1,
        previous_address=-1, moved_on=born, moved_in_month=-99, channel=COUNTER, late_days=on - born, partner=-1,
        spouse=-1, parent1=mothers, parent2=people["partner"][mothers], touched=span.number, person_row=-1,
        residence_row=-1, closed_row=-1, spouse_row=-1, **columns,
    )  # fmt: skip


def _record_babies(block: Block, babies: Ints, on: Ints) -> None:
    people = block.people
    born = people["birth"][babies]
    days = {"valid_from": born, "recorded_on": on}
    people["person_row"][babies] = block.person_facts.record(
        len(babies), person=babies, civil=UNMARRIED, status=1, protected=people["protected"][babies], **days
    )
    people["residence_row"][babies] = block.residence_facts.record(
        len(babies), person=babies, address=people["address"][babies], channel=COUNTER,
        care_of=people["care_of"][babies], **days,
    )  # fmt: skip
    adult_on = (born + 18 * YEAR_DAYS).astype(np.int64)
    for role in ("parent1", "parent2"):
        has = people[role][babies] >= 0
        child, parent = babies[has], people[role][babies][has]
        chosen = {name: day[has] for name, day in days.items()}
        for kind, valid_to in ((PARENT, NO_DAY), (CUSTODY, adult_on[has])):
            block.relation_facts.record(
                len(child), person=parent, related=child, kind=kind, valid_to=valid_to, **chosen
            )  # fmt: skip


def _marry(block: Block, span: Span) -> None:
    people = block.people
    grown = adults(block, span.first)
    partner = people["partner"][grown]
    unwed = (partner > grown) & (people["spouse"][grown] < 0) & (people["spouse"][partner] < 0)
    grown = grown[unwed & block.are_together(grown, partner)]
    one = draw(block, grown, _MARRIAGES_A_COUPLE)
    other = people["partner"][one]
    open_now = (people["touched"][one] != span.number) & (people["touched"][other] != span.number)
    one, other = one[open_now], other[open_now]
    on = span.recording_days(block.rng, len(one))
    for person, spouse in ((one, other), (other, one)):
        people["touched"][person] = span.number
        people["spouse"][person] = spouse
        people["spouse_row"][person] = block.relation_facts.record(
            len(person), person=person, related=spouse, kind=SPOUSE, valid_from=on - 4, recorded_on=on
        )
        revise_person(block, person, since=on - 4, on=on, civil=MARRIED)


def _divorce(block: Block, span: Span) -> None:
    """Spouses who live apart divorce in time; until then a spouse is registered elsewhere."""
    people = block.people
    one = adults(block, span.first)
    one = one[people["spouse"][one] > one]
    other = people["spouse"][one]
    apart = (people["partner"][one] != other) & (people["address"][other] >= 0)
    one = draw(block, one[apart], _DIVORCES_APART)
    one = one[(people["touched"][one] != span.number) & (people["touched"][people["spouse"][one]] != span.number)]
    other = people["spouse"][one]
    _end_marriages(block, span, one, other, civil=DIVORCED)
    on = span.recording_days(block.rng, len(other))
    people["touched"][other] = span.number
    revise_person(block, other, since=on - 5, on=on, civil=DIVORCED)


def _protect(block: Block, span: Span) -> None:
    people = block.people
    here = block.residents()
    rate = np.where(people["protected"][here], _PROTECTION_LOST, _PROTECTION_GAINED)
    chosen = free(block, span, draw(block, here, rate))
    on = span.recording_days(block.rng, len(chosen))
    revise_person(block, chosen, since=on, on=on, protected=~people["protected"][chosen])
