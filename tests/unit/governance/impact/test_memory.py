"""What the ledger was told stands where registers no longer hold it: the months and the share of a decision too."""

from __future__ import annotations

from dataclasses import replace

from governance.impact.memory import Told, with_told_months
from tests.impact_facts import a_case_fact, an_effect_fact, facts_of


def test_an_effect_has_the_months_and_the_share_that_were_booked_of_it() -> None:
    """Registers kept on a later day have lost the version of the grant that the decision knew."""
    booked = an_effect_fact("pseudonym of e", months=7, permille=300)
    known = facts_of(a_case_fact(), an_effect_fact("e", months=12, permille=800, monthly=-5), an_effect_fact("new"))
    found = with_told_months(known, Told({}, {booked.effect_id: booked}, {}), name=lambda each: f"pseudonym of {each}")
    first, other = known.effects
    assert found == replace(known, effects=(replace(first, months_forward=7, municipal_permille=300), other))
