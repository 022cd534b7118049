"""What the rules about equal treatment find, group by group, as findings. Knows no limit of its own and no gate."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from governance.rules.evidence import GroupRatio, Interval, Separation
from governance.rules.rule import Finding, Findings
from governance.rules.wording import listed, with_interval


def uneven(each: GroupRatio, ratio: Interval, *, limit: str, what: str) -> Finding:
    """That one group bore more than the limit."""
    return Finding(
        False, with_interval(ratio), limit, f"{each.attribute}|{each.group}",
        f"{each.attribute} {each.group} against the rest: ratio {ratio.value:.2f} of {what}.",
    )  # fmt: skip


def suppressed(groups: Iterable[GroupRatio]) -> str:
    """The groups that are too small to show."""
    return listed(f"{each.attribute}|{each.group}" for each in groups if each.ratio is None)


def separated(separations: Sequence[Separation], *, limit: float) -> Findings:
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
