"""Rules about explanations: every listed case keeps the contract, and no input is of a kind never to be looked at."""

from __future__ import annotations

from dataclasses import replace

from governance.prohibited import prohibited_inputs
from governance.rules.evidence import ExplanationEvidence, InputEvidence
from governance.rules.limits import Limits
from governance.rules.rule import Finding, rule
from governance.rules.wording import listed

CHECKS = (
    "additivity", "tree_explainer", "exact_shapley", "stability",
    "both_sides", "sentence", "source_and_date", "wording",
)  # fmt: skip
"""What must have been checked of every listed case; a check that was not made is not passed."""

_INPUTS = InputEvidence(
    texts={"movers_in_a_year": "Residents who moved in within a year."},
    columns={"movers_in_a_year": ("residence.address_id", "residence.valid_from")},
)
_KEPT = ExplanationEvidence(
    cases=80, failing=dict.fromkeys(CHECKS, 0), worst={"additivity": 3e-15, "tree_explainer": 2e-12}, first_failing=""
)


@rule(
    family="explanation",
    text="The explanation of every listed case adds up, is the exact one, stands still, and says why and why not.",
    text_da=(
        "Forklaringen af hver sag på listen går op, er den nøjagtige, er den samme hver gang og siger både for og imod."
    ),
    finding_da="Forklaringer, der ikke holder: {figure}. Grænsen er {limit}, og alle prøver skal være lavet.",
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


@rule(
    family="explanation",
    text="No input is, names or rests on what must never be looked at.",
    text_da="Ingen oplysning er, nævner eller bygger på noget, som der aldrig må ses på.",
    finding_da="Ramt af forbuddet: {figure}. Grænsen er {limit}, og alle oplysninger skal være prøvet.",
    authority="GDPR art. 9; Charter of Fundamental Rights art. 21; retssikkerhedsloven § 11 a",
    principle="equality_and_justice",
    gates=("develop", "promote", "publish"),
    exceptable=False,
    passing=_INPUTS,
    failing=replace(_INPUTS, columns={"movers_in_a_year": ("protected.citizenship",)}),
)
def inputs_not_prohibited(evidence: InputEvidence, limits: Limits) -> Finding:
    """By name, words and register columns; what the catalogue of exceptions lets pass, it does until its last day."""
    struck = prohibited_inputs(evidence.texts, evidence.columns, on=limits.today)
    return Finding(
        bool(evidence.texts) and set(evidence.texts) == set(evidence.columns) and not struck,
        f"{len(struck)} of {len(evidence.texts)} inputs",
        "0 inputs",
        "",
        f"Struck: {listed(struck)}.",
    )
