"""The past may not see the future, and the validator finds it out by itself."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from simulated import INPUTS, a_matrix, labels_of

from governance.errors import DataContractError
from training.cases import Cases, make_cases
from training.splits import temporal_folds, validate_no_leak

DELAY = 180


def some_cases(rows: int = 800) -> Cases:
    history = a_matrix(rows, prefix="c")
    return make_cases(history, labels_of(history), inputs=INPUTS)


def sides() -> tuple[Cases, Cases, dt.date]:
    cases = some_cases()
    fold = temporal_folds(cases, label_delay_days=DELAY)[-1]
    return cases.rows(fold.train), cases.rows(fold.test), fold.cut


def test_every_fold_passes_the_validator_and_trains_on_a_past() -> None:
    cases = some_cases()
    folds = temporal_folds(cases, label_delay_days=DELAY)
    assert len(folds) == 4
    for fold in folds:
        validate_no_leak(cases.rows(fold.train), cases.rows(fold.test), cut=fold.cut, label_delay_days=DELAY)
        assert len(fold.train) > 100


def test_a_case_still_open_at_the_cut_is_not_trained_on_however_old() -> None:
    cases = some_cases()
    slow = dataclasses.replace(cases, closed_on=cases.opened_on + np.timedelta64(400, "D"))
    fold = temporal_folds(slow, label_delay_days=DELAY)[-1]
    assert (slow.closed_on[fold.train] <= np.datetime64(fold.cut)).all()
    assert len(fold.train) < len(temporal_folds(cases, label_delay_days=DELAY)[-1].train)


def test_a_household_that_is_tested_is_not_trained_on() -> None:
    cases = dataclasses.replace(some_cases(), household=np.array([f"h{n % 300}" for n in range(800)], dtype=object))
    fold = temporal_folds(cases, label_delay_days=DELAY)[-1]
    assert not set(cases.household[fold.train]) & set(cases.household[fold.test])


def test_too_short_a_past_makes_no_fold() -> None:
    assert temporal_folds(some_cases(70), label_delay_days=DELAY) == ()


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("closed_on", np.datetime64("2100-01-01"), "1 training cases closed after the cut"),
        ("opened_on", np.datetime64("2100-01-01"), "1 training cases too young"),
        ("closed_on", np.datetime64("NaT"), "1 training cases closed after the cut"),
    ],
)
def test_one_bad_training_row_is_found(field: str, value: object, fault: str) -> None:
    train, test, cut = sides()
    column = getattr(train, field).copy()
    column[3] = value
    with pytest.raises(DataContractError, match=fault):
        validate_no_leak(dataclasses.replace(train, **{field: column}), test, cut=cut, label_delay_days=DELAY)


def test_a_test_case_known_at_the_cut_is_found() -> None:
    train, test, cut = sides()
    opened = test.opened_on.copy()
    opened[0] = np.datetime64(cut)
    with pytest.raises(DataContractError, match="1 test cases opened by the cut"):
        validate_no_leak(train, dataclasses.replace(test, opened_on=opened), cut=cut, label_delay_days=DELAY)


def test_a_shared_household_is_found() -> None:
    train, test, cut = sides()
    household = train.household.copy()
    household[0] = test.household[0]
    with pytest.raises(DataContractError, match="1 households on both sides"):
        validate_no_leak(dataclasses.replace(train, household=household), test, cut=cut, label_delay_days=DELAY)
