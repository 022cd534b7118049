"""The declared lineage is the true one: a register column that is changed moves only what is declared to rest on it.

Worlds of chance, every column of every register changed to other valid values in turn. What moves undeclared would be
an input without a legal basis.
"""

from __future__ import annotations

import datetime as dt
from functools import cache

import polars as pl
import pytest
from builders import AS_OF, DAY, units_of
from random_worlds import a_random_world, address_ids

from features.build import STAKES, build_matrix
from features.candidates import find_candidates
from features.definitions import load_catalogue_of_features
from features.engines import PolarsEngine
from features.lineage import STRUCTURE, VIEW_COLUMNS, VIEW_ROWS, feature_columns, part_columns, register_columns
from features.reference.rows import full_age_on
from governance.legal_bases import lawful, load_legal_bases
from governance.registers import TABLES, Registers
from governance.settings import Settings
from tests.generative.register_changes import with_column_changed
from training.labels import build_labels

CATALOGUE = load_catalogue_of_features()
EVERY_COLUMN = [f"{table.name}.{column}" for table in TABLES.values() for column in table.column_names]
KEYS_AND_TIMES = {f"{table}.{column}" for table, columns in STRUCTURE.items() for column in columns}
VALUES = sorted({column for name in CATALOGUE for column in feature_columns(name)} - KEYS_AND_TIMES)
SEEDS = (0, 1)
CANDIDATES = frozenset.union(
    *(part_columns(part) for part in ("every candidate", "candidates by grant", "candidates by signal"))
)
# Declared all the same: rare in worlds of chance (the specs move them), the same in every basis of the catalogue's
# rates, or a sum in which it cancels out although both of its sources rest on it.
NOT_SEEN_TO_MOVE = {
    ("area_per_person", "person.birth_date"), ("persons_per_room", "person.birth_date"),
    ("daycare_amount", "benefit_grant.basis"), ("housing_amount", "benefit_grant.basis"),
}  # fmt: skip
MOST_RARE_PAIRS = 12


@cache
def a_world_of(seed: int) -> Registers:
    return a_random_world(seed, persons=200, addresses=20)


@cache
def units_at(seed: int) -> pl.DataFrame:
    return units_of(*address_ids(a_world_of(seed)), day=DAY)


@cache
def as_it_was(seed: int) -> pl.DataFrame:
    return build_matrix(PolarsEngine(a_world_of(seed)), units_at(seed))


def moved(seed: int, changed: Registers) -> set[str]:
    """Features and stakes that differ in the changed world."""
    before, after = as_it_was(seed), build_matrix(PolarsEngine(changed), units_at(seed))
    return {name for name in before.columns if not before[name].equals(after[name], null_equal=True)}


@cache
def moved_by(column: str, seed: int, like: float) -> frozenset[str]:
    changed = with_column_changed(a_world_of(seed), *column.split("."), seed=seed, like=like)
    return frozenset(moved(seed, changed))


@pytest.mark.parametrize("column", EVERY_COLUMN)
def test_nothing_moves_that_is_not_declared_to_rest_on_the_column(column: str) -> None:
    seed = EVERY_COLUMN.index(column) % len(SEEDS)
    found = moved_by(column, seed, 0.5)
    assert [name for name in sorted(found - set(STAKES)) if column not in feature_columns(name)] == []
    if found & set(STAKES):
        assert column in part_columns("stakes") | register_columns(["benefit_payment"])


def test_every_value_column_is_seen_to_move_what_is_declared() -> None:
    declared = {(name, column) for name in CATALOGUE for column in VALUES if column in feature_columns(name)}
    seen = {
        (name, column)
        for column in VALUES
        for seed in SEEDS
        for like in (0.1, 0.5)
        for name in moved_by(column, seed, like)
    }
    assert {column for _, column in declared} == {column for _, column in seen & declared}
    assert not seen & NOT_SEEN_TO_MOVE
    assert len(declared - seen - NOT_SEEN_TO_MOVE) <= MOST_RARE_PAIRS


@cache
def line_of(seed: int) -> tuple[object, object]:
    return candidates_and_labels(a_world_of(seed))


def candidates_and_labels(registers: Registers) -> tuple[object, object]:
    engine, chosen = PolarsEngine(registers), Settings(label_delay_days=0)
    found = find_candidates(engine, as_of=AS_OF, settings=chosen, bases=load_legal_bases())
    labels = build_labels(registers, engine, as_of=AS_OF, settings=chosen)
    return (
        (found.units.to_dicts(), found.considered, dict(found.excluded)),
        (labels.cases.to_dicts(), dict(labels.unused)),
    )


@pytest.mark.parametrize("column", EVERY_COLUMN)
def test_no_candidate_and_no_label_rests_on_an_undeclared_column(column: str) -> None:
    changed = with_column_changed(a_world_of(0), *column.split("."), seed=0)
    before, after = line_of(0), candidates_and_labels(changed)
    assert column in CANDIDATES or after[0] == before[0]
    assert column in part_columns("labels") or after[1] == before[1]


def test_the_changes_do_move_candidates_and_labels() -> None:
    for column, place in (("person.address_protected", 0), ("signal.recorded_on", 0), ("control_effect.benefit", 1),
                          ("control_case.hours", 1)):  # fmt: skip
        changed = with_column_changed(a_world_of(0), *column.split("."), seed=0)
        assert candidates_and_labels(changed)[place] != line_of(0)[place]


@pytest.mark.parametrize("name", [name for name, each in CATALOGUE.items() if not each.sources])
def test_an_expression_reads_the_columns_it_declares_and_no_other(name: str) -> None:
    declared = CATALOGUE[name]
    columns = set(VIEW_COLUMNS[declared.view])
    assert evaluates(name, declared.reads)
    for column in set(declared.reads):
        assert not evaluates(name, columns - {column}), f"{column} is declared and not read"


@pytest.mark.parametrize("name", [name for name, each in CATALOGUE.items() if each.sources])
def test_a_feature_of_features_reads_the_sources_it_declares_and_no_other(name: str) -> None:
    sources = CATALOGUE[name].sources
    assert evaluates(name, sources)
    assert not any(evaluates(name, set(CATALOGUE) - {source}) for source in sources)


def evaluates(name: str, columns: object) -> bool:
    """Whether the expression can be computed where these columns are and no others."""
    import narwhals as nw

    words = {"role", "kind", "basis", "benefit", "grant_id", "channel"}
    frame = pl.DataFrame(schema={column: pl.String if column in words else pl.Int64 for column in columns})
    frame = frame.with_columns(pl.col(column).cast(pl.Boolean) for column in frame.columns if column == "care_of")
    try:
        nw.from_native(frame).select(x=CATALOGUE[name].expression())
    except Exception:  # a column that is not there, by whichever name the library calls it
        return False
    return True


def test_every_view_and_every_column_that_is_read_is_declared() -> None:
    views = {each.view for each in CATALOGUE.values()} - {"unit"}
    assert views == set(VIEW_ROWS) == set(VIEW_COLUMNS)
    read = {(each.view, column) for each in CATALOGUE.values() for column in each.reads}
    persons = {(view, column) for view in ("residents", "grants") for column in VIEW_COLUMNS["residents"]}
    declared = {(view, column) for view, columns in VIEW_COLUMNS.items() for column in columns}
    assert read <= declared
    assert {column for _, column in declared - persons} <= {column for _, column in read}


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_registers_told_to_a_reader_are_among_those_of_the_lineage(name: str) -> None:
    assert set(CATALOGUE[name].registers) <= {column.partition(".")[0] for column in feature_columns(name)}


@pytest.mark.parametrize("phase", ["operation", "development"])
def test_the_shipped_bases_name_what_is_looked_at_and_nothing_more(phase: str) -> None:
    from features.lawful import columns_looked_at, left_out

    seen = lawful(load_legal_bases(), on=DAY, phase=phase)
    assert seen.scored == columns_looked_at(phase)
    assert left_out(seen) == ()


def within_the_same_side_of_eighteen(registers: Registers) -> Registers:
    """Everybody another age, nobody on another side of the eighteenth birthday."""

    def other(birth: dt.date) -> dt.date:
        return birth - dt.timedelta(days=4000) if full_age_on(birth) <= DAY else max(birth, DAY - dt.timedelta(days=3))

    persons = registers.table("person").collect()
    births = pl.Series("birth_date", [other(birth) for birth in persons["birth_date"]], dtype=pl.Date)
    others = [births[place] - dt.timedelta(days=hash_of(name)) if full_age_on(births[place]) <= DAY else births[place]
              for place, name in enumerate(persons["person_id"])]  # fmt: skip
    changed = persons.with_columns(birth_date=pl.Series(others, dtype=pl.Date))
    return Registers(dict(registers.frames) | {"person": changed.lazy()})


def hash_of(name: str) -> int:
    """A number of days that belongs to the person, the same in each version of the person."""
    return int(name[1:]) * 37 % 3000


@pytest.mark.parametrize("seed", SEEDS)
def test_of_age_only_the_side_of_eighteen_and_one_difference_are_read(seed: int) -> None:
    assert moved(seed, within_the_same_side_of_eighteen(a_world_of(seed))) == {"single_nearest_age_years"}


@pytest.mark.parametrize("seed", SEEDS)
def test_roads_and_post_codes_are_compared_and_never_read_as_values(seed: int) -> None:
    registers = a_world_of(seed)
    renamed = {"0001": "7777", "0002": "0001", "2100": "2200", "2200": "2100"}
    changed = registers.table("address").with_columns(pl.col("road_code", "postal_code").replace(renamed))
    assert moved(seed, Registers(dict(registers.frames) | {"address": changed})) == set()
