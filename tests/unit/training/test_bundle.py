"""The door to a model: refuses what was not known then, and tells the strongest reasons first, in Danish."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from features.build import DATE_SUFFIX, STAKES
from features.definitions import load_catalogue_of_features
from governance.as_of import AsOf
from governance.errors import ModelMismatch
from training import bundle
from training.bundle import (
    REASONS_A_SIDE,
    REGISTERS_DA,
    as_danish_date,
    explain,
    model_inputs,
    require_known_features,
    require_known_then,
    score,
)
from training.ranking_model import SCORE_COLUMNS

AS_OF = AsOf(dt.date(2024, 6, 1))
NAMES = tuple(load_catalogue_of_features())[:8]


def a_model(**changes: object) -> SimpleNamespace:
    return SimpleNamespace(**{"inputs": SimpleNamespace(names=NAMES), "as_of": dt.date(2024, 6, 1), **changes})


def a_matrix(*units: str, value: float | None = 2.0, fact_on: dt.date | None = dt.date(2024, 5, 3)) -> pl.DataFrame:
    columns = {name: pl.Series([value] * len(units), dtype=pl.Float64) for name in (*NAMES, *STAKES)}
    dates = {name + DATE_SUFFIX: pl.Series([fact_on] * len(units), dtype=pl.Date) for name in NAMES}
    ids = {name: pl.Series(units, dtype=pl.String) for name in ("unit_id", "address_id", "legal_basis")}
    return pl.DataFrame({**ids, **columns, **dates})


@pytest.fixture
def contributing(monkeypatch):
    def set_parts(*parts: list[float]) -> None:
        told = np.array(parts), np.full(len(parts), -2.0)
        monkeypatch.setattr(bundle, "contributions", lambda model, matrix: told)

    return set_parts


def sentence_of(name: str, value: float | None) -> str:
    return load_catalogue_of_features()[name].sentence_da(value)


def test_reasons_are_the_strongest_on_each_side_first(contributing) -> None:
    contributing([0.1, -0.4, 0.3, 0.2, -0.1, 0.05, 0.0, -0.9])
    (told,) = explain(a_model(), a_matrix("u"), as_of=AS_OF)
    assert told.unit_id == "u"
    for said, places in ((told.speaks_for, (2, 3, 0)), (told.speaks_against, (7, 1, 4))):
        assert len(said) == REASONS_A_SIDE
        for sentence, place in zip(said, places, strict=True):
            assert sentence.startswith(sentence_of(NAMES[place], 2.0) + " (")
            assert sentence.endswith(", registreret 3. maj 2024)")


def test_what_contributes_nothing_is_no_reason(contributing) -> None:
    contributing([0.0] * len(NAMES))
    (told,) = explain(a_model(), a_matrix("u"), as_of=AS_OF)
    assert told.speaks_for == told.speaks_against == ()


def test_equal_reasons_stand_in_one_order(contributing) -> None:
    contributing([0.5] * len(NAMES))
    (told,) = explain(a_model(), a_matrix("u"), as_of=AS_OF)
    starts = [sentence_of(name, 2.0) for name in sorted(NAMES)[:REASONS_A_SIDE]]
    assert all(said.startswith(start) for said, start in zip(told.speaks_for, starts, strict=True))


def test_what_nobody_looked_at_is_not_spoken_of(contributing) -> None:
    contributing([0.9, 0.5] + [0.0] * (len(NAMES) - 2))
    (told,) = explain(a_model(), a_matrix("u"), as_of=AS_OF, unspoken=(NAMES[0],))
    assert [said.split(" (")[0] for said in told.speaks_for] == [sentence_of(NAMES[1], 2.0)]
    assert told.contributions[0] == 0.9


def test_a_fact_that_is_absent_is_told_as_of_the_day(contributing) -> None:
    contributing([0.5] + [0.0] * (len(NAMES) - 1))
    (told,) = explain(a_model(), a_matrix("u", value=None, fact_on=None), as_of=AS_OF)
    assert told.speaks_for[0].startswith(sentence_of(NAMES[0], None))
    assert told.speaks_for[0].endswith(", pr. 1. juni 2024)")


def test_each_row_has_its_own_reasons(contributing) -> None:
    contributing([1.0] + [0.0] * 7, [0.0, 1.0] + [0.0] * 6)
    told = explain(a_model(), a_matrix("u", "v"), as_of=AS_OF)
    assert [each.unit_id for each in told] == ["u", "v"]
    assert told[0].speaks_for != told[1].speaks_for
    assert [each.contributions.index(1.0) for each in told] == [0, 1]
    assert [each.base for each in told] == [-2.0, -2.0]


def test_nothing_listed_is_nothing_explained() -> None:
    assert explain(a_model(), a_matrix(), as_of=AS_OF) == []


def test_no_candidates_have_no_scores() -> None:
    scores = score(a_model(), a_matrix())
    assert scores.height == 0
    assert set(SCORE_COLUMNS) <= set(scores.columns)
    assert scores["expected_net_ore"].dtype == pl.Float64


@pytest.mark.parametrize("trained", [dt.date(2024, 6, 1), dt.date(2020, 1, 1)])
def test_a_model_of_the_past_may_rank(trained: dt.date) -> None:
    require_known_then(a_model(as_of=trained), AS_OF)


def test_a_model_of_the_future_may_not() -> None:
    with pytest.raises(ModelMismatch, match="2024-06-02"):
        require_known_then(a_model(as_of=dt.date(2024, 6, 2)), AS_OF)


def test_a_model_of_other_features_may_not() -> None:
    require_known_features(a_model())
    with pytest.raises(ModelMismatch) as refused:
        require_known_features(a_model(inputs=SimpleNamespace(names=(*NAMES, "shoe_size"))))
    assert refused.value.item == "shoe_size"


def test_every_feature_is_an_input_with_its_direction() -> None:
    catalogue = load_catalogue_of_features()
    inputs = model_inputs()
    assert inputs.names == tuple(catalogue)
    assert dict(inputs.directions) == {name: declared.direction for name, declared in catalogue.items()}


def test_every_register_that_a_feature_names_has_a_danish_name() -> None:
    named = {register for declared in load_catalogue_of_features().values() for register in declared.registers}
    assert named <= set(REGISTERS_DA)


@pytest.mark.parametrize(
    ("day", "text"),
    [
        (dt.date(2024, 1, 1), "1. januar 2024"),
        (dt.date(2026, 12, 14), "14. december 2026"),
        (dt.date(2024, 3, 31), "31. marts 2024"),
    ],
)
def test_danish_dates(day: dt.date, text: str) -> None:
    assert as_danish_date(day) == text
