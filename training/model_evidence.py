"""What a gate must know of a model, from its evaluation: is it better than what it replaces, and is its promise kept?

The comparison rests on cases that the policies of their day selected; only the random arm tells the level. Must not
judge: limits belong to the rules.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import numpy as np

from governance.rules.evidence import CalibrationEvidence, ComparisonEvidence, Interval, ModelEvidence
from training.evaluate import Evaluation, JudgedFold, worked_hours
from training.inputs import Array
from training.labels import Labels
from training.pool_list import CAPACITY_SHARE

CAPTURED = "captured_saving_at_capacity"
RESAMPLES = 1_000
NOT_RIPE = "younger_than_label_delay"


def comparison_evidence(
    evaluation: Evaluation,
    *,
    rng: np.random.Generator,
    resamples: int = RESAMPLES,
    methods: Sequence[str] = ("model", "twin"),
) -> dict[str, ComparisonEvidence]:
    """For each of `methods`: captured share by method (mean of the folds), and its lead over every other.

    Leads are paired on the same cases; the 95 % interval redraws whole households of the pooled test cases and makes
    every list anew. The cases are those that other policies selected: `ahead["twin"]` of the model is a side figure.
    """
    captured = {figure.method: figure.mean for figure in evaluation.figures if figure.metric == CAPTURED}
    drawn = _redrawn(evaluation.tested, rng=rng, resamples=resamples)
    cases = sum(len(fold.cases) for fold in evaluation.tested)

    def leads(method: str) -> dict[str, Interval]:
        rivals = [rival for rival in captured if rival != method]
        return {
            rival: _lead(captured[method] - captured[rival], drawn[method] - drawn[rival], cases) for rival in rivals
        }

    return {
        method: ComparisonEvidence(captured=captured, ahead=leads(method), folds=len(evaluation.tested), cases=cases)
        for method in methods
    }


def _lead(value: float, drawn: Array, cases: int) -> Interval:
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Interval(value, float(low), float(high), cases)


def _redrawn(tested: tuple[JudgedFold, ...], *, rng: np.random.Generator, resamples: int) -> dict[str, Array]:
    """Method → `[resamples]` mean over the folds of the captured share; one draw of households for all folds."""
    households, place = np.unique(
        np.concatenate([fold.cases.household for fold in tested]).astype(str), return_inverse=True
    )
    times = rng.multinomial(len(households), np.full(len(households), 1 / len(households)), size=resamples)
    ends = np.cumsum([len(fold.cases) for fold in tested])[:-1]
    folds = [times[:, rows].astype(np.float64) for rows in np.split(place, ends)]
    return {
        method: np.mean(
            [captured_by_draw(fold.scores[method], fold, weights) for fold, weights in zip(tested, folds, strict=True)],
            axis=0,
        )
        for method in tested[0].scores
    }


def captured_by_draw(score: Array, fold: JudgedFold, weights: Array) -> Array:
    """`[draws]` captured share at the capacity when case i stands `weights[draw, i]` times; 0 where nothing was saved.

    As `training.metrics.captured_in_hours` has it for each draw: equal scores in the same part, the last in part.
    """
    groups = np.unique(-score, return_inverse=True)[1]
    saving, hours = (
        _by_group(weights * column, groups) for column in (fold.cases.municipal_saving, worked_hours(fold.cases))
    )
    room = CAPACITY_SHARE * hours.sum(axis=1, keepdims=True)
    before = np.cumsum(hours, axis=1) - hours
    part = np.clip((room - before) / np.maximum(hours, 1e-12), 0.0, 1.0)
    return np.asarray((part * saving).sum(axis=1) / np.maximum(saving.sum(axis=1), 1.0), dtype=np.float64)


def _by_group(columns: Array, groups: np.typing.NDArray[np.intp]) -> Array:
    """`[draws, n]` → `[draws, groups]`, summed; `groups` counts from 0 without a gap."""
    order = np.argsort(groups, kind="stable")
    starts = np.searchsorted(groups[order], np.arange(int(groups.max()) + 1))
    return np.asarray(np.add.reduceat(columns[:, order], starts, axis=1), dtype=np.float64)


def calibration_evidence(evaluation: Evaluation, *, method: str = "model") -> CalibrationEvidence | None:
    """Findings that came in the random arm of the test cases over those that model or twin of the fold promised.

    None without a random case.
    95 % interval of the ratio: the exact one of a Poisson count (Garwood 1936), a little wider than the binomial.
    """
    from scipy.stats import chi2

    drawn = [fold.cases.channel == "random" for fold in evaluation.tested]
    cases = int(sum(rows.sum() for rows in drawn))
    if not cases:
        return None
    chance = [fold.scored[method]["hit_probability"].to_numpy() for fold in evaluation.tested]
    promised = float(sum(told[rows].sum() for told, rows in zip(chance, drawn, strict=True)))
    came = int(sum(fold.cases.hit[rows].sum() for fold, rows in zip(evaluation.tested, drawn, strict=True)))
    low = float(chi2.ppf(0.025, 2 * came)) / 2 if came else 0.0
    high = float(chi2.ppf(0.975, 2 * came + 2)) / 2
    return CalibrationEvidence(
        random_cases=cases,
        promised=promised,
        came=came,
        ratio=Interval(came / promised, low / promised, high / promised, cases),
    )


def model_evidence(
    labels: Labels, *, trained_as_of: dt.date, version: str = "", form: str = "ensemble"
) -> ModelEvidence:
    """The model's age and labels; `version` and `form` are the registry's to fill in.

    A case is ripe when it is older than the label delay; `newest_label` is the day the youngest labelled case opened.
    """
    used = labels.cases.height
    ripe = used + sum(count for reason, count in labels.unused.items() if reason != NOT_RIPE)
    return ModelEvidence(
        version=version,
        trained_as_of=trained_as_of,
        newest_label=_newest(labels),
        ripe_share=used / ripe,
        labels=used,
        hits=int(labels.cases["hit"].sum()),
        form=form,
        random_labels=int((labels.cases["channel"] == "random").sum()),
    )


def _newest(labels: Labels) -> dt.date:
    newest = labels.cases["opened_on"].max()
    assert isinstance(newest, dt.date)  # noqa: S101  a model was trained: there is a label
    return newest
