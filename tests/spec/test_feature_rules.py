"""What a feature may not be: no forbidden column read, no forbidden word shown, nobody protected explained."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

import narwhals as nw
import polars as pl
import pytest
from builders import AS_OF, DAY, a_child, a_person, a_relation, a_residence, a_signal, a_world, units_of

from features.build import build_matrix
from features.candidates import find_candidates
from features.definitions import load_catalogue_of_features
from features.definitions.consistency import OBSERVATIONS
from features.engines import Frame, PolarsEngine
from features.feature import Feature
from features.reference import explain_address, explain_stakes
from features.reference.rows import READ, full_age_on
from features.views.flags import full_age
from governance.errors import PermissionDenied
from governance.legal_bases import load_legal_bases
from governance.registers import Registers
from governance.settings import Settings

FORBIDDEN_TABLES = ("protected",)
FORBIDDEN_COLUMNS = ("district", "caseworker_id", "municipality_code", "house_number", "floor", "door")
# a word of each ground that a feature may not rest on: citizenship, origin, language, sex, age, health, name, district,
# free text, the caseworker's identity. `helbredstillæg` names a benefit, `kontrolmedarbejder` is nobody in particular.
FORBIDDEN_DA = (
    "statsborger", "udlænding", "indvandrer", "efterkommer", "flygtning", "herkomst", "oprindelse", "etnisk", "nationalitet",
    "sprog", "tolk", "køn", "mand", "mænd", "kvinde", "alder", "år gammel", "ung", "ældre", "helbred", "syg", "diagnose",
    "handicap", "navn", "bydel", "kvarter", "område", "fritekst", "notat", "journal", "religion", "tro",
)  # fmt: skip
FORBIDDEN_EN = (
    "citizenship", "nationality", "origin", "ethnic", "immigrant", "language", "sex", "gender", "male", "female", "age",
    "health", "disability", "surname", "district", "neighbourhood", "text", "caseworker_id", "religion",
)  # fmt: skip
# the one feature that reads more of age than the side of eighteen: the years between two adults, never anybody's age
AGE_GAP = "single_nearest_age_years"
AGE_GAP_DA = "aldersforskellen"
# the name of a benefit of the catalogue, and the years between two adults
ALLOWED = ("helbredstillæg", "health supplement", AGE_GAP_DA)


class AskedEngine(PolarsEngine):
    """Polars over registers in which the columns that nobody may read do not exist, and the forbidden table neither."""

    def __init__(self, registers: Registers) -> None:
        super().__init__(registers)
        self.asked: set[str] = set()

    def table(self, name: str) -> Frame:
        self.asked.add(name)
        frame = super().table(name)
        return frame.drop([column for column in FORBIDDEN_COLUMNS if column in frame.collect_schema().names()])


def _a_small_world() -> Registers:
    return a_world(a_residence("ane", "home"), a_child("bo"), a_residence("bo", "home"), a_signal("home"))


def test_no_feature_candidate_or_stake_reads_a_forbidden_column_or_table() -> None:
    engine = AskedEngine(_a_small_world())
    build_matrix(engine, units_of("home"), with_fact_dates=True)
    find_candidates(engine, as_of=AS_OF, settings=Settings(), bases=load_legal_bases())
    assert "residence" in engine.asked
    assert not engine.asked & set(FORBIDDEN_TABLES)


def test_the_recording_engine_would_tell() -> None:
    engine = AskedEngine(_a_small_world())
    with pytest.raises(Exception, match="district"):
        engine.collect(engine.table("address").select(nw.col("district")))


def test_the_second_route_reads_no_forbidden_column_or_table() -> None:
    assert not set(READ) & set(FORBIDDEN_TABLES)
    assert not {column for columns in READ.values() for column in columns} & set(FORBIDDEN_COLUMNS)


def _words(sentence: str, forbidden: Iterable[str]) -> list[str]:
    checked = re.sub("|".join(ALLOWED), "", sentence.lower())
    return [word for word in forbidden if re.search(rf"(?<!\w){word}", checked)]


@pytest.mark.parametrize("declared", load_catalogue_of_features().values(), ids=lambda declared: declared.name)
def test_no_feature_speaks_of_a_forbidden_ground(declared: Feature) -> None:
    for sentence in (declared.fact_da, declared.absence_da):
        assert not _words(sentence, FORBIDDEN_DA)
    assert not set(declared.name.split("_")) & set(FORBIDDEN_EN) or declared.name == AGE_GAP
    assert AGE_GAP_DA not in f"{declared.fact_da} {declared.absence_da}".lower() or declared.name == AGE_GAP
    assert not _words(declared.text, [rf"{word}(?!\w)" for word in FORBIDDEN_EN])


@pytest.mark.parametrize(
    "sentence", ["Antal statsborgere fra andre lande", "Beboerens alder er {value}", "Kvinder på adressen"]
)
def test_the_forbidden_words_are_found(sentence: str) -> None:
    assert _words(sentence, FORBIDDEN_DA)


@pytest.mark.parametrize("declared", load_catalogue_of_features().values(), ids=lambda declared: declared.name)
def test_every_feature_has_a_standing_basis_registers_and_sentences(declared: Feature) -> None:
    assert declared.legal_basis in {
        basis.code for basis in load_legal_bases() if basis.stands(on=DAY, phase="operation")
    }
    assert declared.registers
    assert declared.text.endswith(".")
    assert declared.fact_da != declared.absence_da
    assert all(source in load_catalogue_of_features() for source in declared.sources)
    assert bool(declared.sources) == (declared.view == "unit")


def test_observations_are_every_other_feature_that_only_speaks_for() -> None:
    catalogue = load_catalogue_of_features()
    speaking = [each for each in catalogue.values() if each.direction == 1 and each.view != "unit"]
    assert sorted(OBSERVATIONS) == sorted(each.name for each in speaking)
    declared = catalogue["observations"]
    assert declared.sources == OBSERVATIONS
    assert set(declared.registers) == {register for each in speaking for register in each.registers}


@pytest.mark.parametrize(("name", "is_absence"), [("newest_move_in_days", False), ("moves_in", True)])
def test_nothing_at_all_is_absence_but_today_is_not(name: str, *, is_absence: bool) -> None:
    declared = load_catalogue_of_features()[name]
    assert (declared.sentence_da(0.0) == declared.absence_da) is is_absence
    assert declared.sentence_da(None) == declared.sentence_da(float("nan")) == declared.absence_da


def test_full_age_is_the_birthday_for_every_birth_of_a_century() -> None:
    births = pl.date_range(dt.date(1930, 1, 1), dt.date(2030, 12, 31), eager=True)
    birthdays = pl.Series([full_age_on(birth) for birth in births])
    frame = pl.DataFrame({"birth": births, "eighteen": birthdays}).select(pl.all().cast(pl.Int32).cast(pl.Int64))
    ages = nw.from_native(frame.with_columns(eve=pl.col("eighteen") - 1)).select(
        on_the_day=full_age("eighteen", "birth"), on_the_eve=full_age("eve", "birth")
    )
    assert ages["on_the_day"].to_list() == [1] * len(births)
    assert ages["on_the_eve"].to_list() == [0] * len(births)


def test_an_address_with_a_protected_resident_is_not_explained() -> None:
    world = a_world(a_person("ane", protected=True), a_residence("ane", "home"))
    for explain in (explain_address, explain_stakes):
        with pytest.raises(PermissionDenied) as refusal:
            explain(world, "home", as_of=AS_OF)
        assert "home" not in str(refusal.value)
        assert "ane" not in str(refusal.value)


def test_rows_that_name_a_protected_person_are_emptied() -> None:
    world = a_world(
        a_residence("ane", "home"),
        a_person("bo", protected=True),
        a_residence("bo", "home", from_days_ago=90, to_days_ago=20),
        a_signal("home", person_id="bo"),
        a_relation("bo", "ane", "spouse"),
    )
    traces = {trace.name: trace for trace in explain_address(world, "home", as_of=AS_OF)}
    assert traces["moves_out"].value == 1
    assert [dict(row.columns) for row in traces["moves_out"].rows] == [{}]
    shown = [row for trace in traces.values() for row in trace.rows]
    assert not [row for row in shown if "bo" in row.columns.values()]
    assert [row for row in shown if "ane" in row.columns.values()]
