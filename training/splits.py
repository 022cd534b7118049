"""Train on what was known at a cut, judge on what came later; a household is never on both sides.

`validate_no_leak` re-derives the rule from the rows instead of trusting the splitter (the idea of Triage). Must not
know models.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from governance.errors import DataContractError
from training.cases import Cases
from training.inputs import Whole

LEAST_TRAINING_CASES = 60
LEAST_TEST_CASES = 20
WINDOW_DAYS = 91


@dataclass(frozen=True)
class TemporalFold:
    """`train` and `test` are row numbers of the cases it was made from; `cut` is the last day known in training."""

    cut: dt.date
    train: Whole
    test: Whole


def temporal_folds(
    cases: Cases, *, label_delay_days: int, count: int = 4, window_days: int = WINDOW_DAYS
) -> tuple[TemporalFold, ...]:
    """The last `count` windows of opened cases, latest last; windows with too little on a side are left out.

    Training: opened at least `label_delay_days` before the cut and closed by it (young closed cases favour the quick
    ones). A household that is tested is taken out of training.
    """
    last = cases.opened_on.max().astype(object)
    cuts = [last - dt.timedelta(days=window_days * back) for back in range(count, 0, -1)]
    made = [_fold(cases, cut, label_delay_days=label_delay_days, window_days=window_days) for cut in cuts]
    return tuple(fold for fold in made if _is_usable(cases, fold))


def _fold(cases: Cases, cut: dt.date, *, label_delay_days: int, window_days: int) -> TemporalFold:
    day = np.datetime64(cut)
    test = (cases.opened_on > day) & (cases.opened_on <= day + np.timedelta64(window_days, "D"))
    mature = (cases.opened_on <= day - np.timedelta64(label_delay_days, "D")) & (cases.closed_on <= day)
    apart = ~np.isin(cases.household.astype(str), cases.household[test].astype(str))
    return TemporalFold(cut=cut, train=np.flatnonzero(mature & apart), test=np.flatnonzero(test))


def _is_usable(cases: Cases, fold: TemporalFold) -> bool:
    known = cases.hit[fold.train]
    enough = len(known) >= LEAST_TRAINING_CASES and len(fold.test) >= LEAST_TEST_CASES
    return enough and 0 < int(known.sum()) < len(known)


def validate_no_leak(train: Cases, test: Cases, *, cut: dt.date, label_delay_days: int) -> None:
    """Raise `DataContractError` unless every row obeys `temporal_folds`, re-derived from dates and households."""
    day = np.datetime64(cut)
    shared = np.intersect1d(train.household.astype(str), test.household.astype(str))
    faults = {
        "training cases closed after the cut": int((~(train.closed_on <= day)).sum()),
        "training cases too young at the cut": int(
            (~(train.opened_on <= day - np.timedelta64(label_delay_days, "D"))).sum()
        ),
        "test cases opened by the cut": int((~(test.opened_on > day)).sum()),
        "households on both sides": len(shared),
        "cases on both sides": len(np.intersect1d(train.ids.astype(str), test.ids.astype(str))),
    }
    found = {what: number for what, number in faults.items() if number}
    if found:
        raise DataContractError(
            "The split lets training see the test.",
            item="; ".join(f"{number} {what}" for what, number in found.items()),
            remedy="Report it: the splitter and its validator disagree.",
        )
