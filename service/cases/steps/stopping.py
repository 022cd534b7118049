"""What stops a case from outside: the veto of the data protection officer, and a citizen's objection (GDPR art. 21).

A case that is stopped stands still: nothing is decided, sent or demanded until it is lifted or ended.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.cases.forms import long
from service.cases.moving import Moving, not_now
from service.cases.registry import step
from service.cases.states import ACTIVE, OPEN, WAITING, State

_STOPPABLE: tuple[State, ...] = tuple(sorted(ACTIVE - {"vetoed"}))


@dataclass(frozen=True)
class Stopping:
    """Why."""

    text: str = long("Begrundelse")


@step(
    "Nedlæg veto",
    help_da="Sagen standses straks, til vetoet løftes, eller sagen afsluttes.",
    from_states=_STOPPABLE,
    to_states=("vetoed",),
    permission="case.veto",
    form=Stopping,
    owner_only=False,
    purpose="supervision",
    while_lapsed=True,
)
def veto(moving: Moving, form: Stopping) -> State:
    moving.write_text("veto", text=form.text)
    moving.change(vetoed_from=moving.state)
    return "vetoed"


@step(
    "Registrér en indsigelse",
    help_da="Borgeren gør indsigelse mod behandlingen af sine oplysninger. Sagen standses, til der er taget stilling.",
    from_states=WAITING | OPEN,
    to_states=("vetoed",),
    permission="person.rectify",
    form=Stopping,
    owner_only=False,
    purpose="supervision",
    while_lapsed=True,
)
def object_(moving: Moving, form: Stopping) -> State:
    moving.write_text("objection", text=form.text)
    moving.change(vetoed_from=moving.state)
    return "vetoed"


@step(
    "Løft vetoet",
    help_da="Sagen går videre, hvor den blev standset.",
    from_states={"vetoed"},
    to_states=_STOPPABLE,
    permission="case.veto",
    form=Stopping,
    owner_only=False,
    purpose="supervision",
)
def lift_veto(moving: Moving, form: Stopping) -> State:
    moving.write_text("veto", text=form.text)
    moving.change(vetoed_from=None)
    assert moving.case.vetoed_from is not None  # noqa: S101  every way into the state says where from
    return moving.case.vetoed_from


@step(
    "Afslut den standsede sag",
    help_da="Sagen fortsætter ikke. Intet, der ikke allerede er meddelt borgeren, bliver til noget.",
    from_states={"vetoed"},
    to_states=("closed",),
    permission="case.veto",
    form=Stopping,
    owner_only=False,
    purpose="supervision",
    journal=True,
    form_rules=("no decision was announced before: that one takes an appeal",),
)
def end_vetoed(moving: Moving, form: Stopping) -> State:
    if moving.case.vetoed_from not in WAITING | OPEN:
        raise not_now("Afgørelsen er meddelt. Den kan kun ændres ved en klage.")
    moving.write_text("veto", text=form.text)
    moving.change(outcome="inconclusive", cause="none", closed_on=moving.today, deadline=None, vetoed_from=None)
    return "closed"
