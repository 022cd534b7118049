"""Rules about the work itself: the stop button, the random arm, whether people judge for themselves, and the burden.

"A human decides" proved not enough elsewhere (UK DWP): what people do with the list is measured.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from governance.rules.evidence import OperationEvidence, RandomArmEvidence, StopEvidence
from governance.rules.limits import Limits
from governance.rules.rule import EXAMPLE_DAY, Finding, rule
from governance.rules.wording import age_days, per_cent

DAYS_A_YEAR = 365
_DAYS = tuple(EXAMPLE_DAY - dt.timedelta(days=7 * week) for week in range(1, 41))
_ARM = RandomArmEvidence(
    listed=4, known_last_year=40, share_of_hours=0.05, smallest_probability=0.002, committed=True, known_on=_DAYS
)
_WORK = OperationEvidence(
    first_looks=200, blind_first_looks=41, overrides=46, needless_per_1000=2.3, churn=0.3
)  # fmt: skip


@rule(
    family="operation",
    text="No stop is in force.",
    text_da="Systemet er ikke stoppet.",
    finding_da="Systemet er {figure}.",
    nothing_da="Intet stop er i kraft.",
    authority="AI Act art. 14(4)(e); GDPR art. 38 and 39",
    principle="self_determination",
    gates=("promote", "publish"),
    exceptable=False,
    passing=StopEvidence(reason="", role="", in_force=False),
    failing=StopEvidence(reason="Over-representation reported by the press desk.", role="dpo"),
)
def no_stop_in_force(evidence: StopEvidence, _: Limits) -> Finding:
    """The stop button of the data-protection officer or the owner."""
    if not evidence.in_force:
        return Finding(True, "none", "none", "", "No stop is in force.")
    return Finding(False, "stopped", "none", evidence.role, f"Stopped by the {evidence.role}: {evidence.reason}")


@rule(
    family="operation",
    text="Every list holds at least one case drawn at random.",
    text_da="Hver liste rummer mindst én sag, der er udtrukket tilfældigt.",
    finding_da="Tilfældigt udtrukne sager: {figure}. Der skal være {limit}.",
    authority="AI Act art. 10 and 72",
    principle="equality_and_justice",
    gates=("publish",),
    passing=_ARM,
    failing=replace(_ARM, listed=0),
)
def random_arm_listed(evidence: RandomArmEvidence, _: Limits) -> Finding:
    """Without a random arm nobody can see what the list does not (Amsterdam, Sweden)."""
    return Finding(
        evidence.listed >= 1, f"{evidence.listed}", "at least 1", "",
        f"{evidence.listed} cases were drawn at random, for {per_cent(evidence.share_of_hours)} of the hours.",
    )  # fmt: skip


@rule(
    family="operation",
    text="Every candidate could be drawn: no probability is zero.",
    text_da="Alle kandidater kan blive udtrukket: ingen har sandsynligheden nul.",
    finding_da="Den mindste sandsynlighed for at blive udtrukket er {figure}. Den skal være {limit}.",
    authority="Equality principle of administrative law",
    principle="equality_and_justice",
    gates=("publish",),
    exceptable=False,
    passing=_ARM,
    failing=replace(_ARM, smallest_probability=0.0),
)
def random_arm_reaches_all(evidence: RandomArmEvidence, _: Limits) -> Finding:
    """A case beyond the arm's reach is one that no estimate speaks for."""
    return Finding(
        evidence.smallest_probability > 0, f"{evidence.smallest_probability:.2g}", "more than 0", "",
        f"The smallest probability of being drawn is {evidence.smallest_probability:.2g}.",
    )  # fmt: skip


@rule(
    family="operation",
    text="The seed of the draw was committed before the draw.",
    text_da="Lodtrækningens frø blev bundet før lodtrækningen.",
    finding_da="Frøet {figure} bundet, før der blev trukket lod. Det skal det være.",
    authority="AI Act art. 12",
    principle="responsibility",
    gates=("publish", "fallback"),
    exceptable=False,
    passing=_ARM,
    failing=replace(_ARM, committed=False),
)
def random_arm_committed(evidence: RandomArmEvidence, _: Limits) -> Finding:
    """A seed that is chosen afterwards can choose the cases."""
    said = "was" if evidence.committed else "was not"
    return Finding(evidence.committed, said, "was", "", f"The seed {said} committed to the log before the draw.")


@rule(
    family="operation",
    text="The random arm of the last year is large enough.",
    text_da="Det seneste års tilfældige stikprøve er stor nok.",
    finding_da="Tilfældige kontroller med kendt udfald det seneste år: {figure}. Der skal være {limit}.",
    authority="AI Act art. 72",
    principle="equality_and_justice",
    gates=("publish",),
    passing=_ARM,
    failing=replace(_ARM, known_on=_DAYS[:2]),
)
def random_arm_kept_up(evidence: RandomArmEvidence, limits: Limits) -> Finding:
    """Random controls whose outcome became known within a year of today, but no more than were counted."""
    dated = sum(age_days(day, limits.today) <= DAYS_A_YEAR for day in evidence.known_on)
    known = min(dated, evidence.known_last_year)
    return Finding(
        known >= limits.random_arm_year_cases, f"{known}", f"at least {limits.random_arm_year_cases}", "",
        f"The outcome of {known} random controls became known in the year to {limits.today}.",
    )  # fmt: skip


@rule(
    family="operation",
    text="First looks overrule the list, but not most of the time.",
    text_da="Medarbejdernes første vurdering går imod listen af og til, men ikke for det meste.",
    finding_da="Første vurderinger, der endte anderledes, end listen siger: {figure}. Det skal være {limit}.",
    authority="GDPR art. 22; AI Act art. 14",
    principle="self_determination",
    severity="alarm",
    gates=("publish",),
    passing=_WORK,
    failing=replace(_WORK, overrides=1),
)
def people_judge_for_themselves(evidence: OperationEvidence, limits: Limits) -> Finding:
    """Hardly ever = rubber-stamping; nearly always = a list that nobody believes."""
    limit = f"{per_cent(limits.override_low)} to {per_cent(limits.override_high)}"
    if evidence.first_looks < limits.looks_to_judge:
        return _too_few_looks(evidence, limit)
    share = evidence.overrides / evidence.first_looks
    return Finding(
        limits.override_low <= share <= limits.override_high, per_cent(share), limit, "",
        f"{evidence.overrides} of {evidence.first_looks} first looks ended otherwise than the list says.",
    )  # fmt: skip


@rule(
    family="operation",
    text="A share of the first looks is blind: the reasons stay hidden until a person has judged.",
    text_da="En del af de første vurderinger er blinde: grundene er skjult, til et menneske har vurderet sagen.",
    finding_da="Blinde første vurderinger: {figure}. Det skal være {limit}.",
    authority="AI Act art. 14(4)(b)",
    principle="self_determination",
    gates=("publish",),
    passing=_WORK,
    failing=replace(_WORK, blind_first_looks=3),
)
def first_looks_blind(evidence: OperationEvidence, limits: Limits) -> Finding:
    """At least half of the share that is drawn, which chance hardly ever falls short of."""
    least = limits.blind_share / 2
    if evidence.first_looks < limits.looks_to_judge:
        return _too_few_looks(evidence, f"at least {per_cent(least)}")
    share = evidence.blind_first_looks / evidence.first_looks
    return Finding(
        share >= least, per_cent(share), f"at least {per_cent(least)}", "",
        f"{evidence.blind_first_looks} of {evidence.first_looks} first looks were blind.",
    )  # fmt: skip


@rule(
    family="operation",
    text="The burden of needless controls stays under its cap.",
    text_da="Byrden af kontroller uden grund holder sig under sit loft.",
    finding_da="Voksne, der er kontrolleret uden grund inden for et år: {figure}. Loftet er {limit}.",
    authority="ECHR art. 8; GDPR art. 5(1)(c)",
    principle="dignity",
    gates=("publish",),
    passing=_WORK,
    failing=replace(_WORK, needless_per_1000=230.0),
)
def needless_burden_capped(evidence: OperationEvidence, limits: Limits) -> Finding:
    """Udbetaling Danmark's "Model Abroad": nine of ten opened cases were nothing."""
    return Finding(
        evidence.needless_per_1000 <= limits.needless_per_1000, f"{evidence.needless_per_1000:.1f} per 1,000",
        f"{limits.needless_per_1000:g} per 1,000", "",
        f"{evidence.needless_per_1000:.1f} of 1,000 adults at candidate addresses were controlled for nothing within "
        "a year.",
    )  # fmt: skip


@rule(
    family="operation",
    text="The list does not turn over without cause.",
    text_da="Listen skifter ikke indhold uden grund.",
    finding_da="Listen afviger {figure} fra den forrige (1 er en helt ny liste). Det må være {limit}.",
    nothing_da="Der er ingen tidligere liste at sammenligne med.",
    authority="AI Act art. 15 and 72",
    principle="legal_certainty",
    severity="alarm",
    gates=("publish",),
    passing=_WORK,
    failing=replace(_WORK, churn=0.9),
)
def list_turns_over_slowly(evidence: OperationEvidence, limits: Limits) -> Finding:
    """1 - rank-biased overlap with the list before (Webber, Moffat & Zobel 2010)."""
    limit = f"at most {limits.churn_alarm:.2f}"
    if evidence.churn is None:
        return Finding(True, "none", limit, "", "There is no list before to compare with.")
    return Finding(
        evidence.churn <= limits.churn_alarm, f"{evidence.churn:.2f}", limit, "",
        f"The list differs from the one before by {evidence.churn:.2f} of 1.",
    )  # fmt: skip


def _too_few_looks(evidence: OperationEvidence, limit: str) -> Finding:
    return Finding(
        True, f"{evidence.first_looks} looks", limit, "",
        f"{evidence.first_looks} first looks are recorded, too few to tell.",
    )  # fmt: skip
