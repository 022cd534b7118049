"""Who may be scored at all (registers.md, *Candidates*): addresses with a legal basis, less the counted exclusions."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import narwhals as nw
import polars as pl

from features.engines import Engine, Frame
from features.lawful import BY_GRANT, BY_SIGNAL, LawfulEngine, candidate_grounds, require_benefits
from features.views.events import cases
from features.views.residence import address_version, registered
from features.world import World, day_number, holds, known, make_world
from governance.as_of import AsOf, months_before
from governance.legal_bases import Lawful, LegalBasis, lawful
from governance.settings import Settings

INSTITUTION = 160
EXCLUSIONS: Mapping[str, str] = {
    "protected_resident": "a resident has name and address protection",
    "institution": "the unit is an institution or nursing home (BBR use code 160)",
    "case_open": "a control case is open now",
    "cool_off": "a case was closed with no change within the cool-off",
    "no_legal_basis": "no legal basis for operation stands on the day for what would make it a candidate",
}


_NOBODY = pl.DataFrame(schema={"address_id": pl.String})


@dataclass(frozen=True)
class Candidates:
    """The addresses that may be scored, and why the others may not.

    `units`: `unit_id` str, `address_id` str, `as_of` date, `legal_basis` str (codes joined by `+`), sorted by address.
    `excluded`: reason → number of addresses it holds for (an address may have several); `considered`: all before.
    """

    units: pl.DataFrame
    considered: int
    excluded: Mapping[str, int]


@dataclass(frozen=True)
class _Search:
    """Where to look: on which `grounds`, for running grants of which benefits.

    `reaching` are the benefits whose grants bring an address up at all (None = any), `covered` those with a basis.
    """

    grounds: tuple[str, ...]
    covered: frozenset[str]
    reaching: frozenset[str] | None


def find_candidates(
    engine: Engine,
    *,
    as_of: AsOf,
    settings: Settings,
    bases: Sequence[LegalBasis],
    benefits: Collection[str] | None = None,
) -> Candidates:
    """Every candidate address at the close of `as_of`; with `benefits`, only where a grant of one of them runs.

    Raises `GateClosed` when no basis for operation stands, for a benefit asked for without one, and for a register
    column without one that the rules cannot do without. A ground that does not stand is not looked at.
    """
    seen = lawful(bases, on=as_of.day, phase="operation")
    search = _search(seen, benefits)
    engine = LawfulEngine(engine, seen, every_benefit=True)
    reached = _reached(engine, search, as_of=as_of, settings=settings)
    world = make_world(engine, reached.select("unit_id", "address_id", "as_of"))
    flagged = _flags(world, as_of=as_of, settings=settings)
    rows = reached.join(flagged, on="unit_id", how="left").join(_granted(world, search), on="unit_id", how="left")
    marked = rows.with_columns(
        pl.col("protected_resident", "institution", "case_open", "cool_off", "granted").fill_null(value=False)
    ).with_columns(by_grant="granted", by_signal="signalled")
    marked = marked.with_columns(no_legal_basis=~(pl.col("by_grant") | pl.col("by_signal")))
    return _split(marked)


def _search(seen: Lawful, benefits: Collection[str] | None) -> _Search:
    grounds = candidate_grounds(seen)
    if benefits is None:
        return _Search(grounds, seen.benefits, None)
    require_benefits(tuple(benefits), seen)
    asked = frozenset(benefits)
    return _Search(tuple(ground for ground in grounds if ground == BY_GRANT), asked, asked)


def _split(marked: pl.DataFrame) -> Candidates:
    kept = marked.filter(~pl.any_horizontal(*EXCLUSIONS))
    basis = pl.concat_str(
        pl.when("by_grant").then(pl.lit(BY_GRANT)), pl.when("by_signal").then(pl.lit(BY_SIGNAL)),
        separator="+", ignore_nulls=True,
    )  # fmt: skip
    units = kept.with_columns(legal_basis=basis).select("unit_id", "address_id", "as_of", "legal_basis")
    counts = {reason: int(marked[reason].sum()) for reason in EXCLUSIONS}
    return Candidates(units.sort("unit_id"), marked.height, counts)


def _reached(engine: Engine, search: _Search, *, as_of: AsOf, settings: Settings) -> pl.DataFrame:
    """Addresses with a running grant of a catalogue benefit among the residents, or a signal in the window."""
    by_signal = _signalled(engine, as_of=as_of, settings=settings) if BY_SIGNAL in search.grounds else _NOBODY
    by_grant = _housing_grants(engine, search, as_of=as_of) if BY_GRANT in search.grounds else _NOBODY
    both = by_grant.with_columns(running=pl.lit(value=True)).join(
        by_signal.with_columns(signalled=pl.lit(value=True)), on="address_id", how="full", coalesce=True
    )
    return both.select(
        unit_id="address_id",
        address_id="address_id",
        as_of=pl.lit(as_of.day),
        signalled=pl.col("signalled").fill_null(value=False),
    )


def _signalled(engine: Engine, *, as_of: AsOf, settings: Settings) -> pl.DataFrame:
    first, last = day_number(months_before(as_of.day, settings.signal_months)), day_number(as_of.day)
    signals = engine.table("signal").filter(nw.col("recorded_on") <= last, nw.col("recorded_on") >= first)
    return engine.collect(signals.select("address_id").unique())


def _housing_grants(engine: Engine, search: _Search, *, as_of: AsOf) -> pl.DataFrame:
    at_day = {"day": nw.lit(day_number(as_of.day)).cast(nw.Int64)}
    grants = _holding(engine, "benefit_grant", at_day)
    if search.reaching is not None:
        grants = grants.filter(nw.col("benefit").is_in(sorted(search.reaching)))
    holders = grants.select("person_id").unique()
    housed = _holding(engine, "residence", at_day).join(holders, on="person_id", how="inner")
    return engine.collect(housed.select("address_id").unique())


def _holding(engine: Engine, table: str, at_day: Mapping[str, nw.Expr]) -> Frame:
    return engine.table(table).with_columns(**at_day).filter(known(), holds())


def _granted(world: World, search: _Search) -> pl.DataFrame:
    """Units where a resident holds a running grant of a benefit whose legal basis stands."""
    if BY_GRANT not in search.grounds:
        return _NOBODY.select(unit_id="address_id", granted=pl.lit(value=True))
    people = registered(world).select("unit_id", "day", "person_id")
    rows = world.facts("benefit_grant", of=people, on="person_id", columns={"benefit": "benefit"}, key="person_id")
    lawfully = rows.filter(holds(), nw.col("benefit").is_in(sorted(search.covered)))
    return world.engine.collect(lawfully.select("unit_id").unique()).with_columns(granted=pl.lit(value=True))


def _flags(world: World, *, as_of: AsOf, settings: Settings) -> pl.DataFrame:
    cooling_from = day_number(months_before(as_of.day, settings.cool_off_months))
    residents = registered(world).group_by("unit_id").agg(nw.col("protected").max())
    use = address_version(world).select("unit_id", "unit_use_code")
    earlier = cases(world).with_columns(
        cooling=nw.when((nw.col("no_change") == 1) & (nw.col("closed_on") > cooling_from)).then(1).otherwise(0)
    )
    control = earlier.group_by("unit_id").agg(nw.col("is_open").max(), nw.col("cooling").max())
    units = world.engine.collect(world.units.select("unit_id"))
    for frame in (residents, use, control):
        units = units.join(world.engine.collect(frame), on="unit_id", how="left")
    return units.select(
        "unit_id",
        protected_resident=pl.col("protected") == 1,
        institution=pl.col("unit_use_code") == INSTITUTION,
        case_open=pl.col("is_open") == 1,
        cool_off=pl.col("cooling") == 1,
    )
