"""The entries that lead from what stands to what should stand. Must not know where either is kept."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from governance.impact.accounts import Entry, Position, Source, Standing
from governance.impact.causes import cause_of


def build_entries(position: Position, standing: Iterable[Standing], *, first: int, at: str) -> list[Entry]:
    """One entry for each source and dimensions whose lines differ, numbered from `first`; none where all is booked.

    What stands of a source that the position does not have is taken back.
    """
    standing = tuple(standing)
    now = {(each.source, each.dimensions): each.lines for each in standing}
    then = {(each.source, each.dimensions): each.lines for each in position.standings}
    before, after = _by_source(standing), _by_source(position.standings)
    entries: list[Entry] = []
    for source, dimensions in sorted(now.keys() | then.keys()):
        lines = _difference(then.get((source, dimensions), {}), now.get((source, dimensions), {}))
        if lines:
            cause = cause_of(source.kind, before.get(source, {}), after.get(source, {}))
            entries.append(Entry(first + len(entries), at, position.as_of, cause, source, dimensions, lines))
    return entries


def _by_source(standings: Iterable[Standing]) -> Mapping[Source, Mapping[str, int]]:
    """What stands for a source, under whatever dimensions."""
    found: dict[Source, Counter[str]] = {}
    for each in standings:
        found.setdefault(each.source, Counter()).update(each.lines)
    return found


def _difference(then: Mapping[str, int], now: Mapping[str, int]) -> Mapping[str, int]:
    lines = {account: then.get(account, 0) - now.get(account, 0) for account in sorted(then.keys() | now.keys())}
    return {account: amount for account, amount in lines.items() if amount}
