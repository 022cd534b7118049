"""The planted truth: P(hit if controlled) as a known function of the observable situation, in several forms.

`P = sigmoid(level + spread * z)` with z a standardised score. The coefficients are drawn per town around sensible
signs, so that towns differ; the forms make sure that no family of models is favoured. Nothing protected enters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from synthetic_data.columns import Floats, Ints
from synthetic_data.situation import Situation

TRUTH_FORMS = ("additive", "interactions", "thresholds", "smooth", "mixed")

# column: (value that counts nothing, value that counts fully, sensible weight); nan counts nothing
TERMS: Mapping[str, tuple[float, float, float]] = {
    "adults": (2, 5, 0.5),
    "persons_per_room": (1, 3, 0.5),
    "area_per_person": (30, 10, 0.7),
    "not_dwelling": (0, 1, 1.2),
    "care_of_residents": (0, 1.5, 0.9),
    "nobody_registered": (0, 1, 0.5),
    "youngest_adult_age": (35, 18, 0.3),
    "months_since_move_in": (18, 0, 0.7),
    "arrivals_12m": (0, 4, 0.6),
    "departures_12m": (0, 3, 0.5),
    "self_service_share": (0.2, 1, 0.25),
    "late_days": (10, 120, 0.6),
    "single_with_other_adult": (0, 1, 1.1),
    "provider_with_other_adult": (0, 1, 1.0),
    "age_gap_years": (18, 1, 0.8),
    "spouse_elsewhere": (0, 1, 1.1),
    "parent_elsewhere_doubtful": (0, 1, 0.9),
    "parent_elsewhere_recent": (0, 1, 0.7),
    "parent_elsewhere_near": (0, 1, 0.8),
    "parent_left_here": (0, 1, 1.0),
    "living_out_with_parent": (0, 1, 1.1),
    "living_out_near_parent": (0, 1, 0.8),
    "returned_mail_12m": (0, 3, 1.2),
    "months_since_mail": (14, 0, 0.7),
    "mismatches_24m": (0, 2, 0.9),
    "tips_24m": (0, 2, 0.8),
    "landlord_24m": (0, 1.5, 0.8),
    "authority_24m": (0, 1.5, 0.6),
    "data_unit_24m": (0, 1.5, 0.5),
    "caseworker_24m": (0, 1.5, 0.6),
    "hit_within_36m": (0, 1, 0.6),
    "months_since_control": (0, 36, 0.2),
    "payment_gaps_6m": (0, 3, 0.6),
    "grant_months": (60, 4, 0.3),
    "grants": (0, 4, 0.5),
    "amount_kroner": (2000, 22000, 1.2),
    "benefit_adult_share": (0, 1, 0.4),
    "uncounted_children": (0, 1, 0.8),
    "grant_after_move": (0, 1, 0.6),
}

# situations that say more together than apart
_CROSSES = (
    ("single_with_other_adult", "age_gap_years"), ("provider_with_other_adult", "months_since_move_in"),
    ("provider_with_other_adult", "uncounted_children"), ("care_of_residents", "months_since_move_in"),
    ("care_of_residents", "returned_mail_12m"), ("returned_mail_12m", "payment_gaps_6m"),
    ("returned_mail_12m", "arrivals_12m"), ("spouse_elsewhere", "amount_kroner"),
    ("parent_elsewhere_doubtful", "parent_left_here"), ("parent_elsewhere_near", "grants"),
    ("living_out_with_parent", "grant_after_move"), ("mismatches_24m", "late_days"),
    ("tips_24m", "single_with_other_adult"),
    ("area_per_person", "departures_12m"), ("adults", "self_service_share"), ("landlord_24m", "nobody_registered"),
    ("benefit_adult_share", "adults"), ("months_since_mail", "months_since_move_in"), ("late_days", "grant_after_move"),
    ("amount_kroner", "single_with_other_adult"),
)  # fmt: skip

_SHARE_OF_IDLE_TERMS = 0.15
_CEILING = 1.5  # logit of about 0.82: nothing is certain before a control


@dataclass(frozen=True, kw_only=True)
class Score:
    """One drawn score function: weights of terms, crosses, trees and curves (empty where the form has none)."""

    weights: Floats
    crosses: tuple[tuple[int, int, float], ...]
    trees: tuple[tuple[Ints, Floats, Floats], ...]  # columns (3,), cuts (3,), leaves (8,)
    curves: tuple[tuple[str, float, float, float], ...]  # column or ratio, centre, width, height
    scales: tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True)
class Truth:
    """The town's truth. `later` and `rise` are what drift moves it to by the last month."""

    now: Score
    later: Score | None
    centre: tuple[float, float]
    spread: tuple[float, float]
    level: float
    rise: float

    def hit_probability(self, situation: Situation, *, elapsed: float) -> Floats:
        """P(hit if controlled) per address; `elapsed` is the part of the history that has passed, 0 … 1."""
        return sigmoid(self.logit(situation, elapsed=elapsed))

    def logit(self, situation: Situation, *, elapsed: float) -> Floats:
        """Log odds per address, capped at 0.82."""
        terms = saturate(situation)
        z = (_score(self.now, terms, situation) - self.centre[0]) / self.spread[0]
        if self.later is not None:
            moved = (_score(self.later, terms, situation) - self.centre[1]) / self.spread[1]
            z = (1 - 0.7 * elapsed) * z + 0.7 * elapsed * moved
        return _cap(self.level + self.rise * elapsed + z)


def saturate(situation: Situation) -> Floats:
    """Terms in 0 … 1, shape (addresses, terms), in the order of `TERMS`."""
    terms = [
        np.nan_to_num(np.clip((situation[name] - none) / (full - none), 0.0, 1.0))
        for name, (none, full, _) in TERMS.items()
    ]
    return np.stack(terms, axis=1)


def draw_truth(
    rng: np.random.Generator, situation: Situation, *, form: str, drift: bool, base_rate: float, spread: float
) -> Truth:
    """Draw a truth and fix its level so that the candidates of `situation` are hits at `base_rate` on average."""
    scores = [draw_score(rng, form=form) for _ in range(2)]
    rows = np.flatnonzero(situation.candidates)
    terms = saturate(situation)
    values = [_score(score, terms, situation)[rows] for score in scores]
    centre = (float(values[0].mean()), float(values[1].mean()))
    spreads = tuple(float(value.std()) / spread for value in values)
    unfixed = Truth(
        now=scores[0], later=None, centre=centre, spread=(spreads[0], spreads[1]), level=0.0, rise=0.0
    )  # fmt: skip
    level = _level_for(unfixed, situation, rows, base_rate)
    return Truth(
        now=scores[0], later=scores[1] if drift else None, centre=centre, spread=unfixed.spread, level=level,
        rise=0.4 if drift else 0.0,
    )  # fmt: skip


def draw_score(rng: np.random.Generator, *, form: str) -> Score:
    """Coefficients of one form; `mixed` takes a part of each."""
    if form not in TRUTH_FORMS:
        raise ValueError(f"unknown form of the truth: {form}; choose one of {', '.join(TRUTH_FORMS)}")
    shares = {
        "additive": (1.0, 0.0, 0.0, 0.0),
        "interactions": (0.35, 1.0, 0.0, 0.0),
        "thresholds": (0.0, 0.0, 1.0, 0.0),
        "smooth": (0.35, 0.0, 0.0, 1.0),
        "mixed": (0.6, 0.5, 0.5, 0.5),
    }[form]
    return Score(
        weights=_draw_weights(rng), crosses=_draw_crosses(rng), trees=_draw_trees(rng), curves=_draw_curves(rng),
        scales=shares,
    )  # fmt: skip


def _draw_weights(rng: np.random.Generator) -> Floats:
    sensible = np.array([weight for _, _, weight in TERMS.values()])
    drawn = sensible * rng.lognormal(0.0, 0.45, len(sensible))
    return np.where(rng.random(len(sensible)) < _SHARE_OF_IDLE_TERMS, 0.0, drawn)


def _draw_crosses(rng: np.random.Generator) -> tuple[tuple[int, int, float], ...]:
    names = list(TERMS)
    chosen = rng.permutation(len(_CROSSES))[:13]
    known = [(names.index(_CROSSES[at][0]), names.index(_CROSSES[at][1]), rng.lognormal(0.6, 0.5)) for at in chosen]
    pairs = [rng.choice(len(names), 2, replace=False) for _ in range(5)]
    unforeseen = [(int(one), int(other), rng.normal(0.3, 0.8)) for one, other in pairs]
    return tuple(known + unforeseen)


def _draw_trees(rng: np.random.Generator) -> tuple[tuple[Ints, Floats, Floats], ...]:
    """Fourteen oblivious trees of three splits; leaves rise with the number of splits passed, with noise."""
    sensible = np.array([weight for _, _, weight in TERMS.values()])
    trees = []
    for _ in range(14):
        columns = rng.choice(len(sensible), 3, replace=False, p=sensible / sensible.sum())
        passed = np.array([bin(leaf).count("1") for leaf in range(8)])
        leaves = 0.45 * passed**1.35 + rng.normal(0, 0.35, 8)
        trees.append((columns, rng.choice([0.2, 0.3, 0.45, 0.6], 3), leaves))
    return tuple(trees)


# ratios and quantities whose effect may rise and fall again: centre from, to; width; usual height
_CURVES: Mapping[str, tuple[float, float, float, float]] = {
    "months_since_move_in": (2, 9, 5.0, 1.2),
    "grant_months": (4, 20, 9.0, 0.8),
    "area_per_person": (10, 22, 9.0, 1.0),
    "age_gap_years": (1, 8, 5.0, 1.2),
    "youngest_adult_age": (22, 34, 6.0, 0.6),
    "late_days": (40, 110, 35.0, 0.8),
    "amount_kroner": (6000, 15000, 5000.0, 0.7),
    "months_since_mail": (1, 6, 4.0, 1.2),
    "months_since_control": (14, 30, 8.0, 0.5),
    "mail per arrival": (0.3, 0.9, 0.4, 1.4),
    "signals per adult": (0.4, 1.2, 0.6, 1.4),
    "kroner per adult": (4000, 11000, 4000.0, 0.7),
    "gaps per grant": (0.3, 1.0, 0.4, 0.8),
}


def _draw_curves(rng: np.random.Generator) -> tuple[tuple[str, float, float, float], ...]:
    return tuple(
        (name, rng.uniform(low, high), width * rng.uniform(0.7, 1.4), height * rng.lognormal(0.0, 0.35))
        for name, (low, high, width, height) in _CURVES.items()
    )


def _ratios(situation: Situation) -> dict[str, Floats]:
    adults = np.maximum(situation["adults"], 1.0)
    heard = situation["tips_24m"] + situation["mismatches_24m"] + situation["landlord_24m"] + situation["authority_24m"]
    return {
        "mail per arrival": situation["returned_mail_12m"] / (1.0 + situation["arrivals_12m"]),
        "signals per adult": heard / adults,
        "kroner per adult": situation["amount_kroner"] / adults,
        "gaps per grant": situation["payment_gaps_6m"] / np.maximum(situation["grants"], 1.0),
    }


def _score(score: Score, terms: Floats, situation: Situation) -> Floats:
    additive, crossed, stepped, curved = score.scales
    total = additive * 0.8 * (terms @ score.weights)
    if crossed:
        total = total + crossed * sum(weight * terms[:, one] * terms[:, other] for one, other, weight in score.crosses)
    if stepped:
        total = total + stepped * sum(_tree(terms, *tree) for tree in score.trees)
    if curved:
        total = total + curved * _curved(score, situation)
    return np.asarray(total)


def _tree(terms: Floats, columns: Ints, cuts: Floats, leaves: Floats) -> Floats:
    passed = terms[:, columns] > cuts
    return np.asarray(leaves[passed @ np.array([1, 2, 4])])


def _curved(score: Score, situation: Situation) -> Floats:
    ratios = _ratios(situation)
    total = np.zeros(len(situation.granted))
    for name, centre, width, height in score.curves:
        value = ratios[name] if name in ratios else situation[name]
        bump = np.exp(-(((value - centre) / width) ** 2) / 2)
        total += height * np.nan_to_num(bump)
    return total


def _level_for(truth: Truth, situation: Situation, rows: Ints, base_rate: float) -> float:
    raw = (_score(truth.now, saturate(situation), situation)[rows] - truth.centre[0]) / truth.spread[0]
    low, high = -15.0, 8.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if sigmoid(_cap(raw + middle)).mean() < base_rate else (low, middle)
    return (low + high) / 2


def _cap(logit: Floats) -> Floats:
    """Smoothly below the ceiling: unchanged well under it."""
    return np.asarray(_CEILING - np.logaddexp(0.0, (_CEILING - logit) * 1.5) / 1.5)


def sigmoid(logit: Floats) -> Floats:
    """Probability of log odds."""
    return np.asarray(1.0 / (1.0 + np.exp(-logit)))
