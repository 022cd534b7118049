"""A simulation as tables of text and as one JSON document: the same figures, none of them computed here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from service.impact.simulate.figures import WorldFigures
from service.impact.simulate.over_worlds import Covered, Mean
from service.impact.simulate.plan import SMALL_MODEL, SimulationPlan
from service.impact.simulate.summary import (
    EVERYBODY,
    SPANS,
    Comparison,
    EstimatorSummary,
    PolicySummary,
    RedrawnSummary,
    Summary,
)

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
    tables = (
        _captured(every), _compared(summary.comparisons), _by_year(every), _burden(every),
        _estimated(summary.estimators),
    )  # fmt: skip
    return (*tables, _redrawn(summary.redrawn)) if summary.redrawn else tables


def document(plan: SimulationPlan, summary: Summary, worlds: Sequence[WorldFigures]) -> dict[str, object]:
    """Plan, model sizes, summary and every world's rows."""
    return {
        "plan": asdict(plan), "model": asdict(SMALL_MODEL), "summary": asdict(summary),
        "worlds": [asdict(world) for world in worlds],
    }  # fmt: skip


def model_size() -> str:
    """How small the model is that every policy trains: part of the budget that a figure must be read with."""
    size = SMALL_MODEL
    return (
        f"{size.folds} members of each kind of tree, at most {size.max_rounds} rounds; {size.severity_bag} of months "
        f"({size.severity_rounds} rounds); {size.additive_rounds} additive rounds, {size.additive_pairs} pairs"
    )


def shown_mean(mean: Mean | None, *, digits: int = 1) -> str:
    """`12.3 (11.4 to 13.2, worst 10.1)`: the mean and its 95 % interval over worlds; one world has none."""
    if mean is None or mean.mean is None:
        return NOTHING
    interval = "" if mean.low is None else f"{mean.low:.{digits}f} to {mean.high:.{digits}f}"
    worst = "" if mean.worst is None else f"worst {mean.worst:.{digits}f}"
    beside = ", ".join(each for each in (interval, worst) if each)
    return f"{mean.mean:.{digits}f}" + (f" ({beside})" if beside else "")


def _without_worst(mean: Mean, *, digits: int = 1) -> str:
    return shown_mean(replace(mean, worst=None), digits=digits)


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
    note = (
        "Captured: of the best possible with the same candidates and hours, by the planted truth. "
        "In brackets the 95 % interval of the mean over worlds, and the worst world."
    )
    return Shown("What each policy captures", note, header, rows)


def _compared(comparisons: Sequence[Comparison]) -> Shown:
    rows = tuple(
        (
            each.policy, each.against, shown_mean(each.captured_net), shown_mean(each.captured_saving),
            shown_mean(each.net_kroner_a_quarter, digits=0), shown_mean(each.hit_rate),
            shown_mean(each.needless_per_1000[EVERYBODY]),
        )
        for each in comparisons
    )  # fmt: skip
    header = (
        "policy", "against", "captured net, points", "captured saving, points", "net kr. a quarter", "hits, points",
        "needless per 1,000",
    )  # fmt: skip
    note = "The first less the second, town by town, with the 95 % interval of the mean difference."
    return Shown("One against the other", note, header, rows)


def _by_year(policies: Sequence[PolicySummary]) -> Shown:
    years = len(policies[0].captured_net_by_year)
    rows = tuple(
        (
            each.policy, *(_without_worst(year) for year in each.captured_net_by_year),
            _without_worst(each.likeness, digits=3),
        )
        for each in policies
    )  # fmt: skip
    header = ("policy", *(f"year {year + 1}" for year in range(years)), "truth then and at last")
    note = (
        "Captured net, % of the best possible; the last year may be part of one. "
        "Last column: correlation of the odds at the handover with the last."
    )
    return Shown("Drift: captured net by year", note, header, rows)


def _burden(policies: Sequence[PolicySummary]) -> Shown:
    rows = tuple((group, *(_burden_cell(each, group) for each in policies)) for group in policies[0].needless_per_1000)
    note = (
        "Adults controlled without need per 1,000 innocent adults among the candidates, a quarter, with the 95 % "
        "interval; x: times the rest's."
    )
    return Shown("Needless controls by group", note, ("group", *(each.policy for each in policies)), rows)


def _burden_cell(policy: PolicySummary, group: str) -> str:
    share = _without_worst(policy.needless_per_1000[group])
    ratio = None if group == EVERYBODY else policy.needless_ratio[group].mean
    return share if ratio is None else f"{share} x {ratio:.2f}"


def _estimated(estimators: Sequence[EstimatorSummary]) -> Shown:
    rows = tuple(
        (
            each.policy, each.target, each.estimator, _resting_on(each), shown_mean(each.bias),
            f"{each.root_mean_square:.0f}", *(shown_coverage(each.coverage.get(span)) for span in SPANS),
        )
        for each in estimators
        if each.bias is not None and each.root_mean_square is not None
    )  # fmt: skip
    header = (
        "policy", "target", "estimator", "drawn, finds", "bias, %", "error, %", *(f"covered, {span}" for span in SPANS),
    )  # fmt: skip
    note = (
        "Drawn: cases drawn by lot in a world, all quarters together; finds: quarters in which one of them that was of "
        "the target saved something. With few finds the interval of the bias is too short: a rare one of great weight "
        "has mostly not come. Bias (95 % interval over worlds) and root mean square error of a quarter, per cent of "
        "the mean truth. Covered: how many cohorts (a quarter, a year, the whole time) had the truth within their 95 % "
        "interval, of those with one, and the interval of that share."
    )
    return Shown("Estimators against the truth", note, header, rows)


def _redrawn(redrawn: Sequence[RedrawnSummary]) -> Shown:
    rows = tuple(
        (
            f"{each.arm:.0%}", each.target, each.estimator, f"{each.saving_cases:.1f}",
            f"{each.bias:.1f} ± {each.standard_error:.1f}", f"{each.median_error:.1f}", shown_coverage(each.covered),
            _per_cent(each.below), _per_cent(each.above),
        )
        for each in redrawn
    )  # fmt: skip
    header = (
        "arm", "target", "estimator", "saving cases drawn", "bias, % ± se", "median, %", "covered", "too low, %",
        "too high, %",
    )  # fmt: skip
    note = (
        "The arm of all quarters together, drawn again and again while what every candidate would save stays what it "
        "is. Too low, too high: intervals wholly below and above the truth."
    )
    return Shown("Drawn again", note, header, rows)


def _per_cent(share: float | None) -> str:
    return NOTHING if share is None else f"{100 * share:.1f}"


def _resting_on(found: EstimatorSummary) -> str:
    return NOTHING if found.finding_quarters is None else f"{found.drawn:.0f}, {found.finding_quarters:.1f}"


def shown_coverage(covered: Covered | None) -> str:
    """`93.5 % of 200 (90.1 to 96.0)`, and how many had no interval."""
    if covered is None:
        return NOTHING
    share = NOTHING if covered.share is None else f"{100 * covered.share:.1f} %"
    limits = (
        "" if covered.low is None or covered.high is None else f" ({100 * covered.low:.1f} to {100 * covered.high:.1f})"
    )
    without = f", {covered.without} without" if covered.without else ""
    return f"{share} of {covered.cohorts}{limits}{without}"
