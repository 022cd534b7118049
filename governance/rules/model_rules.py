"""Rules about the model: better than what it replaces, honest about its level, steady, recent, as plain as can be."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Literal

from governance.rules.evidence import (
    CalibrationEvidence,
    ComparisonEvidence,
    Interval,
    ModelEvidence,
    StabilityEvidence,
    TwinEvidence,
)
from governance.rules.limits import RIVALS, Limits
from governance.rules.rule import EXAMPLE_DAY, Finding, Findings, rule
from governance.rules.wording import age_days, per_cent, with_interval

Form = Literal["ensemble", "glass_box"]

_AHEAD = ComparisonEvidence(
    captured={"model": 0.81, "rules": 0.24, "logistic_by_p": 0.57},
    ahead={"rules": Interval(0.57, 0.40, 0.74, 900), "logistic_by_p": Interval(0.24, 0.05, 0.43, 900)},
    folds=4,
    cases=900,
)
_CALIBRATED = CalibrationEvidence(random_cases=60, promised=5.0, came=4, ratio=Interval(0.8, 0.3, 2.1, 60))
_MODEL = ModelEvidence(
    version="adressekontrol/1", trained_as_of=EXAMPLE_DAY - dt.timedelta(days=30),
    newest_label=EXAMPLE_DAY - dt.timedelta(days=215), ripe_share=0.83, labels=900, hits=140, form="ensemble",
    random_labels=27,
)  # fmt: skip
_STABLE = StabilityEvidence(overlap=0.88, rank_biased_overlap=0.91, listed=80)
_TWIN = TwinEvidence(gap_points=Interval(3.1, 1.2, 5.0, 700), quarters=4, cases=700, form="ensemble")


@rule(
    family="model",
    text="On later cases the model captures more of the saving than the rule list and a plain logistic regression.",
    text_da=(
        "På senere sager finder modellen mere af besparelsen end regellisten og en almindelig logistisk regression."
    ),
    finding_da="Modellens forspring i andel af besparelsen: {figure}. Det skal være {limit}.",
    nothing_da="Modellen er ikke sammenlignet med denne metode.",
    authority="GDPR art. 5(1)(c) (proportionality); AI Act art. 15",
    principle="responsibility",
    gates=("promote",),
    per_item=True,
    passing=_AHEAD,
    failing=replace(_AHEAD, ahead={**_AHEAD.ahead, "logistic_by_p": Interval(-0.03, -0.2, 0.14, 900)}),
)
def beats_what_it_replaces(evidence: ComparisonEvidence, _: Limits) -> Findings:
    """One finding a rival, by the paired difference on the same time-split; one that was not tried is not beaten."""
    return tuple(_against(rival, evidence.ahead.get(rival)) for rival in RIVALS)


def _against(rival: str, ahead: Interval | None) -> Finding:
    if ahead is None:
        return Finding(False, "none", "more than 0.00", rival, f"The model was not compared with {rival}.")
    said = "ahead of" if ahead.value > 0 else "not ahead of"
    return Finding(
        ahead.value > 0, with_interval(ahead), "more than 0.00", rival,
        f"The model is {said} {rival} on {ahead.count} later cases.",
    )  # fmt: skip


@rule(
    family="model",
    text="In the random arm as many findings come as the model promises, within a factor.",
    text_da="I den tilfældige stikprøve findes der lige så mange fejl, som modellen forudser, inden for en faktor.",
    finding_da="Fundne fejl i forhold til de forudsete: {figure}. Grænsen er: {limit}.",
    authority="AI Act art. 15; GDPR art. 5(1)(a)",
    principle="legal_certainty",
    gates=("promote",),
    passing=_CALIBRATED,
    failing=replace(_CALIBRATED, promised=20.0, ratio=Interval(0.2, 0.1, 0.4, 60)),
)
def calibrated_on_random_arm(evidence: CalibrationEvidence, limits: Limits) -> Finding:
    """Cases that the model picked tell of themselves alone: only the random arm tells the level."""
    lowest, highest = 1 / limits.calibration_factor, limits.calibration_factor
    return Finding(
        evidence.ratio.low <= highest and evidence.ratio.high >= lowest,
        with_interval(evidence.ratio),
        f"the interval meets {lowest:.2f} to {highest:.2f}",
        "",
        f"{evidence.came} findings came where {evidence.promised:.1f} were promised.",
    )


@rule(
    family="model",
    text="Enough random controls have a known outcome to tell what the model is worth.",
    text_da="Udfaldet kendes for nok tilfældige kontroller til at sige, hvad modellen er værd.",
    finding_da="Tilfældige kontroller med kendt udfald: {figure}. Der skal være {limit}.",
    authority="AI Act art. 10 and 15",
    principle="equality_and_justice",
    gates=("promote",),
    passing=_MODEL,
    failing=replace(_MODEL, random_labels=4),
)
def enough_random_cases(evidence: ModelEvidence, limits: Limits) -> Finding:
    """Sweden's 1,047 random cases made visible what the chosen ones hid; the default is a floor, not a proof."""
    return Finding(
        evidence.random_labels >= limits.random_arm_cases,
        f"{evidence.random_labels}",
        f"at least {limits.random_arm_cases}",
        "",
        f"{evidence.random_labels} of the {evidence.labels} labels are random controls.",
    )


@rule(
    family="model",
    text="The newest case that the model learned from is recent.",
    text_da="Den nyeste sag, som modellen lærte af, er af nyere dato.",
    finding_da="Den nyeste sag er {figure} gammel. Den må højst være {limit} gammel.",
    authority="GDPR art. 5(1)(d); AI Act art. 10",
    principle="legal_certainty",
    gates=("promote", "publish"),
    passing=_MODEL,
    failing=replace(_MODEL, newest_label=EXAMPLE_DAY - dt.timedelta(days=451)),
)
def labels_recent(evidence: ModelEvidence, limits: Limits) -> Finding:
    """Days from the newest label to today."""
    days = age_days(evidence.newest_label, limits.today)
    return Finding(
        days <= limits.label_age_days, f"{days} days", f"{limits.label_age_days} days", evidence.version,
        f"The newest case that the model learned from is of {evidence.newest_label}.",
    )  # fmt: skip


@rule(
    family="model",
    text="Most cases that were old enough to be labels are labels.",
    text_da="De fleste sager, der er gamle nok til at have et udfald, har et kendt udfald.",
    finding_da="Sager med kendt udfald: {figure} af dem, der er gamle nok. Det skal være mindst {limit}.",
    authority="AI Act art. 10",
    principle="equality_and_justice",
    gates=("promote",),
    passing=_MODEL,
    failing=replace(_MODEL, ripe_share=0.2),
)
def labels_ripe(evidence: ModelEvidence, limits: Limits) -> Finding:
    """Where most outcomes are missing, those that are there are a choice."""
    return Finding(
        evidence.ripe_share >= limits.ripe_share, per_cent(evidence.ripe_share), per_cent(limits.ripe_share),
        evidence.version, f"{evidence.labels} cases are labels, {evidence.hits} of them with a finding.",
    )  # fmt: skip


@rule(
    family="model",
    text="The model was trained recently enough.",
    text_da="Modellen er trænet for nylig.",
    finding_da="Modellen er trænet for {figure} siden. Det må højst være {limit}.",
    authority="AI Act art. 15 and 72",
    principle="development",
    gates=("promote", "publish"),
    passing=_MODEL,
    failing=replace(_MODEL, trained_as_of=EXAMPLE_DAY - dt.timedelta(days=201)),
)
def model_recent(evidence: ModelEvidence, limits: Limits) -> Finding:
    """Days from the day it was trained at to today."""
    days = age_days(evidence.trained_as_of, limits.today)
    return Finding(
        days <= limits.model_age_days, f"{days} days", f"{limits.model_age_days} days", evidence.version,
        f"{evidence.version} was trained on what was known at {evidence.trained_as_of}.",
    )  # fmt: skip


@rule(
    family="model",
    text="Training again with another seed lists mostly the same cases.",
    text_da="En ny træning med et andet frø giver for det meste de samme sager på listen.",
    finding_da="Sager, der står på begge lister: {figure}. Det skal være mindst {limit}.",
    authority="Equality principle of administrative law; AI Act art. 15",
    principle="equality_and_justice",
    gates=("promote",),
    passing=_STABLE,
    failing=replace(_STABLE, overlap=0.3),
)
def list_stable_under_retraining(evidence: StabilityEvidence, limits: Limits) -> Finding:
    """Who is controlled must not hang on a seed."""
    return Finding(
        evidence.listed > 0 and evidence.overlap >= limits.stability_overlap, per_cent(evidence.overlap),
        per_cent(limits.stability_overlap), "",
        f"Of {evidence.listed} listed cases {per_cent(evidence.overlap)} are on both lists; rank-biased overlap "
        f"{evidence.rank_biased_overlap:.2f}.",
    )  # fmt: skip


@rule(
    family="model",
    text="The glass-box twin alone is promoted where it is as good as the ensemble over four quarters.",
    text_da=(
        "Den gennemsigtige tvilling bruges alene, når den er lige så god som den samlede model over fire kvartaler."
    ),
    finding_da="Den samlede models forspring er {figure}. Grænsen er {limit}.",
    authority="Kodeks (explainability); AI Act art. 13",
    principle="explainability",
    gates=("promote",),
    exceptable=False,
    passing=_TWIN,
    failing=replace(_TWIN, gap_points=Interval(0.8, -0.5, 2.1, 700)),
)
def plainest_form_chosen(evidence: TwinEvidence, limits: Limits) -> Finding:
    """Passes either way while no form has been chosen: the item says which one is to be promoted."""
    form = form_to_promote(evidence, limits)
    gap = "not estimable" if evidence.gap_points is None else with_interval(evidence.gap_points)
    return Finding(
        evidence.form in {"", form}, gap, f"{limits.twin_points:.1f} points over {limits.twin_quarters} quarters",
        form, f"{_gap_reason(evidence, limits)} The form to promote is {form}.",
    )  # fmt: skip


def form_to_promote(evidence: TwinEvidence, limits: Limits) -> Form:
    """The glass-box twin where the ensemble is at most `twin_points` ahead over enough quarters, else the ensemble."""
    return "glass_box" if _estimable(evidence, limits) and _within(evidence, limits) else "ensemble"


def _estimable(evidence: TwinEvidence, limits: Limits) -> bool:
    return evidence.gap_points is not None and evidence.quarters >= limits.twin_quarters


def _within(evidence: TwinEvidence, limits: Limits) -> bool:
    return evidence.gap_points is not None and evidence.gap_points.value <= limits.twin_points


def _gap_reason(evidence: TwinEvidence, limits: Limits) -> str:
    if not _estimable(evidence, limits):
        return (
            f"The gap between ensemble and twin cannot be estimated: {evidence.cases} cases were drawn with a known "
            f"probability in {evidence.quarters} quarters."
        )
    said = "within" if _within(evidence, limits) else "beyond"
    return f"The twin is {said} {limits.twin_points:.1f} points of the ensemble."
