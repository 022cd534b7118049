"""Who has a case, and the desk review before it is opened: the same for every case, whatever brought it to the list."""

from __future__ import annotations

from dataclasses import dataclass

from service.cases import guards
from service.cases.colleagues import load_colleagues
from service.cases.forms import NoFields, choice, long
from service.cases.moving import Moving
from service.cases.registry import step
from service.cases.states import ACTIVE, ASSESSMENTS, REJECTIONS, SKIPS, WAITING, State

_HAVEABLE = ACTIVE - {"vetoed"}
OUTCOME_OF_REJECTION = {"no_presumption": "no_change"}
"""The other rejections found out nothing about the household (decision 14)."""


@step(
    "Tag sagen",
    help_da="Sagen bliver din, og kun du kan behandle den, til du slipper den.",
    from_states=_HAVEABLE,
    permission="case.claim",
    owner_only=False,
    guards=(guards.nobody_has_it,),
)
def claim(moving: Moving, _: NoFields) -> State:
    moving.change(owner=moving.caller.user_id)
    return moving.state


@step(
    "Slip sagen",
    help_da="Sagen bliver ledig for dine kolleger.",
    from_states=ACTIVE,
    permission="case.claim",
    while_lapsed=True,
)
def release(moving: Moving, _: NoFields) -> State:
    moving.change(owner=None)
    return moving.state


@dataclass(frozen=True)
class Assigning:
    """To whom a case is given."""

    to: str = choice("Medarbejder", hint="Kun medarbejdere med adgang til sagens forvaltninger.", source="colleagues")


@step(
    "Fordel sagen",
    help_da="Giv sagen til en medarbejder, også hvis en anden har den.",
    from_states=_HAVEABLE,
    permission="case.assign",
    form=Assigning,
    owner_only=False,
    purpose="quality",
    form_rules=("to somebody known who may work in the case's administrations and has declared no conflict",),
)
def assign(moving: Moving, form: Assigning) -> State:
    known = load_colleagues(moving.connection).get(form.to)
    able = known is not None and known.works_in(moving.case.offices)
    moving.require(able, "to", "Vælg en medarbejder, der har adgang til sagens forvaltninger.")
    moving.require(form.to not in moving.in_conflict, "to", "Medarbejderen er inhabil i sagen.")
    moving.change(owner=form.to)
    moving.keep(to=form.to)
    return moving.state


@dataclass(frozen=True)
class Skipping:
    """Why a case is put back."""

    reason: str = choice("Hvorfor springes sagen over?", SKIPS)


@step(
    "Spring over",
    help_da="Læg sagen tilbage på listen uden at tage stilling til den.",
    from_states=WAITING,
    permission="case.work",
    form=Skipping,
    form_rules=("`conflict_of_interest` also records the conflict",),
    while_lapsed=True,
)
def skip(moving: Moving, form: Skipping) -> State:
    if form.reason == "conflict_of_interest":
        moving.write_conflict(moving.caller.user_id)
    moving.reason = form.reason
    moving.change(owner=None)
    return moving.state


@step(
    "Meld inhabilitet",
    help_da="Du kan derefter hverken se eller behandle sagen.",
    from_states=ACTIVE,
    permission="case.approve",
    owner_only=False,
    while_lapsed=True,
)
def declare_conflict(moving: Moving, _: NoFields) -> State:
    moving.write_conflict(moving.caller.user_id)
    if moving.case.owner == moving.caller.user_id:
        moving.change(owner=None)
    return moving.state


@dataclass(frozen=True)
class FirstLook:
    """An own assessment from the facts of the registers."""

    assessment: str = choice("Din vurdering ud fra oplysningerne", ASSESSMENTS)
    note: str = long("Bemærkning", required=False)


@step(
    "Notér første vurdering",
    help_da="Din egen vurdering ud fra registrenes oplysninger, før der tages stilling til, om sagen skal åbnes.",
    from_states=WAITING,
    to_states=("reviewed",),
    permission="case.work",
    form=FirstLook,
    guards=(guards.no_own_look_yet,),
)
def first_look(moving: Moving, form: FirstLook) -> State:
    moving.write_look("first", form.assessment, blind=moving.case.blind)
    if form.note:
        moving.write_text("note", text=form.note)
    return "reviewed"


@dataclass(frozen=True)
class Rejecting:
    """Why a case is not opened."""

    reason: str = choice("Hvorfor åbnes sagen ikke?", REJECTIONS)
    note: str = long("Bemærkning", required=False)


@step(
    "Afvis sagen",
    help_da="Sagen åbnes ikke. Borgeren mærker intet til den.",
    from_states={"reviewed"},
    to_states=("rejected",),
    permission="case.work",
    form=Rejecting,
    guards=(guards.own_first_look,),
)
def reject(moving: Moving, form: Rejecting) -> State:
    moving.reason = form.reason
    if form.note:
        moving.write_text("note", text=form.note)
    outcome = OUTCOME_OF_REJECTION.get(form.reason, "inconclusive")
    moving.change(outcome=outcome, closed_on=moving.today, deadline=None)
    return "rejected"


@step(
    "Åbn sagen",
    help_da="En kontrolsag åbnes på grundlag af de oplysninger, du har noteret. Borgeren skal derefter orienteres.",
    from_states={"reviewed"},
    to_states=("opened",),
    permission="case.work",
    guards=(guards.own_first_look, guards.own_fact),
)
def open_(moving: Moving, _: NoFields) -> State:
    moving.change(opened_on=moving.today)
    return "opened"
