"""Months per purse and hours per case: from many cases learned, from few shrunk, never absurd."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from simulated import INPUTS, QUICK, a_matrix, labels_of

from training.cases import Cases, make_cases
from training.hours import DEFAULT_HOURS, fit_hours
from training.severity import MOST_MONTHS, PRIOR_MONTHS, fit_severity, winsorised_months


def some_cases(rows: int = 2_000, level: float = -1.0) -> Cases:
    history = a_matrix(rows, prefix="c")
    return make_cases(history, labels_of(history, level=level), inputs=INPUTS)


def test_months_that_differ_by_an_input_are_found() -> None:
    cases = some_cases()
    months = np.where(cases.x[:, 0] == 1.0, 11.0, 4.0)
    told = dataclasses.replace(cases, savings=cases.stakes * months[:, None] * cases.hit[:, None])
    found = fit_severity(told, plan=dataclasses.replace(QUICK, severity_rounds=120), seed=1, threads=1).months(cases.x)
    assert found[cases.x[:, 0] == 1.0, 0].mean() > 1.5 * found[cases.x[:, 0] == 0.0, 0].mean()


def test_kroner_on_the_hits_are_right_in_sum_for_every_purse() -> None:
    cases = some_cases()
    months = fit_severity(cases, plan=QUICK, seed=1, threads=1).months(cases.x)
    promised = (months * cases.stakes)[cases.hit].sum(axis=0)
    for purse in (0, 1, 3):
        assert promised[purse] == pytest.approx(cases.savings[cases.hit][:, purse].sum(), rel=0.06)


def test_a_purse_nobody_ever_saved_for_promises_little_with_many_hits_and_the_prior_with_none() -> None:
    cases = some_cases()
    never = dataclasses.replace(cases, savings=np.zeros_like(cases.savings))
    assert fit_severity(never, plan=QUICK, seed=1, threads=1).months(cases.x)[:, 0].max() < 0.1
    unstaked = fit_severity(cases, plan=QUICK, seed=1, threads=1).months(cases.x)[:, 2]
    assert (unstaked == PRIOR_MONTHS).all()


def test_few_hits_give_one_mean_between_theirs_and_the_prior() -> None:
    cases = some_cases(60)
    twenty = dataclasses.replace(cases, savings=cases.stakes * 20.0 * cases.hit[:, None])
    months = fit_severity(twenty, plan=QUICK, seed=1, threads=1).months(cases.x)[:, 0]
    assert len(set(months)) == 1 and PRIOR_MONTHS < months[0] < 20.0


def test_an_old_reclaim_on_a_small_stake_is_cut() -> None:
    assert winsorised_months(np.array([1e9, 50.0]), np.array([1.0, 10.0])).tolist() == [MOST_MONTHS, 5.0]


def test_hours_that_differ_by_an_input_are_found() -> None:
    cases = some_cases()
    told = dataclasses.replace(cases, hours=np.where(cases.x[:, 2] > 0, 12.0, 5.0))
    found = fit_hours(told, plan=dataclasses.replace(QUICK, severity_rounds=120), seed=1, threads=1).expected(cases.x)
    assert found[cases.x[:, 2] > 0].mean() > 10.0 and found[cases.x[:, 2] == 0].mean() < 7.0


def test_without_recorded_hours_a_plausible_case_stands_in() -> None:
    cases = some_cases(100)
    silent = dataclasses.replace(cases, hours=np.full(100, np.nan))
    assert (fit_hours(silent, plan=QUICK, seed=1, threads=1).expected(cases.x) == DEFAULT_HOURS).all()


def test_a_slip_of_the_keyboard_does_not_set_the_hours() -> None:
    cases = some_cases(100)
    slipped = dataclasses.replace(cases, hours=np.r_[8_000.0, np.full(99, 6.0)])
    assert fit_hours(slipped, plan=QUICK, seed=1, threads=1).expected(cases.x)[0] < 8.0
