"""Rules about equal treatment: the history a model learns from, the list it makes, and what its inputs give away.

A group's ratio is judged by the lower end of its interval, since 200 controls leave +-28 % to chance; an AUC by its
value, since the limit lies far above chance. The grounds that the law names stop; other attributes raise an alarm. The
proxy screen measures those grounds alone.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace

from governance.rules.evidence import (
    GroupRatio,
    HistoryFairnessEvidence,
    Interval,
    ListFairnessEvidence,
    ProxyEvidence,
    Separation,
)
from governance.rules.group_findings import separated, suppressed, uneven
from governance.rules.limits import STATUTORY_GROUNDS, Limits
from governance.rules.rule import EXAMPLE_DAY, Finding, Findings, rule
from governance.rules.wording import age_days, listed, with_interval

MATRIX = "matrix"
"""The subject of a separation by all inputs together."""

_EVEN = Interval(1.1, 0.8, 1.5, 400)
_UNEVEN = Interval(1.9, 1.4, 2.5, 400)
_GROUPS = (
    GroupRatio("sex", "F", _EVEN),
    GroupRatio("citizenship", "other", _EVEN),
    GroupRatio("origin", "immigrant", _EVEN),
    GroupRatio("disability_pension", "true", None),
    GroupRatio("age_band", "18-24", _EVEN),
)
_OVER_CONTROLLED = (*_GROUPS[:2], replace(_GROUPS[2], ratio=_UNEVEN), *_GROUPS[3:])
_YOUNG_CONTROLLED = (*_GROUPS[:4], replace(_GROUPS[4], ratio=_UNEVEN))
_HISTORY = HistoryFairnessEvidence(measured_on=EXAMPLE_DAY - dt.timedelta(days=20), groups=_GROUPS)
_LIST = ListFairnessEvidence(measured_on=EXAMPLE_DAY, groups=_GROUPS, adults=2_400)
_LOW, _HIGH = Interval(0.58, 0.54, 0.62, 900), Interval(0.93, 0.90, 0.95, 900)
_SCREEN = ProxyEvidence(
    measured_on=EXAMPLE_DAY - dt.timedelta(days=20),
    separations=(
        Separation("movers", "origin", "immigrant", _LOW),
        Separation("movers", "age_band", "18-29", _LOW),
        Separation(MATRIX, "origin", "immigrant", _LOW),
    ),
)
_GIVEN_AWAY = replace(_SCREEN.separations[0], area=_HIGH)


@rule(
    family="fairness",
    text="Fairness has been measured for every ground that the law names.",
    text_da="Ligebehandling er målt for alle de grunde, som loven nævner.",
    finding_da="Der er tal for {figure}, og målingen skal omfatte {limit}.",
    authority="GDPR art. 35; Charter of Fundamental Rights art. 21",
    principle="equality_and_justice",
    gates=("promote",),
    exceptable=False,
    passing=_HISTORY,
    failing=replace(_HISTORY, groups=_GROUPS[:1]),
)
def fairness_measured(evidence: HistoryFairnessEvidence, _: Limits) -> Finding:
    """A ground may be too small to show, but not all of them, and none may be absent."""
    missing = [ground for ground in STATUTORY_GROUNDS if ground not in {each.attribute for each in evidence.groups}]
    shown = [each for each in evidence.groups if each.ratio is not None and each.attribute in STATUTORY_GROUNDS]
    return Finding(
        not missing and bool(shown), f"{len(shown)} groups", "every ground", "",
        f"Grounds not measured: {listed(missing)}; groups too small to show: {suppressed(evidence.groups)}.",
    )  # fmt: skip


@rule(
    family="fairness",
    text="In the history that the model learned from, no group that the law names bore more needless controls.",
    text_da="I de sager, modellen lærte af, bar ingen gruppe, som loven nævner, flere kontroller uden grund end andre.",
    finding_da="Kontroller uden grund i forhold til alle andre: {figure}. Grænsen er: {limit}.",
    nothing_da="Der er intet tal: ikke målt, eller grupperne er for små til at vise.",
    authority="Charter of Fundamental Rights art. 21; AI Act art. 10(2)(f)",
    principle="equality_and_justice",
    gates=("promote",),
    per_item=True,
    passing=_HISTORY,
    failing=replace(_HISTORY, groups=_OVER_CONTROLLED),
)
def history_fair_by_law(evidence: HistoryFairnessEvidence, limits: Limits) -> Findings:
    """Needless controls per adult, group against the rest: what was unfair once is otherwise learned."""
    return _even(evidence.groups, limits, grounds=STATUTORY_GROUNDS, what="needless controls per adult in the history")


@rule(
    family="fairness",
    text="In the history no other group bore more needless controls (shown: the benefits have ages).",
    text_da=(
        "I de sager, modellen lærte af, bar heller ingen anden gruppe flere kontroller uden grund (vises blot: "
        "ydelserne har aldersgrænser)."
    ),
    finding_da="Kontroller uden grund i forhold til alle andre: {figure}. Grænsen er: {limit}.",
    nothing_da="Der er intet tal: ikke målt, eller grupperne er for små til at vise.",
    authority="Equality principle of administrative law",
    principle="equality_and_justice",
    severity="alarm",
    gates=("promote",),
    per_item=True,
    passing=_HISTORY,
    failing=replace(_HISTORY, groups=_YOUNG_CONTROLLED),
)
def history_fair_otherwise(evidence: HistoryFairnessEvidence, limits: Limits) -> Findings:
    """The same for attributes that the law does not name."""
    return _even(evidence.groups, limits, grounds=None, what="needless controls per adult in the history")


@rule(
    family="fairness",
    text="The fairness of the history was measured recently.",
    text_da="Ligebehandlingen i de sager, modellen lærte af, er målt for nylig.",
    finding_da="Målingen er {figure} gammel. Den må højst være {limit} gammel.",
    authority="AI Act art. 72; GDPR art. 35(11)",
    principle="responsibility",
    gates=("promote", "publish"),
    passing=_HISTORY,
    failing=replace(_HISTORY, measured_on=EXAMPLE_DAY - dt.timedelta(days=101)),
)
def fairness_run_recent(evidence: HistoryFairnessEvidence, limits: Limits) -> Finding:
    """Amsterdam's fairness was repaired offline and reversed in the live pilot."""
    return _recent(evidence.measured_on, limits, what="The fairness of the history was measured")


@rule(
    family="fairness",
    text="At the cut-off of the list, innocent people of no group that the law names are controlled more than others.",
    text_da="Blandt borgere uden fejl kontrollerer listen ikke nogen gruppe, som loven nævner, mere end andre.",
    finding_da="Kontrol af borgere uden fejl i forhold til alle andre: {figure}. Grænsen er: {limit}.",
    nothing_da="Der er intet tal: ikke målt, eller grupperne er for små til at vise.",
    authority="Charter of Fundamental Rights art. 21; AI Act art. 10(2)(f)",
    principle="equality_and_justice",
    gates=("publish",),
    per_item=True,
    passing=_LIST,
    failing=replace(_LIST, groups=_OVER_CONTROLLED),
)
def list_fair_by_law(evidence: ListFairnessEvidence, limits: Limits) -> Findings:
    """Innocent-control ratio: share of the innocent who are controlled, group against the rest."""
    return _even(evidence.groups, limits, grounds=STATUTORY_GROUNDS, what="controls of innocent adults by this list")


@rule(
    family="fairness",
    text="At the cut-off of the list, innocent people of no other group are controlled more than others (shown).",
    text_da="Blandt borgere uden fejl kontrollerer listen heller ikke nogen anden gruppe mere end andre (vises blot).",
    finding_da="Kontrol af borgere uden fejl i forhold til alle andre: {figure}. Grænsen er: {limit}.",
    nothing_da="Der er intet tal: ikke målt, eller grupperne er for små til at vise.",
    authority="Equality principle of administrative law",
    principle="equality_and_justice",
    severity="alarm",
    gates=("publish",),
    per_item=True,
    passing=_LIST,
    failing=replace(_LIST, groups=_YOUNG_CONTROLLED),
)
def list_fair_otherwise(evidence: ListFairnessEvidence, limits: Limits) -> Findings:
    """The same for attributes that the law does not name."""
    return _even(evidence.groups, limits, grounds=None, what="controls of innocent adults by this list")


@rule(
    family="fairness",
    text="No single input gives away a group that the law names.",
    text_da="Ingen enkelt oplysning røber en gruppe, som loven nævner.",
    finding_da="Oplysningen skelner gruppen fra resten med {figure}. Grænsen er {limit}; 0,5 er rent gæt.",
    nothing_da="Ingen oplysning er prøvet.",
    authority="GDPR art. 9; AI Act art. 10(2)(f)",
    principle="equality_and_justice",
    gates=("promote",),
    per_item=True,
    passing=_SCREEN,
    failing=replace(_SCREEN, separations=(_GIVEN_AWAY, *_SCREEN.separations[1:])),
)
def no_proxy_feature(evidence: ProxyEvidence, limits: Limits) -> Findings:
    """Cross-validated AUC of each input for each group; Rotterdam's inputs were proxies of language."""
    single = [each for each in evidence.separations if each.subject != MATRIX and _by_law(each)]
    return separated(single, limit=limits.proxy_auc_feature)


@rule(
    family="fairness",
    text="All inputs together do not give away a group that the law names.",
    text_da="Alle oplysninger tilsammen røber ikke en gruppe, som loven nævner.",
    finding_da="Oplysningerne skelner gruppen fra resten med {figure}. Grænsen er {limit}; 0,5 er rent gæt.",
    nothing_da="Oplysningerne er ikke prøvet.",
    authority="GDPR art. 9; AI Act art. 10(2)(f)",
    principle="equality_and_justice",
    gates=("promote",),
    per_item=True,
    passing=_SCREEN,
    failing=replace(_SCREEN, separations=(replace(_GIVEN_AWAY, subject=MATRIX),)),
)
def no_proxy_matrix(evidence: ProxyEvidence, limits: Limits) -> Findings:
    """Cross-validated AUC of the whole matrix for each group."""
    whole = [each for each in evidence.separations if each.subject == MATRIX and _by_law(each)]
    return separated(whole, limit=limits.proxy_auc_matrix)


@rule(
    family="fairness",
    text="Neither an input nor all together give away an age group or a district (shown: the benefits have ages).",
    text_da=(
        "Hverken en enkelt oplysning eller alle tilsammen røber en aldersgruppe eller en bydel (vises blot: "
        "ydelserne har aldersgrænser)."
    ),
    finding_da="Oplysningerne skelner gruppen fra resten med {figure}. Grænsen er {limit}; 0,5 er rent gæt.",
    nothing_da="Ingen andre egenskaber er prøvet.",
    authority="GDPR art. 5(1)(a); AI Act art. 10(2)(f)",
    principle="equality_and_justice",
    severity="alarm",
    gates=("promote",),
    per_item=True,
    passing=_SCREEN,
    failing=replace(_SCREEN, separations=(*_SCREEN.separations, replace(_GIVEN_AWAY, attribute="age_band"))),
)
def no_proxy_otherwise(evidence: ProxyEvidence, limits: Limits) -> Findings:
    """The benefits themselves have ages (folkepension, uddannelseshjælp): shown, and no ground that the law names."""
    others = [each for each in evidence.separations if not _by_law(each)]
    if not others:
        return Finding(True, "none", f"AUC {limits.proxy_auc_feature:.2f}", "", "No other attribute was screened.")
    single, whole = ([each for each in others if (each.subject == MATRIX) == both] for both in (False, True))
    found = [separated(single, limit=limits.proxy_auc_feature)] if single else []
    found += [separated(whole, limit=limits.proxy_auc_matrix)] if whole else []
    return tuple(each for one in found for each in (one if isinstance(one, tuple) else (one,)))


def _by_law(each: Separation) -> bool:
    return each.attribute in STATUTORY_GROUNDS


@rule(
    family="fairness",
    text="The inputs were screened for proxies recently.",
    text_da="Det er for nylig prøvet, om oplysningerne røber en gruppe.",
    finding_da="Prøven er {figure} gammel. Den må højst være {limit} gammel.",
    authority="AI Act art. 72",
    principle="responsibility",
    gates=("promote", "publish"),
    passing=_SCREEN,
    failing=replace(_SCREEN, measured_on=EXAMPLE_DAY - dt.timedelta(days=101)),
)
def proxy_screen_recent(evidence: ProxyEvidence, limits: Limits) -> Finding:
    """What gives nothing away today may do so when the town has changed."""
    return _recent(evidence.measured_on, limits, what="The inputs were screened")


def _even(groups: Iterable[GroupRatio], limits: Limits, *, grounds: Sequence[str] | None, what: str) -> Findings:
    """One finding for each group above the limit, or one that says that none is; `grounds` None = all others."""
    asked = [each for each in groups if (each.attribute in STATUTORY_GROUNDS) == (grounds is not None)]
    missing = [ground for ground in grounds or () if ground not in {each.attribute for each in asked}]
    limit = f"lower end at most {limits.innocent_ratio:.2f}"
    absent = tuple(Finding(False, "none", limit, ground, f"{ground} was not measured.") for ground in missing)
    over = [(e, e.ratio) for e in asked if e.ratio is not None and not e.ratio.low <= limits.innocent_ratio]
    if absent or over:
        return (*absent, *(uneven(each, ratio, limit=limit, what=what) for each, ratio in over))
    shown = {f"{e.attribute}|{e.group}": e.ratio for e in asked if e.ratio is not None}
    worst = max(shown, key=lambda item: (shown[item].low, item), default="")
    figure = with_interval(shown[worst]) if worst else "none"
    return Finding(
        True, figure, limit, worst, f"Ratio of {what}: the highest lower end is shown; groups too small to show: "
        f"{suppressed(asked)}.",
    )  # fmt: skip


def _recent(measured_on: dt.date, limits: Limits, *, what: str) -> Finding:
    days = age_days(measured_on, limits.today)
    return Finding(
        days <= limits.fairness_age_days, f"{days} days", f"{limits.fairness_age_days} days", "",
        f"{what} on {measured_on}.",
    )  # fmt: skip
