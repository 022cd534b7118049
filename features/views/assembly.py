"""Puts the views together in the one order in which they depend on each other."""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw

from features.engines import Frame
from features.views.events import cases, signals
from features.views.flags import flag
from features.views.grants import grants
from features.views.kin import kin, kin_elsewhere, kin_here
from features.views.residence import address_stays, address_version, nearest_in_age, registered, residents, stays
from features.world import World
from governance.benefits import Catalogue

VIEWS = ("address", "residents", "kin", "stays", "address_stays", "grants", "signals", "cases")


def build_views(world: World, catalogue: Catalogue) -> Mapping[str, Frame]:
    """Every view of the world, by name; the ones that others read are computed once."""
    keep = world.engine.keep
    address = keep(address_version(world))
    people = keep(registered(world))
    relatives = keep(kin(world, people))
    household = keep(residents(people, kin_here(relatives), nearest_in_age(people, relatives)))
    elsewhere = keep(kin_elsewhere(world, relatives, address))
    return {
        "address": address,
        "residents": household,
        "kin": elsewhere,
        "stays": stays(world, people),
        "address_stays": address_stays(world),
        "grants": keep(_with_parents_elsewhere(grants(world, household, catalogue), elsewhere)),
        "signals": signals(world, household),
        "cases": cases(world),
    }


def _with_parents_elsewhere(grants: Frame, elsewhere: Frame) -> Frame:
    """Marks grants whose holder has a parent registered elsewhere near the address (same road and postal code)."""
    near = elsewhere.filter(nw.col("role") == "parent", nw.col("kin_near") == 1)
    holders = near.select("unit_id", "person_id", parent_near=nw.lit(1)).unique()
    return grants.join(holders, on=["unit_id", "person_id"], how="left").with_columns(
        parent_near=flag(nw.col("parent_near") == 1)
    )
