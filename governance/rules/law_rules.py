"""Rules of law: a basis for everything that is looked at, and assessments that stand on the day.

None of them can be excepted: a data-protection officer may weigh a figure, not set an act aside.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from governance.rules.evidence import Assessment, AssessmentEvidence, BasisEvidence
from governance.rules.limits import Limits
from governance.rules.rule import EXAMPLE_DAY, Finding, Findings, rule
from governance.rules.wording import listed

ASSESSMENT_KINDS = ("dpia", "fria", "risk_register", "administrative_law")

_BASES = BasisEvidence(
    on=EXAMPLE_DAY, phase="operation", used_without_basis=(), left_out=("benefit boligstoette",),
    next_expiry=EXAMPLE_DAY + dt.timedelta(days=400),
)  # fmt: skip
_YEAR = (EXAMPLE_DAY - dt.timedelta(days=200), EXAMPLE_DAY + dt.timedelta(days=165))
_ASSESSED = AssessmentEvidence({kind: Assessment(kind, "1.0", *_YEAR) for kind in ASSESSMENT_KINDS})


def _without(kind: str) -> AssessmentEvidence:
    return AssessmentEvidence({name: each for name, each in _ASSESSED.assessments.items() if name != kind})


def _lapsed(kind: str, *, on: dt.date) -> AssessmentEvidence:
    lapsed = replace(_ASSESSED.assessments[kind], valid_to=on)
    return AssessmentEvidence({**_ASSESSED.assessments, kind: lapsed})


@rule(
    family="law",
    text="Nothing is looked at without a legal basis for the phase on the day.",
    text_da="Der ses ikke på noget uden retsgrundlag for fasen den dag.",
    finding_da="Uden retsgrundlag: {figure}. Grænsen er {limit}.",
    authority="CPR-loven § 10; retssikkerhedsloven § 11 a; GDPR art. 6",
    principle="lawfulness",
    gates=("develop", "promote", "publish", "fallback"),
    exceptable=False,
    passing=_BASES,
    failing=replace(_BASES, used_without_basis=("column benefit_grant.basis",)),
)
def nothing_without_basis(evidence: BasisEvidence, _: Limits) -> Finding:
    """A basis to develop is not one to operate (Datatilsynet and Copenhagen, 2023)."""
    used = evidence.used_without_basis
    return Finding(
        not used, f"{len(used)}", "0", listed(used) if used else "",
        f"Looked at for {evidence.phase} without a basis on {evidence.on}: {listed(used)}. Left out: "
        f"{listed(evidence.left_out)}.",
    )  # fmt: skip


@rule(
    family="law",
    text="No legal basis that the work rests on has lapsed since it was looked up.",
    text_da="Intet retsgrundlag, som arbejdet hviler på, er udløbet, siden det blev slået op.",
    finding_da="Det første retsgrundlag udløber {figure}. Det skal være {limit}.",
    authority="CPR-loven § 10; retssikkerhedsloven § 11 a; GDPR art. 6",
    principle="lawfulness",
    gates=("promote", "publish", "fallback"),
    exceptable=False,
    passing=_BASES,
    failing=replace(_BASES, next_expiry=EXAMPLE_DAY),
)
def bases_not_lapsed(evidence: BasisEvidence, limits: Limits) -> Finding:
    """`next_expiry` is the first day without the basis."""
    expiry = evidence.next_expiry
    return Finding(
        expiry is None or limits.today < expiry, f"{expiry or 'no end'}", f"after {limits.today}", evidence.phase,
        f"The next basis to lapse ends on {expiry}." if expiry else "No basis in use has an end.",
    )  # fmt: skip


@rule(
    family="law",
    text="No legal basis is about to lapse.",
    text_da="Intet retsgrundlag er ved at udløbe.",
    finding_da="Det første retsgrundlag udløber {figure}. Det skal være {limit}.",
    authority="GDPR art. 24",
    principle="responsibility",
    severity="alarm",
    gates=("develop", "promote", "publish"),
    passing=_BASES,
    failing=replace(_BASES, next_expiry=EXAMPLE_DAY + dt.timedelta(days=59)),
)
def bases_last(evidence: BasisEvidence, limits: Limits) -> Finding:
    """A warning in time to have the basis renewed."""
    expiry, warned = evidence.next_expiry, limits.today + dt.timedelta(days=limits.lapse_warning_days)
    return Finding(
        expiry is None or warned <= expiry, f"{expiry or 'no end'}", f"{warned} or later", evidence.phase,
        f"The next basis to lapse ends on {expiry}." if expiry else "No basis in use has an end.",
    )  # fmt: skip


@rule(
    family="law",
    text="A data-protection impact assessment stands.",
    text_da="Der er en gældende konsekvensanalyse vedrørende databeskyttelse.",
    finding_da="Analysen gælder fra {figure}. Den skal være {limit}.",
    nothing_da="Der er ikke registreret en konsekvensanalyse.",
    authority="GDPR art. 35",
    principle="responsibility",
    gates=("promote", "publish"),
    exceptable=False,
    passing=_ASSESSED,
    failing=_lapsed("dpia", on=EXAMPLE_DAY - dt.timedelta(days=1)),
)
def dpia_stands(evidence: AssessmentEvidence, limits: Limits) -> Finding:
    """Recorded, begun and not lapsed."""
    return _stands(evidence, "dpia", limits)


@rule(
    family="law",
    text="A fundamental-rights impact assessment stands.",
    text_da="Der er en gældende konsekvensanalyse vedrørende grundlæggende rettigheder.",
    finding_da="Analysen gælder fra {figure}. Den skal være {limit}.",
    nothing_da="Der er ikke registreret en konsekvensanalyse.",
    authority="AI Act art. 27",
    principle="dignity",
    gates=("promote", "publish"),
    exceptable=False,
    passing=_ASSESSED,
    failing=_without("fria"),
)
def fria_stands(evidence: AssessmentEvidence, limits: Limits) -> Finding:
    """Recorded, begun and not lapsed."""
    return _stands(evidence, "fria", limits)


@rule(
    family="law",
    text="A risk register stands.",
    text_da="Der er et gældende risikoregister.",
    finding_da="Risikoregistret gælder fra {figure}. Det skal være {limit}.",
    nothing_da="Der er ikke registreret et risikoregister.",
    authority="AI Act art. 9",
    principle="responsibility",
    gates=("promote", "publish"),
    exceptable=False,
    passing=_ASSESSED,
    failing=_lapsed("risk_register", on=EXAMPLE_DAY - dt.timedelta(days=1)),
)
def risk_register_stands(evidence: AssessmentEvidence, limits: Limits) -> Finding:
    """Recorded, begun and not lapsed."""
    return _stands(evidence, "risk_register", limits)


@rule(
    family="law",
    text="An administrative-law impact assessment stands.",
    text_da="Der er en gældende forvaltningsretlig konsekvensanalyse.",
    finding_da="Analysen gælder fra {figure}. Den skal være {limit}.",
    nothing_da="Der er ikke registreret en konsekvensanalyse.",
    authority="Folketingets Ombudsmand: general administrative-law demands on public IT systems",
    principle="legal_certainty",
    gates=("promote", "publish"),
    exceptable=False,
    passing=_ASSESSED,
    failing=_without("administrative_law"),
)
def administrative_law_assessment_stands(evidence: AssessmentEvidence, limits: Limits) -> Finding:
    """Recorded, begun and not lapsed."""
    return _stands(evidence, "administrative_law", limits)


@rule(
    family="law",
    text="No assessment is about to lapse.",
    text_da="Ingen konsekvensanalyse er ved at udløbe.",
    finding_da="Gælder til {figure}. Det skal være {limit}.",
    nothing_da="Der er ikke registreret nogen konsekvensanalyse.",
    authority="GDPR art. 35(11)",
    principle="responsibility",
    severity="alarm",
    gates=("promote", "publish"),
    per_item=True,
    passing=_ASSESSED,
    failing=_lapsed("fria", on=EXAMPLE_DAY + dt.timedelta(days=30)),
)
def assessments_last(evidence: AssessmentEvidence, limits: Limits) -> Findings:
    """A warning in time to have the assessment renewed; what is missing is told by its own rule."""
    warned = limits.today + dt.timedelta(days=limits.lapse_warning_days)
    return tuple(
        Finding(
            warned <= each.valid_to, f"{each.valid_to}", f"{warned} or later", kind,
            f"Version {each.version} of {kind} stands to {each.valid_to}.",
        )
        for kind, each in sorted(evidence.assessments.items())
    ) or Finding(False, "none", f"{warned} or later", "", "No assessment is recorded.")  # fmt: skip


def _stands(evidence: AssessmentEvidence, kind: str, limits: Limits) -> Finding:
    found = evidence.assessments.get(kind)
    if found is None:
        return Finding(False, "none", f"in force on {limits.today}", kind, f"No {kind} is recorded.")
    said = "stands" if found.valid_from <= limits.today <= found.valid_to else "does not stand"
    return Finding(
        said == "stands", f"{found.valid_from} to {found.valid_to}", f"in force on {limits.today}", kind,
        f"Version {found.version} of {kind} {said} on {limits.today}.",
    )  # fmt: skip
