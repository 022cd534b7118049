"""Rules about explanations: every listed case keeps the contract, and no input is of a kind that is never looked at."""

from __future__ import annotations

from dataclasses import replace

from governance.rules.evidence import ExplanationEvidence
from governance.rules.limits import Limits
from governance.rules.rule import Finding, rule
from governance.rules.wording import listed

CHECKS = (
    "additivity", "tree_explainer", "exact_shapley", "stability",
    "both_sides", "sentence", "source_and_date", "wording",
)  # fmt: skip
"""What must have been checked of every listed case; a check that was not made is not passed."""

_KEPT = ExplanationEvidence(
    cases=80, failing=dict.fromkeys(CHECKS, 0), worst={"additivity": 3e-15, "tree_explainer": 2e-12}, first_failing=""
)


@rule(
    family="explanation",
    text="The explanation of every listed case adds up, is the exact one, stands still, and says why and why not.",
    authority="forvaltningsloven § 22; AI Act art. 13 and 86; GDPR art. 15(1)(h)",
    principle="explainability",
    gates=("publish",),
    exceptable=False,
    passing=_KEPT,
    failing=replace(_KEPT, failing={**_KEPT.failing, "wording": 1}, first_failing="place 7 (wording)"),
)
def explanations_hold(evidence: ExplanationEvidence, _: Limits) -> Finding:
    """One failing case stops the list."""
    unchecked = [name for name in CHECKS if name not in evidence.failing]
    faults = {name: count for name, count in evidence.failing.items() if count != 0}
    worst = ", ".join(f"{name} {value:.1e}" for name, value in sorted(evidence.worst.items()))
    return Finding(
        evidence.cases > 0 and not unchecked and not faults,
        f"{max(faults.values(), default=0)} of {evidence.cases} cases",
        "0 cases",
        evidence.first_failing,
        f"Checks failed: {listed(faults)}; not made: {listed(unchecked)}; largest deviations: {worst or 'none'}.",
    )
