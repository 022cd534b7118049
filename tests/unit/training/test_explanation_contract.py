"""The contract passes a sound explanation and finds each kind of broken one, in the case that is broken."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl
import pytest
import simulated
from simulated import COST_ORE, QUICK, labels_of

from features.build import DATE_SUFFIX
from governance.as_of import AsOf
from training import explanation_contract
from training.bundle import Reasons, explain
from training.explanation_contract import CHECKS, TOLERANCES, check_explanations
from training.inputs import Inputs
from training.ranking_model import RankingModel, fit_ranking_model
from training.tree_bag import TreeBag

RENAMED = {
    "care_of": "care_of_residents",
    "moves": "moves_in",
    "tips": "citizen_tips",
    "rooms": "dwelling_rooms",
    "noise": "area_per_person",
}
INPUTS = Inputs(
    names=tuple(RENAMED.values()),
    directions={"care_of_residents": 1, "citizen_tips": 1},
    crosses=(("care_of_residents", "moves_in"),),
)
AS_OF = AsOf(dt.date(2024, 1, 1))
KNOWN_ON = dt.date(2023, 11, 5)
CASES = 12
BROKEN = 3
"""Place on the list of the case that each test breaks."""


def a_list(rows: int = CASES, *, seed: int = 9) -> pl.DataFrame:
    matrix = simulated.a_matrix(rows, seed=seed).rename(RENAMED)
    dates = [pl.when(pl.col(name) != 0).then(pl.lit(KNOWN_ON)).alias(name + DATE_SUFFIX) for name in RENAMED.values()]
    return matrix.with_columns(pl.col("dwelling_rooms").fill_nan(None)).with_columns(dates)


@pytest.fixture(scope="module")
def model() -> RankingModel:
    history = simulated.a_matrix(700, prefix="c")
    return fit_ranking_model(
        history.rename(RENAMED), labels_of(history), inputs=INPUTS, as_of=AS_OF.day, hourly_cost_ore=COST_ORE, seed=3,
        base_plan=QUICK,
    )  # fmt: skip


@pytest.fixture(scope="module")
def reasons(model: RankingModel) -> list[Reasons]:
    return explain(model, a_list(), as_of=AS_OF)


def checked(model: RankingModel, reasons: list[Reasons], matrix: pl.DataFrame | None = None, **more: Any) -> Any:
    listed = a_list() if matrix is None else matrix
    return check_explanations(model, listed, reasons, as_of=AS_OF, rng=np.random.default_rng(1), **more)


def broken(reasons: list[Reasons], **changes: Any) -> list[Reasons]:
    return [replace(each, **changes) if n == BROKEN - 1 else each for n, each in enumerate(reasons)]


def test_every_kind_of_part_is_there(model: RankingModel) -> None:
    assert {type(part).__name__ for part in model.hit.parts} == {"TreeBag", "AdditivePart", "LinearPart"}


@pytest.mark.parametrize("seed", range(5))
def test_a_sound_explanation_fails_nothing(model: RankingModel, seed: int) -> None:
    matrix = a_list(200, seed=seed)
    evidence = checked(model, explain(model, matrix, as_of=AS_OF), matrix)
    assert evidence.failing == dict.fromkeys(CHECKS, 0)
    assert (evidence.cases, evidence.first_failing) == (200, "")
    assert set(evidence.worst) == set(TOLERANCES)
    assert max(evidence.worst.values()) < 1e-11


def test_the_twin_of_glass_is_held_to_the_same(model: RankingModel) -> None:
    twin = model.glass_box()
    evidence = checked(twin, explain(twin, a_list(), as_of=AS_OF))
    assert evidence.failing == dict.fromkeys(CHECKS, 0)


def test_an_empty_list_breaks_nothing(model: RankingModel) -> None:
    evidence = checked(model, [], a_list().head(0))
    assert (evidence.cases, set(evidence.failing.values())) == (0, {0})


def test_reasons_of_other_cases_are_refused(model: RankingModel, reasons: list[Reasons]) -> None:
    with pytest.raises(ValueError, match="same order"):
        checked(model, reasons[::-1])


Change = Callable[[Reasons], dict[str, Any]]


def shifted(by: float, place: int = 0) -> Change:
    def change(told: Reasons) -> dict[str, Any]:
        parts = list(told.contributions)
        parts[place] += by
        return {"contributions": tuple(parts)}

    return change


def exchanged(told: Reasons) -> dict[str, Any]:
    """The sum stays what it was: the strongest contribution and the weakest change places."""
    parts = list(told.contributions)
    high, low = int(np.argmax(np.abs(parts))), int(np.argmin(np.abs(parts)))
    parts[high], parts[low] = parts[low], parts[high]
    return {"contributions": tuple(parts)}


def turned(told: Reasons) -> dict[str, Any]:
    """One sign is turned, and the base makes up for it."""
    parts = list(told.contributions)
    high = int(np.argmax(np.abs(parts)))
    parts[high] *= -1
    return {"contributions": tuple(parts), "base": told.base - 2 * parts[high]}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (shifted(1e-8), "additivity"),
        (shifted(-1e-8, place=4), "additivity"),
        (shifted(float("nan")), "additivity"),
        (lambda told: {"base": told.base + 1e-8}, "additivity"),
        (exchanged, "tree_explainer"),
        (exchanged, "stability"),
        (turned, "tree_explainer"),
        (turned, "stability"),
        (shifted(float("inf")), "tree_explainer"),
    ],
)
def test_a_figure_that_is_off_is_found_in_its_case(
    model: RankingModel, reasons: list[Reasons], change: Change, check: str
) -> None:
    evidence = checked(model, broken(reasons, **change(reasons[BROKEN - 1])))
    assert evidence.failing[check] == 1
    assert evidence.first_failing.startswith(f"place {BROKEN} (")
    assert check in evidence.first_failing


def test_a_turned_sign_that_adds_up_is_no_fault_of_the_sum(model: RankingModel, reasons: list[Reasons]) -> None:
    """Each check finds what the others cannot."""
    for change in (exchanged, turned):
        assert checked(model, broken(reasons, **change(reasons[BROKEN - 1]))).failing["additivity"] == 0


@dataclass(frozen=True)
class Crooked:
    """A booster whose own contributions are shifted from one column to another, which no sum shows."""

    honest: Any

    def dump_model(self) -> Any:
        return self.honest.dump_model()

    def predict(self, x: Any, **options: Any) -> Any:
        told = self.honest.predict(x, **options)
        if options.get("pred_contrib"):
            told[:, 0] += 2e-6
            told[:, 1] -= 2e-6
        return told


def with_crooked_trees(model: RankingModel) -> RankingModel:
    parts = tuple(
        replace(part, boosters=tuple(map(Crooked, part.boosters))) if isinstance(part, TreeBag) else part
        for part in model.hit.parts
    )
    return replace(model, hit=replace(model.hit, parts=parts))


def test_a_library_that_tells_wrongly_of_its_trees_is_found_by_definition_and_by_another(model: RankingModel) -> None:
    crooked = with_crooked_trees(model)
    evidence = checked(crooked, explain(crooked, a_list(), as_of=AS_OF))
    assert evidence.failing["additivity"] == evidence.failing["stability"] == 0
    assert evidence.failing["tree_explainer"] == evidence.failing["exact_shapley"] == CASES


def test_an_explanation_that_will_not_stand_still_is_found(
    model: RankingModel, reasons: list[Reasons], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a sampled explanation is: right in sum, other figures each time it is asked."""
    honest, noise = explanation_contract.contributions, np.random.default_rng(4)

    def sampled(model: RankingModel, matrix: pl.DataFrame) -> Any:
        told, base = honest(model, matrix)
        drift = noise.normal(scale=1e-3, size=told.shape)
        return told + drift - drift.mean(axis=1, keepdims=True), base

    monkeypatch.setattr(explanation_contract, "contributions", sampled)
    evidence = checked(model, reasons)
    assert evidence.failing["stability"] > CASES / 2
    assert evidence.failing["additivity"] == evidence.failing["tree_explainer"] == 0


def first_for(told: Reasons, change: Callable[[str], str]) -> dict[str, Any]:
    return {"speaks_for": (change(told.speaks_for[0]), *told.speaks_for[1:])}


def first_against(told: Reasons, change: Callable[[str], str]) -> dict[str, Any]:
    return {"speaks_against": (change(told.speaks_against[0]), *told.speaks_against[1:])}


@pytest.mark.parametrize(
    ("change", "check"),
    [
        (lambda told: {"speaks_for": ()}, "both_sides"),
        (lambda told: {"speaks_against": ()}, "both_sides"),
        (lambda told: {"speaks_against": told.speaks_against[:-1]}, "both_sides"),
        (lambda told: {"speaks_for": (*told.speaks_for, told.speaks_for[0])}, "both_sides"),
        (lambda told: {"speaks_for": told.speaks_against, "speaks_against": told.speaks_for}, "sentence"),
        (lambda told: first_for(told, lambda said: said.replace("Boligen", "Enheden")), "sentence"),
        (lambda told: first_for(told, lambda said: "Noget andet" + said[said.index(" (") :]), "sentence"),
        (lambda told: first_for(told, lambda said: said.rsplit(", ", 1)[0] + ")"), "source_and_date"),
        (lambda told: first_for(told, lambda said: said.replace("2023", "2025")), "source_and_date"),
        (lambda told: first_for(told, lambda said: said.replace("november", "nov")), "source_and_date"),
        (lambda told: first_for(told, lambda said: said.replace("5. november", "31. november")), "source_and_date"),
        (lambda told: first_for(told, lambda said: said.replace("registreret 5", "pr. 5")), "source_and_date"),
        (lambda told: first_for(told, lambda said: said.replace("(", "(SKAT, ", 1)), "source_and_date"),
        (lambda told: first_for(told, lambda said: said[: said.index(" (")]), "source_and_date"),
        (lambda told: first_against(told, lambda said: "Mistanke: " + said), "wording"),
        (lambda told: first_for(told, lambda said: said.replace("(", "og modersmål (", 1)), "wording"),
    ],
)
def test_a_sentence_that_is_off_is_found_in_its_case(
    model: RankingModel, reasons: list[Reasons], change: Change, check: str
) -> None:
    told = reasons[BROKEN - 1]
    assert told.speaks_for and told.speaks_against
    changes = change(told)
    assert any(getattr(told, name) != value for name, value in changes.items())
    evidence = checked(model, broken(reasons, **changes))
    assert evidence.failing[check] == 1
    assert evidence.first_failing.startswith(f"place {BROKEN} (")
    assert all(evidence.failing[name] == 0 for name in TOLERANCES)


def test_a_fact_of_the_future_is_no_reason(model: RankingModel) -> None:
    """Matrix and sentence agree on a day that had not come."""
    leaked = a_list().with_columns(pl.lit(dt.date(2024, 1, 2)).alias("dwelling_rooms" + DATE_SUFFIX))
    told = explain(model, leaked, as_of=AS_OF)
    spoken = [each for each in told if any("2. januar 2024" in said for said in each.speaks_for + each.speaks_against)]
    assert checked(model, told, leaked).failing["source_and_date"] == len(spoken) > 0


def test_what_nobody_looked_at_may_not_be_spoken_of(model: RankingModel, reasons: list[Reasons]) -> None:
    unspoken = (INPUTS.names[1],)
    silent = explain(model, a_list(), as_of=AS_OF, unspoken=unspoken)
    assert checked(model, silent, unspoken=unspoken).first_failing == ""
    assert checked(model, reasons, unspoken=unspoken).first_failing != ""
    assert checked(model, silent).first_failing != ""


def test_the_same_seed_judges_the_same(model: RankingModel, reasons: list[Reasons]) -> None:
    assert checked(model, reasons) == checked(model, reasons)


def test_explanations_are_the_same_to_the_bit_alone_and_among_others(model: RankingModel) -> None:
    matrix = a_list(60)
    together = explain(model, matrix, as_of=AS_OF)
    alone = [explain(model, matrix[place], as_of=AS_OF)[0] for place in range(matrix.height)]
    assert alone == together
