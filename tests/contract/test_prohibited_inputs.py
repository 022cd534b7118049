"""The build fails when a feature of the catalogue is, names or rests on what may never be an input."""

from __future__ import annotations

import dataclasses
import datetime as dt

import narwhals as nw
import pytest

from features.definitions import load_catalogue_of_features
from features.input_screen import feature_words, input_evidence, refuse_prohibited
from features.lineage import feature_columns
from governance.errors import GateClosed
from governance.prohibited import load_input_exceptions, prohibited_inputs

NAMES = tuple(load_catalogue_of_features())
DAY = dt.date(2024, 6, 1)


def test_no_feature_of_the_catalogue_is_prohibited() -> None:
    shown = input_evidence(NAMES)
    assert prohibited_inputs(shown.texts, shown.columns, on=DAY) == ()
    refuse_prohibited(NAMES, on=DAY)


def test_the_screen_sees_every_feature_whole() -> None:
    for name, declared in load_catalogue_of_features().items():
        told = feature_words(name)
        assert all(part in told for part in (declared.name, declared.text, declared.absence_da, declared.unit))
        assert declared.fact_da.partition("{")[0] in told
        assert input_evidence([name]).columns[name]


def test_every_exception_is_needed_and_for_a_feature_that_exists() -> None:
    shown = input_evidence(NAMES)
    for exception in load_input_exceptions():
        others = [each for each in load_input_exceptions() if each is not exception]
        struck = prohibited_inputs(shown.texts, shown.columns, on=DAY, exceptions=others)
        assert {each.partition(":")[0] for each in struck} == set(exception.features)
        for what in (*exception.columns, *exception.words):
            assert any(f": {what} (" in each for each in struck), f"{exception.code} lists {what}, which nothing needs"


def test_a_lapsed_exception_stops() -> None:
    last = max(exception.valid_to for exception in load_input_exceptions())
    refuse_prohibited(["moves_in"], on=last)
    with pytest.raises(GateClosed, match="exception") as refusal:
        refuse_prohibited(NAMES, on=last)
    assert refusal.value.exit_code == 13
    assert "single_nearest_age_years: person.birth_date" in refusal.value.item


@pytest.mark.parametrize(
    "changed",
    [
        {"text": "Residents of foreign citizenship."},
        {"absence_da": "Ingen kvinder på adressen"},
        {"fact_da": "Boligen ligger i bydel {value}"},
        {"reads": ("care_of", "citizenship")},
        {"unit": "years old"},
    ],
)
def test_a_feature_that_names_such_a_thing_anywhere_fails_the_build(monkeypatch, changed) -> None:
    declared = dataclasses.replace(load_catalogue_of_features()["moves_in"], name="moves_in", **changed)
    monkeypatch.setattr("features.input_screen.load_catalogue_of_features", lambda: {"moves_in": declared})
    monkeypatch.setattr("features.input_screen.feature_columns", lambda _: feature_columns("moves_in"))
    with pytest.raises(GateClosed):
        refuse_prohibited(["moves_in"], on=DAY)


@pytest.mark.parametrize(
    "column", ["address.district", "protected.sex", "control_case.caseworker_id", "person.last_name"]
)
def test_a_feature_that_rests_on_such_a_column_fails_the_build(monkeypatch, column: str) -> None:
    monkeypatch.setattr("features.input_screen.feature_columns", lambda name: feature_columns(name) | {column})
    with pytest.raises(GateClosed, match="never be one") as refusal:
        refuse_prohibited(["moves_in"], on=DAY)
    assert column in refusal.value.item


def test_an_expression_cannot_look_past_what_its_feature_declares() -> None:
    """A column that is not among `reads` is not there when the expression is computed."""
    from builders import a_residence, a_world, units_of

    from features.build import _aggregate
    from features.engines import PolarsEngine
    from features.views.assembly import build_views
    from features.world import make_world
    from governance.benefits import load_catalogue

    engine = PolarsEngine(a_world(a_residence("ane", "home")))
    view = build_views(make_world(engine, units_of("home")), load_catalogue())["residents"]
    declared = load_catalogue_of_features()["care_of_residents"]
    sly = dataclasses.replace(declared, expression=lambda: nw.col("birth_date"))
    with pytest.raises(Exception, match="birth_date"):
        engine.collect(_aggregate(view, [sly], with_fact_dates=False))
