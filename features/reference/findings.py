"""How rows become one number in the second route, and the list of the functions that say so, one a feature."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from features.reference.rows import Row
from features.reference.scene import Scene

Part = tuple[int, Sequence[Row]]
"""A whole number and the rows it comes from."""


@dataclass(frozen=True)
class Finding:
    """A feature's value (None = unknown) and the rows behind it, each once."""

    value: float | None
    rows: tuple[Row, ...] = ()


Trace = Callable[[Scene], Finding]
REFERENCE: dict[str, Trace] = {}


def reference(trace: Trace) -> Trace:
    """Declare the second route of the feature that has the function's name."""
    REFERENCE[trace.__name__] = trace
    return trace


def counted(groups: Iterable[Sequence[Row]]) -> Finding:
    """How many there are; each is given by its rows."""
    listed = list(groups)
    return Finding(float(len(listed)), once(listed))


def yes_or_no(groups: Iterable[Sequence[Row]]) -> Finding:
    """1 when there is one at all, else 0."""
    found = counted(groups)
    return Finding(float(bool(found.value)), found.rows)


def smallest(parts: Iterable[Part]) -> Finding:
    """The smallest number, with the rows of the parts that have it; unknown when there are none."""
    return _extreme(list(parts), min)


def largest(parts: Iterable[Part]) -> Finding:
    """The largest number, with the rows of the parts that have it; unknown when there are none."""
    return _extreme(list(parts), max)


def summed(parts: Iterable[Part]) -> Finding:
    """The sum of the numbers, with the rows of the parts that add to it."""
    listed = [part for part in parts if part[0]]
    return Finding(float(sum(number for number, _ in listed)), once(rows for _, rows in listed))


def in_kroner(parts: Iterable[Part]) -> Finding:
    """The sum of whole øre, in kroner."""
    listed = [part for part in parts if part[0]]
    return Finding(sum(ore for ore, _ in listed) / 100, once(rows for _, rows in listed))


def once(groups: Iterable[Sequence[Row]]) -> tuple[Row, ...]:
    """The rows of all groups in order, each once."""
    seen: list[Row] = []
    for row in (row for group in groups for row in group):
        if row not in seen:
            seen.append(row)
    return tuple(seen)


def _extreme(parts: Sequence[Part], choose: Callable[[Iterable[int]], int]) -> Finding:
    if not parts:
        return Finding(None)
    value = choose(number for number, _ in parts)
    return Finding(float(value), once(rows for number, rows in parts if number == value))
