"""The codes of the register contract and those of the benefit catalogue and the legal bases are the same ones."""

from __future__ import annotations

from governance.benefits import ADMINISTRATIONS, load_catalogue
from governance.legal_bases import load_legal_bases
from governance.registers import BENEFIT_CODES, TABLES


def test_the_catalogue_holds_exactly_the_codes_of_the_contract() -> None:
    assert tuple(load_catalogue().benefits) == BENEFIT_CODES


def test_every_column_of_benefits_takes_these_codes() -> None:
    columns = [table.column("benefit") for table in TABLES.values() if "benefit" in table.column_names]
    assert len(columns) == 3
    assert all(column.codes == BENEFIT_CODES for column in columns)


def test_every_rate_names_bases_of_the_contract() -> None:
    bases = set(TABLES["benefit_grant"].column("basis").codes)
    for benefit in load_catalogue().benefits.values():
        assert benefit.administration in ADMINISTRATIONS
        for rate in benefit.rates:
            assert rate.source
            assert "any" in rate.ore
            assert set(rate.ore) - {"any"} <= bases


def test_a_legal_basis_covers_known_benefits_only() -> None:
    for basis in load_legal_bases():
        assert set(basis.benefits) <= set(BENEFIT_CODES)
