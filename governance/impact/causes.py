"""Why an entry was made, read from what stood before it and what stands after it. Must not know a database."""

from __future__ import annotations

from collections.abc import Mapping

from governance.impact.accounts import SETTLED, Cause, SourceKind

Lines = Mapping[str, int]
_GONE_WITH_REVERSAL = ("set_aside.", "repaid.", "lapsed.")


def cause_of(kind: SourceKind, before: Lines, after: Lines) -> Cause:
    """`decided`, `collected`, `written_off`, `hours` or `cost` at first; then `reversed`, `recounted` or `corrected`.

    `recounted`: the decision itself is what it was, and other decisions changed how much of it counts. The same lines
    under other dimensions are `corrected`.
    """
    if _has(after, _GONE_WITH_REVERSAL) and not _has(before, _GONE_WITH_REVERSAL):
        return "reversed"
    if not _left(before):
        return _first(kind, after)
    recounted = kind in ("effect", "money") and before != after and _decision(before) == _decision(after)
    return "recounted" if recounted else "corrected"


def _first(kind: SourceKind, after: Lines) -> Cause:
    if kind == "effect":
        return "decided"
    if kind == "money":
        return "collected" if _has(after, ("collected.",)) else "written_off"
    return kind


def _has(lines: Lines, beginnings: tuple[str, ...]) -> bool:
    return any(account.startswith(beginnings) and amount for account, amount in lines.items())


def _left(lines: Lines) -> bool:
    return any(lines.values())


def _decision(lines: Lines) -> Lines:
    """What does not change with how much of a decision counts: gross amounts, whose they are, and their state."""
    found: dict[str, int] = {}
    for account, amount in lines.items():
        if account.startswith("decided.") or account == SETTLED:
            name = account
        elif account.startswith(("counted.", "overlap.")):
            name = account.split(".", 1)[1]
        else:
            name = account.split(".")[0]
        found[name] = found.get(name, 0) + amount
    return {name: amount for name, amount in found.items() if amount}
