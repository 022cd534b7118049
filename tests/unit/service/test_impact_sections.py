"""Sections of estimates: what rests on few cases is not told, immature and naive rows say so, and quarters hold still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace

import pytest

from governance.impact.business_case.prices import load_price_index
from governance.impact.business_case.reading import load_case_in_force
from governance.impact.estimates import (
    ArmRow,
    ArmTable,
    DriftPoint,
    DriftWatch,
    Estimates,
    MaturationRow,
    PrevalenceRow,
    PromiseRow,
    Saved,
)
from governance.impact.facts import CaseFact, EffectFact, Facts
from governance.impact.followed import Measured
from governance.impact.position import build_lines
from governance.settings import Settings
from service.impact import making
from service.impact.basis import Basis
from service.impact.expected import Logged
from service.impact.explained import with_case_types
from service.impact.realised import build_measured
from service.impact.report_model import HIDDEN, Figure, ImpactReport, Section
from service.impact.sections import arm, maturation, prevalence, promise
from service.impact.strata import Beside, build_book
from service.impact.telling import Earlier, build_telling, to_compare

D = dt.date
DAY = D(2024, 12, 31)


def a_case(place: int, channel: str = "model") -> CaseFact:
    opened = D(2023, 1, 2)
    return CaseFact(f"k{place}", f"a{place}", opened, opened, channel, "list", "2023-Q1", None, 1.0, "benefit_changed")


def an_effect(place: int, days: int) -> EffectFact:
    recorded = D(2023, 1, 2) + dt.timedelta(days=days)
    return EffectFact(
        f"e{place}", f"k{place}", "p", None, "friplads", "BUF", "stopped", -100, recorded, 0, recorded, None, 12, 1000
    )


def an_arm_row(saved: int, **changed: object) -> ArmRow:
    named = {
        "target": "pool", "estimator": "horvitz_thompson", "text_da": "Alle", "naive": False, "total_ore": 1e6,
        "low_ore": 5e5, "high_ore": 2e6, "cases": 80, "saved_cases": saved, "effective_cases": 60.0,
    }  # fmt: skip
    return ArmRow(**named | changed)


def a_promise(dimension: str, key: str, promised: float, realised: float) -> PromiseRow:
    return PromiseRow(
        dimension=dimension, key=key, text_da=key, promised_ore=promised, realised_ore=realised,
        ratio=realised / promised, low=0.5, high=1.5, cases=40, waiting=0, mature=True,
    )  # fmt: skip


def estimates(**changed: object) -> Estimates:
    empty = Estimates(
        arm=ArmTable(rows=(), cohorts=("2023-Q1",), draws=4, candidates=100.0, drawn=80, immature=0), prevalence=(),
        maturation=(), promise=(), power=(), method=(),
        drift=DriftWatch(points=(), alarm=False, threshold=3.5, slack=0.5, false_alarms_a_year=0.05),
    )  # fmt: skip
    return replace(empty, **changed)


def a_basis(found: Estimates, *, facts: Facts | None = None, beside: tuple[Beside, ...] = ()) -> Basis:
    lines = with_case_types(build_lines([]), {})
    return Basis(
        as_of=DAY, booking=1, ledger_hash="0", book=build_book(lines, (), beside), case=load_case_in_force(""),
        index=load_price_index(""), estimates=found, facts=facts or Facts((), (), (), (), DAY, 70_000),
    )  # fmt: skip


def cells(table, code: str) -> list[object]:
    place = next(each for each, column in enumerate(table.columns) if column.code == code)
    return [row[place] for row in table.rows]


@pytest.mark.parametrize(("saved", "shown"), [(0, 1_000_000), (9, HIDDEN), (10, 1_000_000)])
def test_an_amount_of_few_saving_cases_is_not_told(saved: int, shown: object) -> None:
    table = replace(estimates().arm, rows=(an_arm_row(saved),))
    [made] = arm.build(a_basis(estimates(arm=table))).tables
    assert cells(made, "value") == [shown]


def test_what_is_left_of_the_pool_without_a_list_is_not_given_away() -> None:
    rows = (an_arm_row(25), an_arm_row(20, target="rules"), an_arm_row(12, target="model"))
    [made] = arm.build(a_basis(estimates(arm=replace(estimates().arm, rows=rows)))).tables
    assert cells(made, "value") == [1_000_000, HIDDEN, 1_000_000]


def an_arm_table(**saved: tuple[set[int], set[int]]) -> ArmTable:
    """Targets and which drawn and which controlled cases of theirs saved something."""
    rows = tuple(an_arm_row(len(drawn), target=target) for target, (drawn, _) in saved.items())
    sets = {name: Saved(drawn=frozenset(drawn), controlled=frozenset(all_)) for name, (drawn, all_) in saved.items()}
    return replace(estimates().arm, rows=rows, saved=sets)


def some(*spans: tuple[int, int]) -> tuple[set[int], set[int]]:
    cases = {each for first, end in spans for each in range(first, end)}
    return cases, cases


def test_two_lists_that_differ_by_a_few_saving_cases_are_not_both_told() -> None:
    made = an_arm_table(pool=some((0, 60)), model=some((0, 30)), rules=some((3, 33)), logistic=some((15, 45)))
    assert arm.told_targets(made) == {"pool", "model", "logistic"}


def test_three_lists_whose_sum_leaves_a_few_are_not_all_told() -> None:
    made = an_arm_table(pool=some((0, 45)), model=some((0, 20)), rules=some((20, 40)))
    assert arm.told_targets(made) == {"pool", "model"}


def test_a_naive_figure_of_few_controlled_cases_is_not_told_although_no_drawn_one_saved() -> None:
    made = an_arm_table(pool=(set(range(30)), set(range(80))), rules=(set(), {40, 41, 42, 43}))
    assert arm.told_targets(made) == {"pool"}


def a_share(what: str, found: int) -> PrevalenceRow:
    return PrevalenceRow(
        what=what, text_da=what, share=found / 300, low=0.001, high=0.05, cases=300, found=found, effective_cases=200.0,
        weighted_cases=200.0,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("found", "told"),
    [
        ((12, 25, 37), {"registration", "payment", "any"}), ((2, 25, 27), {"any"}), ((12, 4, 16), {"any"}),
        ((25, 30, 50), {"any", "payment"}), ((3, 4, 7), set()), ((0, 12, 12), {"registration", "payment", "any"}),
    ],
)  # fmt: skip
def test_a_share_of_few_findings_is_not_told_nor_left_over(found: tuple[int, int, int], told: set[str]) -> None:
    registration, payment, every = found
    rows = (a_share("registration", registration), a_share("payment", payment), a_share("any", every))
    assert prevalence.told_shares(rows) == told
    [made] = prevalence.build(a_basis(estimates(prevalence=rows))).tables
    assert [value != HIDDEN for value in cells(made, "value")] == [row.what in told for row in rows]


def test_of_few_findings_the_upper_limit_is_the_same_for_one_and_for_nine() -> None:
    one, nine = (prevalence.highest_of_few(a_share("any", found)) for found in (1, 9))
    assert one == nine and 0.045 < float(one) < 0.09
    assert prevalence.highest_of_few(replace(a_share("any", 9), high=0.2)) == HIDDEN


@pytest.mark.parametrize(("set_aside", "told"), [(0, True), (3, False), (12, True)])
def test_a_share_of_hits_does_not_give_away_how_many_were_set_aside(set_aside: int, told: bool) -> None:
    effects = tuple(
        replace(an_effect(place, 30), reversed_on=DAY if place < set_aside else None) for place in range(30)
    )
    cases = tuple(a_case(place) for place in range(30))
    cases += tuple(replace(a_case(place), outcome="no_change") for place in range(30, 80))
    assert ("hit_share" in measured(cases, effects)) == told


def measured(cases: tuple[CaseFact, ...], effects: tuple[EffectFact, ...], waiting: int = 0) -> Mapping[str, Measured]:
    """What criteria measure of these; the last `waiting` cases are of months that still wait."""
    ripe = frozenset(case.case_id for case in cases[: len(cases) - waiting])
    facts = Facts(cases, effects, (), (), DAY, 70_000)
    return build_measured(replace(a_basis(estimates(), facts=facts), ripe=ripe), ())


def test_a_share_of_hits_counts_no_month_of_which_some_cases_still_wait() -> None:
    """What is dismissed is closed first: closed cases of a young month would make the share too low."""
    effects = tuple(an_effect(place, 30) for place in range(20))
    cases = tuple(a_case(place) for place in range(20))
    cases += tuple(replace(a_case(place), outcome="no_change") for place in range(20, 80))
    shares = {waiting: measured(cases, effects, waiting) for waiting in (0, 4, 40)}
    assert {waiting: found["hit_share"].value for waiting, found in shares.items() if "hit_share" in found} == {
        0: 20 / 80, 40: 20 / 40,
    }  # fmt: skip


def test_an_estimate_without_an_interval_is_none_and_a_naive_one_is_marked() -> None:
    rows = (an_arm_row(0, low_ore=None, high_ore=None), an_arm_row(0, naive=True, estimator="naive", low_ore=None))
    [made] = arm.build(a_basis(estimates(arm=replace(estimates().arm, rows=rows)))).tables
    assert (cells(made, "value"), cells(made, "mark")) == ([None, 1_000_000], ["", arm.NAIVE])


def test_a_quarters_known_amount_grows_by_ten_cases_or_is_not_told() -> None:
    cases = tuple(a_case(place) for place in range(40))
    days = [30] * 12 + [120] * 3 + [200] * 8 + [400] * 17
    effects = tuple(an_effect(place, day) for place, day in enumerate(days))
    rows = tuple(
        MaturationRow(
            cohort="2023-Q1", age_months=age, cases=40, at_risk=40, concluded_share=0.5, concluded_low=0.4,
            concluded_high=0.6, known_ore=known, mature=True,
        )
        for age, known in ((3, 1200.0), (6, 1500.0), (9, 2300.0), (12, 2300.0), (18, 4000.0))
    )  # fmt: skip
    facts = Facts(cases, effects, (), (), DAY, 70_000)
    [made] = maturation.build(a_basis(estimates(maturation=rows), facts=facts)).tables
    assert cells(made, "known") == [1200, HIDDEN, 2300, 2300, 4000]


def test_a_quarter_of_few_cases_is_not_told_at_all() -> None:
    row = MaturationRow(
        cohort="2023-Q1", age_months=3, cases=9, at_risk=9, concluded_share=0.5, concluded_low=0.4, concluded_high=0.6,
        known_ore=1.0, mature=True,
    )  # fmt: skip
    [made] = maturation.build(a_basis(estimates(maturation=(row,)))).tables
    assert made.rows[0][3:9] == (HIDDEN,) * 6


def a_sum(place: int, account: str, amount: int, office: str, benefit: str = "") -> Beside:
    return Beside(
        case_id=f"k{place}", cohort="2023-Q1", year=2023, account=f"mature.{account}", amount_ore=amount,
        administration=office, benefit=benefit,
    )  # fmt: skip


def some_promises() -> tuple[Basis, Estimates]:
    """Forty promised, mature cases: 30 of BIF and 10 of BUF saved something, of these 3 in KFF besides."""
    beside = [a_sum(each, "promised", 100, "BIF") for each in range(40)]
    saved = [("BIF", range(30)), ("BUF", range(28, 40)), ("KFF", range(3))]
    beside += [a_sum(each, "realised", 90, office, benefit="friplads") for office, cases in saved for each in cases]
    rows = (
        a_promise("all", "all", 4000.0, 4050.0), a_promise("administration", "BIF", 4000.0, 2700.0),
        a_promise("administration", "BUF", 4000.0, 1080.0), a_promise("administration", "KFF", 4000.0, 270.0),
    )  # fmt: skip
    point = DriftPoint(cohort="2023-Q1", ratio=1.0, score=0.1, over=0.0, under=0.0, alarm=False)
    found = estimates(promise=rows, drift=replace(estimates().drift, points=(point,)))
    return a_basis(found, beside=tuple(beside)), found


def test_a_small_administration_hides_its_amount_its_ratio_and_another() -> None:
    basis, _ = some_promises()
    telling = build_telling(basis.book, promise.codes(basis))
    calibration, drift = promise.build(basis, telling).tables
    realised, ratio = cells(calibration, "realised"), cells(calibration, "ratio")
    assert realised[0] == 4050 and realised[3] == HIDDEN and realised[1:3].count(HIDDEN) == 1
    assert [each == HIDDEN for each in ratio] == [each == HIDDEN for each in realised]
    assert cells(drift, "ratio") == [1.0]
    beside = promise.beside_rows(basis.estimates.promise, telling)
    assert beside[2][2:5] == (HIDDEN,) * 3


def a_told(version: int, *codes: str) -> ImpactReport:
    figures = tuple(Figure(code=code, text_da=code, unit="ore", value=1, source=code) for code in codes)
    return ImpactReport(
        version=version, as_of=DAY, made_at="", booking=version, ledger_hash="", headline=figures, sections=(),
        method=(),
    )  # fmt: skip


def test_what_told_a_figure_last_is_compared_with_however_old_it_is() -> None:
    """A figure that was withheld for more versions than are always compared is not told for want of memory."""
    first = [a_told(1, "cost_control"), a_told(2, "cost_control", "net_municipal"), a_told(3, "cost_control")]
    later = [a_told(4 + each, "realised_municipal") for each in range(40)]
    assert [each.version for each in to_compare([*first, *later])] == [2, 3, *range(20, 44)]
    assert to_compare(first) == tuple(first) and to_compare([]) == ()


def test_a_sum_that_two_newly_mature_cases_changed_is_withheld() -> None:
    """Promises are no entries of the ledger, yet two quarters of them can be subtracted too."""
    basis, found = some_promises()
    lines = with_case_types(build_lines([]), {})
    then = [a_sum(each, "promised", 100, "BIF") for each in range(40)]
    then += [a_sum(each, "realised", 90, "BIF", benefit="friplads") for each in range(28)]
    office = promise.realised_code(found.promise[1])
    codes = list(promise.codes(basis))
    for told in (frozenset({office}), frozenset[str]()):
        telling = build_telling(basis.book, codes, (Earlier(a_told(1), build_book(lines, (), then), told),))
        assert (office in telling.withheld) == bool(told)


def test_what_an_earlier_section_told_of_promises_is_known_by_its_rows() -> None:
    basis, found = some_promises()
    section = promise.build(basis, build_telling(basis.book, list(promise.codes(basis))))
    shown = {row[1]: row[2:4] for row in section.tables[0].rows}
    told = promise.told_codes(section, found.promise)
    for row in found.promise:
        assert (promise.realised_code(row) in told) == (shown[row.text_da][1] != HIDDEN)
    assert told and promise.told_codes(None, found.promise) == frozenset()


@pytest.mark.parametrize(("fresh", "kept"), [(0, False), (4, True), (12, False)])
def test_sections_of_draws_stand_while_a_few_findings_are_new(fresh: int, kept: bool) -> None:
    """Two quarters of the arm can be subtracted: what is between them are the newly mature drawn cases."""
    told = replace(a_told(1), as_of=D(2023, 12, 31), sections=(an_arm_section(),))
    old = tuple(replace(a_case(place, "random"), outcome="no_change") for place in range(30))
    late = D(2023, 12, 1)
    new = tuple(replace(a_case(place, "random"), opened_on=late, closed_on=late) for place in range(30, 30 + fresh))
    facts = Facts(old + new, tuple(an_effect(30 + each, 340) for each in range(fresh)), (), (), DAY, 70_000)
    basis = replace(a_basis(estimates(), facts=facts), earlier=(Earlier(told, build_book(NOTHING, ())),))
    matured = making._Matured(facts, Logged({}, ()), None, Settings())  # type: ignore[arg-type]
    assert (making._kept_draws(basis, matured) != {}) == kept


def an_arm_section() -> Section:
    return arm.build(a_basis(estimates(arm=an_arm_table(pool=some((0, 60))))))


NOTHING = with_case_types(build_lines([]), {})
