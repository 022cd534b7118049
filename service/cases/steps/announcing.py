"""A decision is told and leaves the house, or the case is handed over to somebody else.

Sources: forvaltningsloven §§ 22-25. Must not know how a decision was made.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from service.cases import guards
from service.cases.correcting import correction_of
from service.cases.effects import KeptEffect, load_effects
from service.cases.forms import choice, choices, long
from service.cases.moving import Moving
from service.cases.registry import step
from service.cases.sending import SUSPICION, LetterRule, require_letters, send_letters
from service.cases.states import CHANGING, REFERRED_TO, WORKED_ON, State
from service.cases.telling import require_all_told, require_decisions
from service.outbox.queueing import queue_decision
from service.working_days import open_day


@dataclass(frozen=True)
class Announcement:
    """The letters that tell the decision."""

    letters: tuple[str, ...] = choices("Breve", hint="Ét brev til hver voksen.", source="letters")


@step(
    "Meddel afgørelsen",
    help_da="Afgørelsen sendes til borgeren med klagevejledning og overdrages til ydelsessystemerne.",
    from_states={"decided"},
    to_states=("announced",),
    permission="case.work",
    form=Announcement,
    guards=(guards.no_correction_since,),
    journal=True,
    form_rules=(
        "letters of this case, made since the decision and not sent before",
        "of kind decision to every adult whose benefit is changed or whose registration is corrected, and to somebody"
        " where anything is changed",
        "of kind decision or closing, and never both, to every adult who was written to; closing says that nothing is"
        " changed for that adult",
    ),
)
def announce(moving: Moving, form: Announcement) -> State:
    changing = moving.case.outcome in CHANGING
    require_letters(moving, form.letters, LetterRule(("decision", "closing"), after=("propose", "approve")))
    effects, correction = decided_effects(moving), correction_of(moving.history)
    if changing:
        changed = correction.persons_in(moving.snapshot).union(each.person_id for each in effects)
        require_decisions(moving, form.letters, changed)
    require_all_told(moving, form.letters)
    send_letters(moving, form.letters)
    queue_decision(moving.act, moving.case, effects, corrected=correction.persons)
    deadline = open_day(moving.today + dt.timedelta(days=moving.settings.appeal_days)) if changing else None
    moving.change(closed_on=moving.today, deadline=deadline)
    return "announced"


def decided_effects(moving: Moving) -> tuple[KeptEffect, ...]:
    """The effects of the newest proposal."""
    proposal = moving.last("propose")
    version = proposal.version if proposal else 0
    return load_effects(moving.connection, moving.case.case_id, proposal=version)


@dataclass(frozen=True)
class Referral:
    """To whom the case is handed over."""

    to: str = choice("Hvem overtager sagen?", REFERRED_TO)
    text: str = long("Hvad oversendes, og hvorfor?")
    letters: tuple[str, ...] = choices(
        "Breve", required=False, source="letters",
        hint="Når borgeren er orienteret, og der ikke er registreret mistanke, skal borgeren have besked.",
    )  # fmt: skip


@step(
    "Oversend sagen",
    help_da="En anden myndighed overtager. Sagen afsluttes her.",
    from_states=WORKED_ON,
    to_states=("closed",),
    permission="case.work",
    form=Referral,
    journal=True,
    guards=(guards.any_fact,),
    form_rules=(
        "to the police only when a suspicion is registered",
        "every adult who was written to is told by a letter of kind closing, unless a suspicion is registered",
    ),
)
def refer(moving: Moving, form: Referral) -> State:
    moving.require(
        form.to != "police" or moving.case.suspicion, "to", "Oversendelse til politiet kræver en registreret mistanke."
    )
    told = bool(form.letters) or moving.state == "opened" or moving.case.suspicion
    moving.require(told, "letters", "Borgeren skal have besked om, at sagen er oversendt.")
    require_letters(moving, form.letters, LetterRule(("closing",), after=("record_fact", *SUSPICION)))
    if not moving.case.suspicion:
        require_all_told(moving, form.letters)
    send_letters(moving, form.letters)
    moving.write_text("referral", text=form.text, to=form.to)
    moving.reason = form.to
    cause = "suspected_intent" if moving.case.suspicion else "none"
    moving.change(outcome="referred", cause=cause, closed_on=moving.today, deadline=None)
    return "closed"
