"""Every feature against its spec table, by the engine and by the plain-Python second route."""

from __future__ import annotations

import pytest
import spec_address
import spec_consistency
import spec_history
import spec_household
import spec_payments
import spec_signals
from builders import AS_OF, a_world, units_of
from spec_table import SpecTable

from features.build import build_matrix
from features.definitions import load_catalogue_of_features
from features.engines import PolarsEngine
from features.feature import FAMILIES
from features.reference import explain_address
from features.reference.trace import load_references

FAMILY_SPECS = {
    "address": spec_address.SPECS,
    "household": spec_household.SPECS,
    "payments": spec_payments.SPECS,
    "history": spec_history.SPECS,
    "signals": spec_signals.SPECS,
    "consistency": spec_consistency.SPECS,
}
SPECS: dict[str, SpecTable] = {name: table for specs in FAMILY_SPECS.values() for name, table in specs.items()}


def test_every_feature_has_a_spec_table_in_its_family() -> None:
    catalogue = load_catalogue_of_features()
    assert set(FAMILY_SPECS) == set(FAMILIES)
    assert {name: declared.family for name, declared in catalogue.items()} == {
        name: family for family, specs in FAMILY_SPECS.items() for name in specs
    }


def test_every_feature_has_a_second_route_and_no_other_has() -> None:
    assert set(load_references()) == set(load_catalogue_of_features())


@pytest.mark.parametrize("name", SPECS)
def test_a_spec_table_expects_something_and_nothing(name: str) -> None:
    values = list(SPECS[name].expected.values())
    assert any(values), "no expected value differs from zero"
    assert not all(values), "no address is without the fact"


@pytest.mark.parametrize("name", SPECS)
def test_engine_gives_the_expected_values(name: str) -> None:
    table = SPECS[name]
    matrix = build_matrix(PolarsEngine(a_world(*table.rows)), units_of(*table.expected))
    assert dict(zip(matrix["address_id"], matrix[name], strict=True)) == table.expected


@pytest.mark.parametrize("name", SPECS)
def test_second_route_gives_the_expected_values(name: str) -> None:
    table = SPECS[name]
    world = a_world(*table.rows)
    traces = {address: explain_address(world, address, as_of=AS_OF) for address in table.expected}
    assert {address: trace.value for address, found in traces.items() for trace in found if trace.name == name} == (
        table.expected
    )


@pytest.mark.parametrize("name", SPECS)
def test_a_number_has_rows_of_its_registers_behind_it(name: str) -> None:
    table, declared = SPECS[name], load_catalogue_of_features()[name]
    world = a_world(*table.rows)
    for address, value in table.expected.items():
        trace = next(trace for trace in explain_address(world, address, as_of=AS_OF) if trace.name == name)
        assert {row.register for row in trace.rows} <= set(declared.registers)
        assert trace.rows or not value
