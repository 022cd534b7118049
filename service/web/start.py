"""The first page after the log-in: what awaits somebody of this role, in counts alone. Reads about no person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import Response

from governance.as_of import danish_day
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.jobs.workload import Overview, OwnerLoad, load_overview
from service.web.danish import i_rad, tal
from service.web.rendering import render
from service.web.within import InApp, Within

router = APIRouter(include_in_schema=False)
Anybody = Annotated[Visitor, requires("own.session")]


@dataclass(frozen=True)
class Card:
    """One way on: where to, and what awaits there."""

    heading: str
    text: str
    href: str


def _count(number: int, one: str, many: str) -> str:
    return f"{tal(number)} {one if number == 1 else many}"


def _of_casework(caller: Visitor, overview: Overview) -> Iterator[Card]:
    if caller.may("case.claim"):
        mine = next((each for each in overview.owners if each.user_id == caller.user_id), OwnerLoad("", 0, 0))
        late = f", heraf {tal(mine.overdue)} med overskredet frist" if mine.overdue else ""
        yield Card("Mine sager", f"Du har {_count(mine.active, 'sag', 'sager')} i gang{late}.", "/liste?visning=mine")
    if caller.may("worklist.read"):
        free = i_rad([f"{tal(each.unclaimed)} i {each.office}" for each in overview.offices])
        text = f"Ledige sager: {free}."
        yield Card("Listen", text, "/liste?visning=team")
    if caller.may("lead.write"):
        yield Card("Ny henvendelse", "Indtast en henvendelse eller din egen undren om en adresse.", "/henvendelser/ny")


def _of_leading(caller: Visitor, overview: Overview) -> Iterator[Card]:
    if caller.may("case.assign"):
        late = sum(each.overdue for each in overview.owners)
        yield Card("Fordeling", f"{_count(late, 'frist', 'frister')} overskredet hos medarbejderne.", "/fordeling")
    if caller.may("capacity.read"):
        unsaid = sum(each.weeks[0] is None for each in overview.offices)
        text = "Timerne for denne uge er angivet." if not unsaid else "Timerne for denne uge mangler."
        yield Card("Kapacitet", text, "/kapacitet")


def _of_oversight(caller: Visitor) -> Iterator[Card]:
    if caller.may("log.read"):
        yield Card("Tilsyn", "Meddelelser, frister, loggen og borgernes rettigheder.", "/dpo")
    if caller.may("fairness.read"):
        yield Card("Ligebehandling", "Hvem kontrollen rammer, med usikkerhed.", "/dpo/ligebehandling")
    if caller.may("gates.read"):
        yield Card("Kontrolporte", "Hvad der er godkendt, udløbet og standset.", "/dpo/porte")
    if caller.may("records.read"):
        yield Card("Dokumentation", "Modelkort, konsekvensanalyser og registerindgange.", "/dpo/dokumentation")


def _of_evaluating(caller: Visitor) -> Iterator[Card]:
    if caller.may("impact.read"):
        yield Card("Effekt", "Forventet og realiseret besparelse, med usikkerhed. Kun samlede tal.", "/effekt")


def build_cards(app: Within, caller: Visitor) -> list[Card]:
    """The ways on for this caller, in the order of their work."""
    offices = caller.offices("worklist.read")
    with app.store.reading() as connection:
        overview = load_overview(connection, offices=offices, today=danish_day(app.clock.now()), weeks=1)
    work = [*_of_casework(caller, overview), *_of_leading(caller, overview)]
    return [*work, *_of_evaluating(caller), *_of_oversight(caller)]


@router.get("/")
def show_start(request: Request, app: InApp, caller: Anybody) -> Response:
    """The start page of whoever asks."""
    return render(request, "start.html", cards=build_cards(app, caller))
