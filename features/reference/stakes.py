"""Second route of the stakes: monthly øre of the running grants, by who saves them."""

from __future__ import annotations

from dataclasses import dataclass

from features.reference.findings import once
from features.reference.rows import Row
from features.reference.scene import Scene


@dataclass(frozen=True)
class Stakes:
    """Whole øre a month: each administration's own part after state refund, and the gross of all (society)."""

    bif_ore: int
    buf_ore: int
    kff_ore: int
    society_ore: int
    rows: tuple[Row, ...] = ()


def trace_stakes(scene: Scene) -> Stakes:
    """The stakes of one address, with the grants and payments behind them."""
    return Stakes(
        bif_ore=_municipal_ore(scene, "BIF"),
        buf_ore=_municipal_ore(scene, "BUF"),
        kff_ore=_municipal_ore(scene, "KFF"),
        society_ore=sum(grant.monthly_ore for grant in scene.grants),
        rows=once((*grant.run, *grant.payments) for grant in scene.grants),
    )


def _municipal_ore(scene: Scene, administration: str) -> int:
    return sum(grant.municipal_ore for grant in scene.grants if grant.administration == administration)
