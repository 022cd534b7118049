"""The report as the product makes it: sums of the ledger to the øre, no few cases in it, and versions that stay."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from governance.as_of import AsOf
from governance.errors import AuditLogBroken, NotFound, UsageError
from governance.impact.figures import FIGURES
from governance.store.engine import WRITING
from governance.store.opening import Store
from service.impact.explained import explain_figure
from service.impact.keeping import list_versions, load_report
from service.impact.making import make_report
from service.impact.report_model import (
    HEADLINE,
    HIDDEN,
    SECTIONS,
    as_document,
    hash_of,
    read_document,
)
from service.impact.strata import build_sums
from service.impact.suppression import Sums, cases_of
from tests.impact_histories import known
from tests.service.told_reports import (
    FIRST,
    HISTORIES,
    LATER,
    booked,
    crowds,
    hidden_codes,
    read_book,
    reported,
    shown_cells,
    sums_of,
)


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory):
    """A store with the reports of two days."""
    from tests.audit_logs import TickingClock, a_store

    place = tmp_path_factory.mktemp("reports")
    store = a_store(place / "home", clock=TickingClock(), database=f"sqlite:///{place / 'told.db'}")
    yield store, reported(store, FIRST), reported(store, LATER)
    store.engine.dispose()


def test_the_report_has_the_twelve_figures_and_every_section(two) -> None:
    _, _, made = two
    assert tuple(figure.code for figure in made.kept.report.headline) == HEADLINE
    assert tuple(section.code for section in made.kept.report.sections) == SECTIONS


def test_every_figure_that_is_shown_sums_from_the_entries_that_its_code_lists(two) -> None:
    store, _, made = two
    shown = shown_cells(made.kept.report)
    of_ledger = [code for code in shown if code.split(":")[0].split("@")[0].split(",")[0] in FIGURES]
    assert len(of_ledger) > 60
    # every headline figure, and of the others those that lie far apart
    for code in [*(set(HEADLINE) & set(of_ledger)), *of_ledger[:: len(of_ledger) // 12]]:
        assert abs(explain_figure(store, code).value_ore) == abs(shown[code]), code


def test_a_section_without_data_says_why_and_shows_no_zeros(two) -> None:
    _, _, made = two
    for code in ("maturation", "arm", "promise", "prevalence", "power"):
        section = made.kept.report.section(code)
        assert section.intro_da and not section.tables and not section.figures
    expected = made.kept.report.headline[0]
    assert (expected.value, expected.hidden) == (None, False) and "ikke" in expected.note_da.lower()


def test_no_cell_of_few_cases_is_shown_anywhere(two) -> None:
    store, _, made = two
    shown = list(shown_cells(made.kept.report))
    few = cases_of(sums_of(store, made.kept.report, shown))
    assert not [code for code, cases in zip(shown, few, strict=True) if 0 < cases < 10]
    assert hidden_codes(made.kept.report)


def test_no_hidden_cell_can_be_worked_out_from_everything_that_is_shown(two) -> None:
    """All sections at once: whether a hidden sum is any combination of shown ones, asked of a least-squares solver."""
    store, _, made = two
    shown, hidden = sorted(shown_cells(made.kept.report)), sorted(hidden_codes(made.kept.report))
    sums = sums_of(store, made.kept.report, [*shown, *hidden])
    known_rows, wanted = sums.weights[: len(shown)], sums.weights[len(shown) :]
    cases = cases_of(sums)[len(shown) :]
    few = (cases > 0) & (cases < 10)
    solved = np.linalg.lstsq(known_rows.T, wanted[few].T, rcond=None)[0]
    left = np.abs(known_rows.T @ solved - wanted[few].T).max(axis=0)
    assert few.any() and left.min() > 1e-6


def test_no_difference_of_two_shown_cells_is_about_few_cases(two) -> None:
    store, _, made = two
    assert not few_between(sums_of(store, made.kept.report, sorted(shown_cells(made.kept.report))))


MOST_PAIRS = 30_000


def _same_code(sums: Sums) -> list[tuple[int, int]]:
    """Rows of a sum now, and of the same as it was told before."""
    told = sums.all_weights[len(sums.names) :]
    return [
        (place, other)
        for place, row in enumerate(sums.weights)
        for other, before in enumerate(told)
        if np.array_equal(row * (before != 0), before) and before.any()
    ]


def few_between(sums: Sums) -> list[tuple[int, int]]:
    """Pairs of rows whose sum or difference is about 1 to 9 cases."""
    rows = sums.all_weights
    pairs = list(combinations(range(len(rows)), 2))
    if len(pairs) > MOST_PAIRS:
        chosen = np.random.default_rng(1).choice(len(pairs), MOST_PAIRS, replace=False)
        near = [(place, len(sums.names) + other) for place, other in _same_code(sums)]
        pairs = [*near, *(pairs[each] for each in chosen)]
    first, second = (np.array(side) for side in zip(*pairs, strict=True))
    found = []
    for start in range(0, len(pairs), 2000):
        part = slice(start, start + 2000)
        for sign in (1, -1):
            cases = crowds(rows[first[part]] + sign * rows[second[part]], sums.present)
            found += [pairs[start + place] for place in np.flatnonzero((cases > 0) & (cases < 10))]
    return found


def test_what_two_versions_show_together_tells_of_no_few_cases(two) -> None:
    """Every cell of both versions over what stood then and what came since."""
    store, before, after = two
    assert few_between(both_versions(store, before.kept.report, after.kept.report)) == []


def both_versions(store: Store, before, after) -> Sums:
    from service.impact.strata import beside_earlier

    then, now = read_book(store, before.booking), read_book(store, after.booking)
    sums, _ = build_sums(now, sorted(shown_cells(after)))
    return beside_earlier(sums, now, then=then, told=sorted(shown_cells(before)))


def test_a_restated_figure_stands_in_its_version_for_good(two) -> None:
    store, before, after = two
    with store.reading() as connection:
        first, newest = load_report(connection, version=1), load_report(connection)
        versions = [each.version for each in list_versions(connection)]
    assert (first, newest, versions) == (before.kept, after.kept, [2, 1])
    assert first.sha256 == hash_of(first.report) != newest.sha256
    assert read_document(as_document(first.report)) == first.report


def test_the_same_again_makes_no_version(two) -> None:
    store, _, after = two
    again = make_report(store, AsOf(LATER), settings=store.settings)
    assert (again.made, again.kept) == (False, after.kept)


def test_an_earlier_day_is_not_told_anew(two) -> None:
    store, _, _ = two
    with pytest.raises(UsageError, match="later day"):
        make_report(store, AsOf(FIRST), settings=store.settings)


def test_a_few_changed_cases_make_no_version(sqlite_store: Store) -> None:
    whole = known(HISTORIES, LATER, late=False)
    last = {case.case_id for case in whole.cases[-4:]}
    first = replace(
        whole,
        cases=tuple(each for each in whole.cases if each.case_id not in last),
        effects=tuple(each for each in whole.effects if each.case_id not in last),
        money=(),
    )
    booked(sqlite_store, LATER, first)
    told = make_report(sqlite_store, AsOf(LATER), settings=sqlite_store.settings)
    booked(sqlite_store, LATER, replace(whole, money=()))
    again = make_report(sqlite_store, AsOf(LATER), settings=sqlite_store.settings)
    assert (told.made, again.made, again.too_few, again.kept) == (True, False, True, told.kept)


def test_nothing_is_told_before_anything_is_booked(sqlite_store: Store) -> None:
    with pytest.raises(UsageError, match="Nothing was booked"):
        make_report(sqlite_store, AsOf(LATER), settings=sqlite_store.settings)
    with sqlite_store.reading() as connection, pytest.raises(NotFound):
        load_report(connection)


def test_an_altered_report_is_found(sqlite_store: Store) -> None:
    reported(sqlite_store, FIRST)
    with sqlite_store.engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        connection.exec_driver_sql("DROP TRIGGER impact_report_no_update")
        connection.exec_driver_sql(
            """UPDATE impact_report SET document = replace(document, '"booking":1', '"booking":2')"""
        )
    with sqlite_store.reading() as connection, pytest.raises(AuditLogBroken):
        load_report(connection, version=1)


def test_pseudonyms_and_ids_stand_nowhere_in_a_report(two) -> None:
    _, _, made = two
    text = str(as_document(made.kept.report))
    assert HIDDEN in text
    assert not [each for each in HISTORIES.facts.cases if each.case_id in text or each.address_id in text]
