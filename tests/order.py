"""Which test modules begin first, so that none is still at work alone when all others are over.

The modules that take longest, the longest first, as `--durations=0` told; the rest follow in whatever order they came.
A name that is missing here costs a little time, and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

LONGEST = (
    "functional/test_nightly_command.py",
    "service/test_api_schemathesis.py",
    "acceptance/test_biased_history.py",
    "functional/test_actions.py",
    "browser/test_dpo.py",
    "browser/test_impact.py",
    "integration/test_spark.py",
    "browser/test_pages.py",
    "functional/test_mitigation.py",
    "functional/test_stop_and_fallback.py",
    "functional/test_promotion.py",
    "generative/test_impact_ledger.py",
    "generative/test_lineage.py",
    "functional/test_ranking.py",
    "functional/test_legal_bases_commands.py",
    "service/test_access_walk.py",
    "generative/test_leak_future.py",
    "service/test_service_actions.py",
    "acceptance/test_replay.py",
    "browser/test_life.py",
    "acceptance/test_whole_line.py",
    "functional/test_publication.py",
    "spec/test_feature_specs.py",
    "unit/governance/test_contracts_rows.py",
    "generative/test_features_routes.py",
    "service/test_case_pages.py",
    "unit/training/test_history_fairness.py",
    "generative/test_contract_faults.py",
    "browser/test_keyboard_and_paper.py",
    "functional/test_features_and_training.py",
    "unit/synthetic_data/test_town_truth.py",
)


class Named(Protocol):
    """A collected test."""

    @property
    def nodeid(self) -> str: ...


Test = TypeVar("Test", bound=Named)


def longest_first(tests: Iterable[Test]) -> list[Test]:
    """The same tests, those of the longest modules first; otherwise in the order that they came in."""
    places = {f"tests/{module}": place for place, module in enumerate(LONGEST)}
    return sorted(tests, key=lambda test: places.get(test.nodeid.partition("::")[0], len(places)))
