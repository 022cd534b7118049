"""Rules about equal treatment: the history a model learns from, the list it makes, and what its inputs give away.

A group's ratio is judged by the lower end of its interval, since 200 controls leave +-28 % to chance; an AUC by its
value, since the limit lies far above chance. The grounds that the law names stop; other attributes raise an alarm. The
proxy screen measures those grounds alone.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
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
        f"Grounds not measured: {listed(missing)}; groups too small to show: {_suppressed(evidence.groups)}.",
    )  # fmt: skip


@rule(
    family="fairness",
    text="In the history that the model learned from, no group that the law names bore more needless controls.",
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
    return _separated(single, limit=limits.proxy_auc_feature)


@rule(
    family="fairness",
    text="All inputs together do not give away a group that the law names.",
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
    return _separated(whole, limit=limits.proxy_auc_matrix)


@rule(
    family="fairness",
    text="Neither an input nor all together give away an age group or a district (shown: the benefits have ages).",
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
    found = [_separated(single, limit=limits.proxy_auc_feature)] if single else []
    found += [_separated(whole, limit=limits.proxy_auc_matrix)] if whole else []
    return tuple(each for one in found for each in (one if isinstance(one, tuple) else (one,)))


def _by_law(each: Separation) -> bool:
    return each.attribute in STATUTORY_GROUNDS


@rule(
    family="fairness",
    text="The inputs were screened for proxies recently.",
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
        return (*absent, *(_uneven(each, ratio, limit=limit, what=what) for each, ratio in over))
    shown = {f"{e.attribute}|{e.group}": e.ratio for e in asked if e.ratio is not None}
    worst = max(shown, key=lambda item: (shown[item].low, item), default="")
    figure = with_interval(shown[worst]) if worst else "none"
    return Finding(
        True, figure, limit, worst, f"Ratio of {what}: the highest lower end is shown; groups too small to show: "
        f"{_suppressed(asked)}.",
    )  # fmt: skip


def _uneven(each: GroupRatio, ratio: Interval, *, limit: str, what: str) -> Finding:
    return Finding(
        False, with_interval(ratio), limit, f"{each.attribute}|{each.group}",
        f"{each.attribute} {each.group} against the rest: ratio {ratio.value:.2f} of {what}.",
    )  # fmt: skip


def _suppressed(groups: Iterable[GroupRatio]) -> str:
    return listed(f"{each.attribute}|{each.group}" for each in groups if each.ratio is None)


def _separated(separations: Sequence[Separation], *, limit: float) -> Findings:
    """One finding for each subject and attribute above the limit, by its worst group, or one that says that none is."""
    if not separations:
        return Finding(False, "none", f"AUC {limit:.2f}", "", "No input was screened.")
    groups: defaultdict[str, list[Separation]] = defaultdict(list)
    for each in separations:
        groups[f"{each.subject}|{each.attribute}"].append(each)
    worst = {item: max(found, key=_largest_area) for item, found in groups.items()}
    over = {item: each for item, each in worst.items() if not each.area.value <= limit}
    if not over:
        item = max(worst, key=lambda name: (worst[name].area.value, name))
        return _separation(item, worst[item], passed=True, limit=limit)
    return tuple(_separation(item, each, passed=False, limit=limit) for item, each in sorted(over.items()))


def _largest_area(each: Separation) -> tuple[bool, float]:
    """Order by value; what is no number is worse than all."""
    return (each.area.value != each.area.value, each.area.value)


def _separation(item: str, each: Separation, *, passed: bool, limit: float) -> Finding:
    said = "" if passed else "too well "
    return Finding(
        passed, with_interval(each.area), f"AUC {limit:.2f}", item,
        f"{each.subject} tells {each.attribute} {each.group} from the rest {said}with an AUC of "
        f"{each.area.value:.2f}.",
    )  # fmt: skip


def _recent(measured_on: dt.date, limits: Limits, *, what: str) -> Finding:
    days = age_days(measured_on, limits.today)
    return Finding(
        days <= limits.fairness_age_days, f"{days} days", f"{limits.fairness_age_days} days", "",
        f"{what} on {measured_on}.",
    )  # fmt: skip
