"""A sample of the candidates: the same by its seed, no more than asked for, none where nobody may be looked at."""

from __future__ import annotations

import functools

import pytest

from features.candidates import find_candidates
from features.engines import PolarsEngine
from governance.as_of import AsOf
from governance.benefits import load_catalogue
from governance.legal_bases import legal_bases_in_force
from governance.registers import load_registers
from governance.settings import Settings
from synthetic_data.town import TownPlan, write_town
from training.candidate_sample import sampled_candidates

PLAN = TownPlan(persons=2_000, seed=5, years=2)


@pytest.fixture(scope="module")
def engine(tmp_path_factory) -> PolarsEngine:
    folder = tmp_path_factory.mktemp("town")
    write_town(folder, PLAN, catalogue=load_catalogue().as_rows())
    return PolarsEngine(load_registers(folder))


sample = functools.partial(sampled_candidates, as_of=AsOf(PLAN.as_of), settings=Settings(), seed=1)


def test_few_candidates_are_all_there(engine) -> None:
    bases = legal_bases_in_force(Settings())
    every = find_candidates(engine, as_of=AsOf(PLAN.as_of), settings=Settings(), bases=bases).units
    assert sample(engine)["unit_id"].to_list() == every["unit_id"].to_list()
    assert every.height > 100


def test_a_sample_is_as_large_as_asked_and_hangs_on_its_seed(engine) -> None:
    drawn = sample(engine, most=50)
    assert drawn.height == 50
    assert drawn.equals(sample(engine, most=50))
    assert set(drawn["unit_id"]) < set(sample(engine)["unit_id"])
    assert not drawn.equals(sample(engine, most=50, seed=2))


def test_where_no_basis_for_operation_stands_nobody_is_looked_at(engine, tmp_path) -> None:
    bases = tmp_path / "bases.toml"
    bases.write_text(
        """
[[basis]]
code = "gdpr_6_1_e"
act = "databeskyttelsesforordningen"
paragraph = "artikel 6"
text_da = "udvikling"
purpose = "general_search"
phases = ["development"]
valid_from = 2015-01-01
benefits = ["kontanthjaelp"]
columns = ["person.*", "residence.*"]
""",
        encoding="utf-8",
    )
    assert sample(engine, settings=Settings(legal_bases_file=str(bases))) is None
