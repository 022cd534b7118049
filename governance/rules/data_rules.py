"""Rules about the registers and what the model is fed: sound, fresh, and like what the model knows.

Amsterdam's failed data checks only warned (2023); here they stop.
"""

from __future__ import annotations

from dataclasses import replace

from governance.rules.evidence import DriftEvidence, RegisterEvidence
from governance.rules.limits import Limits
from governance.rules.rule import EXAMPLE_DAY, Finding, Findings, rule
from governance.rules.wording import age_days, largest, per_cent

_SOUND = RegisterEvidence(
    as_of=EXAMPLE_DAY, rows=90_000, worst_table="residence", worst_share=0.001, acceptable=True,
    newest_days={"residence": 1, "benefit_payment": 30},
)  # fmt: skip
_STEADY = DriftEvidence(index={"movers": 0.02, "area": 0.05}, candidates=2_000)


@rule(
    family="data",
    text="The registers keep their contract: no more rows are quarantined than the house allows.",
    text_da="Registrene holder deres kontrakt: der sættes ikke flere rækker til side, end kommunen tillader.",
    finding_da=(
        "{figure} af rækkerne er sat til side i det register, der har flest. Der må højst være {limit}, og kontrakten "
        "skal holdes i øvrigt."
    ),
    authority="GDPR art. 5(1)(d); AI Act art. 10",
    principle="lawfulness",
    gates=("develop", "publish", "fallback"),
    exceptable=False,
    passing=_SOUND,
    failing=replace(_SOUND, worst_share=0.31, acceptable=False),
)
def registers_within_contract(evidence: RegisterEvidence, limits: Limits) -> Finding:
    """The contract's own word counts; the figure shown is the worst table's."""
    figure = per_cent(evidence.worst_share)
    said = "keep" if evidence.acceptable else "break"
    return Finding(
        evidence.acceptable and evidence.rows > 0, figure, per_cent(limits.quarantine_share), evidence.worst_table,
        f"{evidence.rows} rows {said} the contract; most are quarantined in {evidence.worst_table}: {figure}.",
    )  # fmt: skip


@rule(
    family="data",
    text="Residence, payments and signals are fresh on the day of publication.",
    text_da="Oplysninger om adresser, udbetalinger og henvendelser er friske den dag, listen frigives.",
    finding_da="Den nyeste række er {figure} gammel. Den må højst være {limit} gammel.",
    nothing_da="Intet register er set efter.",
    authority="GDPR art. 5(1)(d)",
    principle="legal_certainty",
    gates=("publish", "fallback"),
    per_item=True,
    passing=_SOUND,
    failing=replace(_SOUND, newest_days={"residence": 1, "benefit_payment": 46}),
)
def registers_fresh(evidence: RegisterEvidence, limits: Limits) -> Findings:
    """Days since the newest row, counted to today: registers that lie age, too."""
    lain_days = max(0, age_days(evidence.as_of, limits.today))
    ages = {register: newest + lain_days for register, newest in evidence.newest_days.items()}
    limit = f"{limits.freshness_days} days"
    if not ages:
        return Finding(False, "none", limit, "", "No register was looked at.")
    stale = {register: days for register, days in ages.items() if not days <= limits.freshness_days}
    if not stale:
        oldest, days = largest(ages)
        return Finding(True, f"{days} days", limit, oldest, f"The least fresh register is {oldest}.")
    return tuple(
        Finding(False, f"{days} days", limit, register, f"The newest row of {register} is {days} days old.")
        for register, days in sorted(stale.items())
    )


@rule(
    family="data",
    text="No model input has drifted away from what the model learned from.",
    text_da="Ingen oplysning har flyttet sig væk fra det, modellen lærte af.",
    finding_da="Oplysningen har flyttet sig {figure} (stabilitetsindeks). Grænsen er {limit}.",
    nothing_da="Ingen oplysning er sammenlignet.",
    authority="AI Act art. 15",
    principle="responsibility",
    gates=("publish",),
    per_item=True,
    passing=_STEADY,
    failing=replace(_STEADY, index={"movers": 0.41, "area": 0.05}),
)
def inputs_have_not_drifted(evidence: DriftEvidence, limits: Limits) -> Findings:
    """Population stability index of each input, chance taken off; above .25 the population is another one by custom."""
    return _drift(evidence, limit=limits.drift_stop)


@rule(
    family="data",
    text="No model input is on its way to drift.",
    text_da="Ingen oplysning er på vej væk fra det, modellen lærte af.",
    finding_da="Oplysningen har flyttet sig {figure} (stabilitetsindeks). Grænsen er {limit}.",
    nothing_da="Ingen oplysning er sammenlignet.",
    authority="AI Act art. 15 and 72",
    principle="development",
    severity="alarm",
    gates=("publish",),
    per_item=True,
    passing=_STEADY,
    failing=replace(_STEADY, index={"movers": 0.17, "area": 0.05}),
)
def inputs_are_steady(evidence: DriftEvidence, limits: Limits) -> Findings:
    """The same index with the lower bound that is customary for a closer look."""
    return _drift(evidence, limit=limits.drift_alarm)


def _drift(evidence: DriftEvidence, *, limit: float) -> Findings:
    if not evidence.index or evidence.candidates <= 0:
        return Finding(False, "none", f"{limit:.2f}", "", "No input was compared.")
    drifted = {name: value for name, value in evidence.index.items() if not value <= limit}
    if not drifted:
        name, value = largest(evidence.index)
        return Finding(True, f"{value:.3f}", f"{limit:.2f}", name, f"The input that moved most is {name}.")
    return tuple(
        Finding(
            False, f"{value:.3f}", f"{limit:.2f}", name,
            f"{name} has a stability index of {value:.3f} over {evidence.candidates} candidates.",
        )
        for name, value in sorted(drifted.items())
    )  # fmt: skip
