"""Who may be scored, rule by rule: rows in, candidates and counted exclusions out, on both routes."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl
import pytest
from builders import AS_OF, DAY, Record, a_case, a_grant, a_person, a_residence, a_signal, a_world, an_address

from features.candidates import EXCLUSIONS, Candidates, find_candidates
from features.engines import PolarsEngine
from features.reference import judge_address
from governance.as_of import months_before
from governance.errors import GateClosed, UsageError
from governance.legal_bases import LegalBasis, load_legal_bases
from governance.registers import Registers
from governance.settings import Settings

GRANT, SIGNAL = "retssikkerhedsloven_11a", "cpr_10"
YEAR_AGO = (DAY - months_before(DAY, 12)).days
TWO_YEARS_AGO = (DAY - months_before(DAY, 24)).days


@dataclass(frozen=True)
class Rule:
    """Rows about the addresses; who is a candidate and on what basis; what is counted as excluded."""

    rows: tuple[Record, ...]
    candidates: dict[str, str] = field(default_factory=dict)
    excluded: dict[str, int] = field(default_factory=dict)


def a_holder(person: str, address: str, **grant: Any) -> tuple[Record, ...]:
    return a_residence(person, address), a_grant(person, **grant)


RULES = {
    "a running grant or a signal reaches an address": Rule(
        (
            *a_holder("ane", "grant"), a_signal("signal"), *a_holder("bo", "both"), a_signal("both"),
            a_residence("carl", "neither"), a_residence("dea", "ended"), a_grant("dea", to_days_ago=0),
        ),
        {"grant": GRANT, "signal": SIGNAL, "both": f"{GRANT}+{SIGNAL}"},
    ),
    "a signal counts to the same day two years later": Rule(
        (
            a_signal("last", recorded_days_ago=TWO_YEARS_AGO), a_signal("past", recorded_days_ago=TWO_YEARS_AGO + 1),
            a_signal("tomorrow", recorded_days_ago=-1),
        ),
        {"last": SIGNAL},
    ),
    "no address with a protected resident": Rule(
        (
            *a_holder("ane", "home"), a_person("bo", protected=True), a_residence("bo", "home"),
            *a_holder("carl", "moved"), a_person("dea", protected=True), a_residence("dea", "moved", to_days_ago=0),
        ),
        {"moved": GRANT},
        {"protected_resident": 1},
    ),
    "no institution": Rule(
        (an_address("care", use=160), *a_holder("ane", "care"), an_address("hall", use=150), *a_holder("bo", "hall")),
        {"hall": GRANT},
        {"institution": 1},
    ),
    "no open case": Rule(
        (
            *a_holder("ane", "open"), a_case("open", outcome=None), *a_holder("bo", "today"),
            a_case("today", outcome="referred", closed_days_ago=0), *a_holder("carl", "tomorrow"),
            a_case("tomorrow", outcome="referred", closed_days_ago=-1),
        ),
        {"today": GRANT},
        {"case_open": 2},
    ),
    "no control within a year of one without change": Rule(
        (
            *a_holder("ane", "cools"), a_case("cools", closed_days_ago=YEAR_AGO - 1), *a_holder("bo", "cooled"),
            a_case("cooled", closed_days_ago=YEAR_AGO), *a_holder("carl", "inconclusive"),
            a_case("inconclusive", outcome="inconclusive", closed_days_ago=9), *a_holder("dea", "hit"),
            a_case("hit", outcome="registration_corrected", closed_days_ago=9),
        ),
        {"cooled": GRANT, "inconclusive": GRANT, "hit": GRANT},
        {"cool_off": 1},
    ),
    "an address may be excluded for several reasons": Rule(
        (
            an_address("home", use=160), *a_holder("ane", "home"), a_case("home", outcome=None, opened_days_ago=90),
            a_case("home", closed_days_ago=200),
        ),
        {},
        {"institution": 1, "case_open": 1, "cool_off": 1},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_candidates_are_those_of_the_rule(name: str) -> None:
    rule = RULES[name]
    found = find_candidates(
        PolarsEngine(a_world(*rule.rows)), as_of=AS_OF, settings=Settings(), bases=load_legal_bases()
    )
    assert dict(zip(found.units["address_id"], found.units["legal_basis"], strict=True)) == rule.candidates
    assert dict(found.excluded) == {reason: rule.excluded.get(reason, 0) for reason in EXCLUSIONS}


@pytest.mark.parametrize("name", RULES)
def test_second_route_judges_the_same(name: str) -> None:
    rule = RULES[name]
    world = a_world(*rule.rows)
    addresses = {record.cells["address_id"] for record in rule.rows if "address_id" in record.cells}
    judged = {
        name: judge_address(world, name, as_of=AS_OF, settings=Settings(), bases=load_legal_bases())
        for name in addresses
    }
    assert {name: "+".join(each.bases) for name, each in judged.items() if each.is_candidate} == rule.candidates
    reasons = Counter(reason for each in judged.values() if each.reached for reason in each.excluded)
    assert dict(reasons) == rule.excluded


def found_with(world: Registers, bases: Sequence[LegalBasis], **asked: Any) -> Candidates:
    return find_candidates(PolarsEngine(world), as_of=AS_OF, settings=Settings(), bases=bases, **asked)


def without(code: str) -> list[LegalBasis]:
    return [basis for basis in load_legal_bases() if basis.code != code]


@pytest.mark.parametrize(
    ("lapsed", "left", "unread"), [(GRANT, "signal", "benefit_grant"), (SIGNAL, "grant", "signal")]
)
def test_a_ground_that_does_not_stand_is_not_looked_at(lapsed: str, left: str, unread: str) -> None:
    world = a_world(*a_holder("ane", "grant"), a_signal("signal"))
    found = found_with(world, without(lapsed))
    assert found.units["address_id"].to_list() == [left]
    assert found.considered == 1
    emptied = dict(world.frames) | {unread: world.table(unread).filter(pl.lit(value=False))}
    assert found_with(Registers(emptied), without(lapsed)).units.equals(found.units)


def test_without_any_standing_basis_nobody_is_looked_at() -> None:
    world = a_world(*a_holder("ane", "grant"), a_signal("signal"))
    of_development = [basis for basis in load_legal_bases() if "operation" not in basis.phases]
    for bases in ((), of_development, [basis for basis in load_legal_bases() if basis.code == "fairness_monitoring"]):
        with pytest.raises(GateClosed, match="nobody may be looked at"):
            found_with(world, bases)


def test_a_grant_of_a_benefit_without_basis_makes_no_candidate_and_is_counted() -> None:
    world = a_world(*a_holder("ane", "grant"), *a_holder("bo", "other", benefit="friplads"))
    bases = [
        dataclasses.replace(basis, benefits=tuple(code for code in basis.benefits if code != "friplads"))
        for basis in load_legal_bases()
    ]
    found = found_with(world, bases)
    assert found.units["address_id"].to_list() == ["grant"]
    assert (found.considered, found.excluded["no_legal_basis"]) == (2, 1)
    with pytest.raises(GateClosed) as refusal:
        found_with(world, bases, benefits=["friplads"])
    assert refusal.value.item == "friplads"


def test_asked_for_by_benefit_only_its_grants_make_candidates() -> None:
    world = a_world(*a_holder("ane", "grant"), *a_holder("bo", "other", benefit="friplads"), a_signal("signal"))
    found = found_with(world, load_legal_bases(), benefits=["friplads"])
    assert dict(zip(found.units["address_id"], found.units["legal_basis"], strict=True)) == {"other": GRANT}
    assert found.considered == 1
    with pytest.raises(UsageError):
        found_with(world, load_legal_bases(), benefits=["luftkastel"])


@pytest.mark.parametrize("column", ["residence.address_id", "person.address_protected", "benefit_grant.benefit"])
def test_the_rules_name_the_column_they_cannot_do_without(column: str) -> None:
    bases = [dataclasses.replace(basis, columns=tuple(basis.covered - {column})) for basis in load_legal_bases()]
    with pytest.raises(GateClosed) as refusal:
        found_with(a_world(*a_holder("ane", "grant")), bases)
    assert refusal.value.item == column
