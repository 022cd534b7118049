"""What a night is asked for, what it is bound to by that, and what is refused before it is.

A night is bound in the log before anybody is looked at; what cannot be asked for is refused before that, because
afterwards nothing else can be. Must not know a row.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from governance.as_of import AsOf, danish_day
from governance.errors import UsageError
from governance.gate.stop import stop_in_force
from governance.settings import Settings
from governance.store.opening import Store
from service.fallback import require_fallback
from service.jobs.capacity import hours_ahead
from service.jobs.nights import Asked, Night, last_finished_day
from service.mitigation import standing_approval
from service.random_arm import Seed
from service.rank_request import RankRequest, require_sensible
from training.registry import load_model

CHAMPION = "adressekontrol@champion"


@dataclass(frozen=True)
class NightRequest:
    """What a night is asked for; `hours` None = the capacity of the next seven days; `seed` counts if it is new."""

    directory: Path
    as_of: AsOf
    hours: float | None
    fallback: str
    mitigation: str
    seed: Seed


def bound_to(request: NightRequest, *, settings: Settings, store: Store) -> Asked:
    """What the night is bound to; refused now, because afterwards it cannot be asked for otherwise."""
    require_fallback(request.fallback)
    with store.reading() as connection:
        stopped = stop_in_force(connection)
        hours = hours_ahead(connection, day=request.as_of.day) if request.hours is None else request.hours
    if request.hours is None and not hours:
        raise UsageError(
            "No capacity has been given for the next seven days.",
            item="--hours",
            remedy="Have the team leaders give their hours, or name them: --hours H.",
        )
    model = "" if stopped else load_model(CHAMPION, settings=settings).version
    asked = Asked(hours, settings.random_share, model, request.fallback, request.mitigation)
    ranking = ranking_of(asked, request.directory, request.as_of, request.seed, out=request.directory)
    require_sensible(ranking, settings)
    standing_approval(ranking, store=store)
    return asked


def ranking_of(asked: Asked, directory: Path, as_of: AsOf, seed: Seed, *, out: Path) -> RankRequest:
    """The one request of a list that the night makes: the same night asks the same."""
    return RankRequest(
        directory=directory, as_of=as_of, hours=asked.hours, out=out, every_candidate=False,
        model=asked.model or CHAMPION, random_share=asked.random_share, seed=seed, fallback=asked.fallback,
        mitigation=asked.mitigation,
    )  # fmt: skip


def require_in_time(request: NightRequest, store: Store) -> None:
    """A list of tomorrow knows nothing yet, and one of yesterday must not take the place of today's."""
    today = danish_day(store.clock.now())
    with store.reading() as connection:
        newest = last_finished_day(connection)
    if request.as_of.day > today:
        raise UsageError("The night looks from a day to come.", item="--as-of", remedy=f"Name {today} at the latest.")
    if newest is not None and request.as_of.day < newest:
        raise UsageError(
            f"A later night, of {newest}, is over: its list would be replaced by an older one.",
            item="--as-of",
            remedy=f"Name {newest} or a later day.",
        )


def require_same(request: NightRequest, night: Night) -> None:
    """A night is bound to what it was begun with, or whoever dislikes its list could ask until another came."""
    asked = night.asked
    now = (asked.hours if request.hours is None else request.hours, request.fallback, request.mitigation)
    if now != (asked.hours, asked.fallback, asked.mitigation):
        raise UsageError(
            f"This night was begun for {asked.hours:g} hours, fallback {asked.fallback}, "
            f"mitigation {asked.mitigation}.",
            item=night.night_id,
            remedy="Ask for the same, or wait for the next delivery.",
        )
