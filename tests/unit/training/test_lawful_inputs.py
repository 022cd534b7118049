"""Training takes what has a basis for development and nothing that may never be an input."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from builders import AS_OF, DAY, a_case, a_grant, a_residence, a_world, an_effect

from features.definitions import load_catalogue_of_features
from features.engines import PolarsEngine
from governance.errors import GateClosed, UsageError
from governance.legal_bases import Lawful, lawful, load_legal_bases
from governance.prohibited import load_input_exceptions
from governance.settings import Settings
from tests.written_bases import changed, lapsed, without_benefit, without_column
from training.labels import build_labels
from training.pipeline import feature_catalogue_hash, lawful_inputs

NAMES = tuple(load_catalogue_of_features())


def seen(*changes, phase: str = "development", on: dt.date = DAY) -> Lawful:
    return lawful(changed(*changes), on=on, phase=phase)


def test_with_the_shipped_bases_every_feature_is_an_input() -> None:
    assert lawful_inputs(seen()).names == NAMES


def test_what_has_no_basis_for_development_is_no_input_whatever_operation_has() -> None:
    inputs = lawful_inputs(seen(without_column("residence.care_of", phase="development")))
    assert set(NAMES) - set(inputs.names) >= {"care_of_residents", "observations"}
    assert "moves_in" in inputs.names
    assert lawful_inputs(seen(without_column("residence.care_of", phase="operation"))).names == NAMES


def test_a_lapsed_basis_takes_the_features_that_rest_on_it() -> None:
    names = lawful_inputs(seen(lapsed(phase="development", code="cpr_10", on=DAY))).names
    assert "returned_mail" not in names
    assert "observations" not in names
    assert "adults" in names


def test_features_asked_for_are_the_inputs() -> None:
    assert lawful_inputs(seen(), ["moves_in", "adults"]).names == ("adults", "moves_in")
    with pytest.raises(UsageError):
        lawful_inputs(seen(), ["shoe_size"])
    with pytest.raises(GateClosed):
        lawful_inputs(seen(without_column("residence.care_of", phase="development")), ["care_of_residents"])


def test_without_any_basis_nothing_is_learned() -> None:
    with pytest.raises(GateClosed):
        lawful_inputs(lawful((), on=DAY, phase="development"))


def test_labels_without_a_basis_are_named() -> None:
    with pytest.raises(GateClosed, match="labels") as refusal:
        lawful_inputs(seen(without_column("control_effect.reclaim_ore", phase="development")))
    assert refusal.value.item == "control_effect.reclaim_ore"


def test_an_exception_that_has_lapsed_stops_training() -> None:
    last = max(each.valid_to for each in load_input_exceptions())
    with pytest.raises(GateClosed, match="exception"):
        lawful_inputs(seen(on=last))
    assert lawful_inputs(seen(on=last), ["moves_in"]).names == ("moves_in",)


def test_a_case_about_a_benefit_without_basis_is_not_learned_from_and_counted() -> None:
    world = a_world(
        a_residence("ane", "home"), a_grant("ane"), a_grant("ane", benefit="friplads"),
        a_case("home", case_id="housing", outcome="benefit_changed"), an_effect("housing", "ane"),
        a_case("home", case_id="daycare", outcome="benefit_changed", opened_days_ago=600, closed_days_ago=550),
        an_effect("daycare", "ane", benefit="friplads"),
    )  # fmt: skip

    def labels(*changes):
        return build_labels(world, PolarsEngine(world), as_of=AS_OF, settings=Settings(), lawful=seen(*changes))

    assert set(labels().cases["case_id"]) == {"housing", "daycare"}
    left = labels(without_benefit("friplads", phase="development"))
    assert left.cases["case_id"].to_list() == ["housing"]
    assert left.unused == {"no_legal_basis": 1}
    assert set(labels(without_benefit("friplads", phase="operation")).cases["case_id"]) == {"housing", "daycare"}


@pytest.mark.parametrize("changed_field", [{"legal_basis": "cpr_10"}, {"reads": ("is_adult", "kin_here")}])
def test_the_hash_of_the_catalogue_tells_the_basis_and_the_columns_of_a_feature(monkeypatch, changed_field) -> None:
    before = feature_catalogue_hash()
    catalogue = dict(load_catalogue_of_features())
    catalogue["adults"] = dataclasses.replace(catalogue["adults"], **changed_field)
    from features import lineage

    monkeypatch.setattr("training.pipeline.load_catalogue_of_features", lambda: catalogue)
    monkeypatch.setattr(lineage, "load_catalogue_of_features", lambda: catalogue)
    monkeypatch.setattr("training.pipeline.feature_columns", lineage.feature_columns.__wrapped__)
    assert feature_catalogue_hash() != before
    assert load_legal_bases()
