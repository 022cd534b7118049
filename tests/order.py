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
    "integration/test_spark.py",
    "acceptance/test_whole_line.py",
    "acceptance/test_biased_history.py",
    "functional/test_actions.py",
    "acceptance/test_replay.py",
    "functional/test_impact_end_to_end.py",
    "browser/test_pages.py",
    "generative/test_impact_ledger.py",
    "browser/test_life.py",
    "functional/test_promotion.py",
    "functional/test_ranking.py",
    "service/test_service_actions.py",
    "functional/test_legal_bases_commands.py",
    "service/test_access_walk.py",
    "browser/test_dpo.py",
    "functional/test_rescoring.py",
    "generative/test_features_routes.py",
    "browser/test_impact.py",
    "generative/test_audit_tampering.py",
    "functional/test_mitigation.py",
    "functional/test_publication.py",
    "functional/test_stop_and_fallback.py",
    "unit/training/test_history_fairness.py",
    "service/test_cases_deciding.py",
    "functional/test_impact_estimate_commands.py",
    "unit/synthetic_data/test_town_truth.py",
    "unit/service/test_impact_charts.py",
    "generative/test_leak_future.py",
    "functional/test_features_and_training.py",
    "browser/test_keyboard_and_paper.py",
    "generative/test_lineage.py",
    "spec/test_feature_specs.py",
    "generative/test_contract_faults.py",
    "unit/governance/test_contracts_rows.py",
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
