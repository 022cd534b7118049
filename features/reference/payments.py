"""Second route of the family *payments*: the running grants and what they pay a month."""

from __future__ import annotations

from features.reference.findings import Finding, Part, counted, in_kroner, largest, reference, smallest
from features.reference.grants import Grant
from features.reference.rows import Row
from features.reference.scene import Scene


def _amounts(scene: Scene, *benefits: str) -> list[Part]:
    return [_amount(grant) for grant in scene.grants if not benefits or grant.version["benefit"] in benefits]


def _amount(grant: Grant) -> tuple[int, tuple[Row, ...]]:
    return grant.monthly_ore, (grant.version, *grant.payments)


def _ages(scene: Scene) -> list[Part]:
    return [(grant.run_days, grant.run) for grant in scene.grants]


@reference
def grants_running(scene: Scene) -> Finding:
    """Grants known and holding on the day, of residents."""
    return counted([grant.version] for grant in scene.grants)


@reference
def single_grants(scene: Scene) -> Finding:
    """Those paid as single or single provider."""
    return counted([grant.version] for grant in scene.grants if grant.is_single)


@reference
def monthly_amount(scene: Scene) -> Finding:
    """Kroner a month of all running grants."""
    return in_kroner(_amounts(scene))


@reference
def single_amount(scene: Scene) -> Finding:
    """Kroner a month of the grants paid as single or single provider."""
    return in_kroner(_amount(grant) for grant in scene.grants if grant.is_single)


@reference
def newest_grant_days(scene: Scene) -> Finding:
    """Fewest days since the unbroken run of a running grant began."""
    return smallest(_ages(scene))


@reference
def oldest_grant_days(scene: Scene) -> Finding:
    """Most days since the unbroken run of a running grant began."""
    return largest(_ages(scene))


@reference
def assistance_amount(scene: Scene) -> Finding:
    """Kroner a month of kontanthjælp and uddannelseshjælp."""
    return in_kroner(_amounts(scene, "kontanthjaelp", "uddannelseshjaelp"))


@reference
def daycare_amount(scene: Scene) -> Finding:
    """Kroner a month of friplads and søskenderabat."""
    return in_kroner(_amounts(scene, "friplads", "soeskenderabat"))


@reference
def child_allowance_amount(scene: Scene) -> Finding:
    """Kroner a month of børnetilskud."""
    return in_kroner(_amounts(scene, "boernetilskud"))


@reference
def pension_amount(scene: Scene) -> Finding:
    """Kroner a month of the pension's single supplement and of helbredstillæg."""
    return in_kroner(_amounts(scene, "folkepension_enlig", "helbredstillaeg"))


@reference
def housing_amount(scene: Scene) -> Finding:
    """Kroner a month of boligstøtte."""
    return in_kroner(_amounts(scene, "boligstoette"))


@reference
def unpaid_grants(scene: Scene) -> Finding:
    """Running grants with no payment known for a month of the last year."""
    return counted([grant.version] for grant in scene.grants if not grant.payments)
