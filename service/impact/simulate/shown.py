"""A simulation as tables of text and as one JSON document: the same figures, none of them computed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from service.impact.simulate.figures import WorldFigures
from service.impact.simulate.plan import SMALL_MODEL, SimulationPlan
from service.impact.simulate.summary import EVERYBODY, SPANS, Covered, EstimatorSummary, Mean, PolicySummary, Summary

NOTHING = "-"


@dataclass(frozen=True)
class Shown:
    """One table with its title and what must be known to read it."""

    title: str
    note: str
    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def build_tables(summary: Summary) -> tuple[Shown, ...]:
    """Every table of a simulation, in the order to read them."""
    every = summary.policies
    return (_captured(every), _by_year(every), _burden(every), _estimated(summary.estimators))


def document(plan: SimulationPlan, summary: Summary, worlds: Sequence[WorldFigures]) -> dict[str, object]:
    """Plan, model sizes, summary and every world's rows."""
    return {
        "plan": asdict(plan), "model": asdict(SMALL_MODEL), "summary": asdict(summary),
        "worlds": [asdict(world) for world in worlds],
    }  # fmt: skip


def shown_mean(mean: Mean | None, *, digits: int = 1) -> str:
    """`12.3 ± 0.4 (worst 10.1)`; the standard error is over worlds."""
    if mean is None or mean.mean is None:
        return NOTHING
    error = "" if mean.standard_error is None else f" ± {mean.standard_error:.{digits}f}"
    worst = "" if mean.worst is None else f" (worst {mean.worst:.{digits}f})"
    return f"{mean.mean:.{digits}f}{error}{worst}"


def _captured(policies: Sequence[PolicySummary]) -> Shown:
    rows = tuple(
        (
            each.policy, shown_mean(each.captured_net), shown_mean(each.captured_saving),
            shown_mean(each.net_kroner_a_quarter, digits=0), shown_mean(each.listed_a_quarter, digits=0),
            shown_mean(each.hit_rate), shown_mean(each.realised_over_true, digits=2),
            shown_mean(each.promised_over_true, digits=2),
        )
        for each in policies
    )  # fmt: skip
    header = (
        "policy", "captured net, %", "captured saving, %", "net kr. a quarter", "cases a quarter", "hits, %",
        "realised/true", "promised/true",
    )  # fmt: skip
    note = "Captured: of the best possible with the same candidates and hours, by the planted truth. Mean ± se."
    return Shown("What each policy captures", note, header, rows)


def _by_year(policies: Sequence[PolicySummary]) -> Shown:
    years = len(policies[0].captured_net_by_year)
    rows = tuple(
        (each.policy, *(shown_mean(year) for year in each.captured_net_by_year), shown_mean(each.likeness, digits=3))
        for each in policies
    )
    header = ("policy", *(f"year {year + 1}" for year in range(years)), "truth then and at last")
    note = "Captured net, % of the best possible. Last column: correlation of the odds at the handover with the last."
    return Shown("Drift: captured net by year", note, header, rows)


def _burden(policies: Sequence[PolicySummary]) -> Shown:
    rows = tuple((group, *(_burden_cell(each, group) for each in policies)) for group in policies[0].needless_per_1000)
    note = (
        "Adults controlled without need per 1,000 innocent adults among the candidates, a quarter; × rest in brackets."
    )
    return Shown("Needless controls by group", note, ("group", *(each.policy for each in policies)), rows)


def _burden_cell(policy: PolicySummary, group: str) -> str:
    share = shown_mean(replace(policy.needless_per_1000[group], worst=None))
    return share if group == EVERYBODY else f"{share} ({_bare(policy.needless_ratio[group])})"


def _bare(mean: Mean) -> str:
    return shown_mean(replace(mean, standard_error=None, worst=None), digits=2)


def _estimated(estimators: Sequence[EstimatorSummary]) -> Shown:
    rows = tuple(
        (
            each.policy, each.target, each.estimator, shown_mean(each.bias), f"{each.root_mean_square:.0f}",
            *(shown_coverage(each.coverage.get(span)) for span in SPANS),
        )
        for each in estimators
        if each.bias is not None and each.root_mean_square is not None
    )  # fmt: skip
    header = ("policy", "target", "estimator", "bias, %", "error, %", *(f"covered, {span}" for span in SPANS))
    note = (
        "Bias and root mean square error of a quarter, per cent of the mean truth; and how many cohorts (a quarter, a "
        "year, the whole time) had the truth within their 95 % interval, of those with an interval."
    )
    return Shown("Estimators against the truth", note, header, rows)


def shown_coverage(covered: Covered | None) -> str:
    """`93.5 % of 200`, and how many had no interval."""
    if covered is None:
        return NOTHING
    share = NOTHING if covered.share is None else f"{100 * covered.share:.1f} %"
    without = f", {covered.without} without" if covered.without else ""
    return f"{share} of {covered.cohorts}{without}"
