"""From a proposal to a decision that has been announced; stopping or reclaiming takes four eyes.

Sources: forvaltningsloven §§ 19, 22-25. The second person records an own assessment before the proposal is shown.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from service.cases import guards
from service.cases.effects import KeptEffect, ProposedEffect, adverse, effect_faults, load_effects, needs_four_eyes
from service.cases.forms import NoFields, choice, choices, invalid, long, rows
from service.cases.hearing import unheard
from service.cases.moving import Moving, new_id, not_now
from service.cases.own_words import REPEATED_DA, repeats_explanation
from service.cases.registry import step
from service.cases.repaying import repayment_faults
from service.cases.sending import SUSPICION, LetterRule, require_letters, send_letters
from service.cases.snapshot import grants_of, persons_of
from service.cases.states import (
    CAUSES,
    OPEN,
    OUTCOMES,
    REFERRED_TO,
    SECOND_ASSESSMENTS,
    SENT_BACK,
    State,
)
from service.cases.tables import EFFECTS
from service.cases.telling import require_all_told, require_decisions
from service.letters.rules import load_letter_texts
from service.outbox.queueing import queue_decision
from service.working_days import open_day

_WORKED_ON = OPEN - {"proposed", "decided"}
_FOUND_NOTHING = ("no_change", "inconclusive")
_PROPOSED_FROM: tuple[State, ...] = ("opened", "informed", "gathering", "hearing")


@dataclass(frozen=True)
class Proposal:
    """What is to be decided, and why."""

    outcome: str = choice("Udfald", {code: said for code, said in OUTCOMES.items() if code != "referred"})
    cause: str = choice("Årsag", CAUSES)
    effects: tuple[ProposedEffect, ...] = rows("Ændringer af ydelser", ProposedEffect)
    rules: tuple[str, ...] = choices("Regler, som afgørelsen bygger på", required=False, source="grounds")
    grounds: str = long("Begrundelse", hint="De oplysninger og hensyn, som afgørelsen bygger på.")


@step(
    "Indstil en afgørelse",
    help_da="Skal en ydelse standses eller penge kræves tilbage, skal en anden medarbejder godkende det.",
    from_states=_WORKED_ON,
    to_states=("proposed", "decided"),
    permission="case.work",
    form=Proposal,
    form_rules=(
        "against the citizen (registration corrected, benefit stopped, reduced or reclaimed): from `hearing` only,"
        " when every letter was answered or its deadline has passed, every adult concerned was asked,"
        " and no fact was recorded since (but what an only adult told), nor a suspicion registered,"
        " and a letter told whoever it goes against of this consequence: each benefit, and whether it is stopped,"
        " reduced or claimed back, or the registration; having been heard about a stop is enough for a reduction",
        "benefit_changed has effects, no_change and inconclusive have none and no cause",
        "effects keep the row rules of `control_effect` and name persons and grants of the case",
        "a decision that changes something names at least one legal rule, and one for repayment for each benefit that"
        " the municipality claims back, with a cause that the rule can be met by: no error in good faith, nor the"
        " authority's own, where the rule asks that the citizen knew better",
        "grounds hold none of the reasons for the place on the list",
        "cause suspected_intent only when a suspicion is registered",
        "benefit stopped, reduced without a grant that says what is paid, or money reclaimed: to `proposed`,"
        " else to `decided`",
    ),
)
def propose(moving: Moving, form: Proposal) -> State:
    _require_sound(moving, form)
    if adverse(form.outcome, form.effects):
        why = unheard(moving, form.outcome, form.effects)
        if why:
            raise not_now(why)
    moving.write_text("grounds", text=form.grounds)
    moving.keep(outcome=form.outcome, cause=form.cause, rules=list(form.rules), effects=_keep_effects(moving, form))
    if needs_four_eyes(form.effects, grants_of(moving.snapshot)):
        return "proposed"
    moving.change(outcome=form.outcome, cause=form.cause)
    return "decided"


def _require_sound(moving: Moving, form: Proposal) -> None:
    nothing = form.outcome in _FOUND_NOTHING
    faults = effect_faults(form.effects, persons_of(moving.snapshot), grants_of(moving.snapshot))
    fits = not form.effects if nothing else bool(form.effects) or form.outcome == "registration_corrected"
    rules = (
        (fits, "effects", "Ændringerne passer ikke til udfaldet."),
        ((form.cause == "none") is nothing, "cause", "Årsagen passer ikke til udfaldet."),
        (not repeats_explanation(moving.case, form.grounds), "grounds", REPEATED_DA),
        (nothing or bool(form.rules), "rules", "Vælg den regel, afgørelsen bygger på."),
        (set(form.rules) <= _rules_of(moving, form), "rules", "Vælg blandt de regler, der gælder for sagens ydelser."),
        (
            form.cause != "suspected_intent" or moving.case.suspicion, "cause",
            "Der er ikke registreret nogen mistanke i sagen.",
        ),
    )  # fmt: skip
    faults += [(name, said) for holds, name, said in rules if not holds]
    texts = load_letter_texts(moving.settings)
    faults += repayment_faults(form.effects, cause=form.cause, rules=form.rules, texts=texts)
    if faults:
        raise invalid(*faults)


def _rules_of(moving: Moving, form: Proposal) -> frozenset[str]:
    """The rules that a decision on these benefits may rest on."""
    benefits = {*moving.case.benefits, *(each.benefit for each in form.effects)}
    return frozenset(rule.code for rule in load_letter_texts(moving.settings).rules_for("decision", benefits))


def _keep_effects(moving: Moving, form: Proposal) -> list[str]:
    persons, grants = persons_of(moving.snapshot), grants_of(moving.snapshot)
    kept = [
        {
            "effect_id": new_id("effekt"), "proposal": moving.case.version + 1, "person_id": persons[each.person],
            "grant_id": grants[each.grant]["grant_id"] if each.grant else None, "benefit": each.benefit,
            "effect": each.effect, "monthly_change_ore": each.monthly_change_ore,
            "effective_from": each.effective_from.isoformat(), "reclaim_ore": each.reclaim_ore,
        }
        for each in form.effects
    ]  # fmt: skip
    for row in kept:
        moving.insert(EFFECTS, **row)
    return [str(row["effect_id"]) for row in kept]


@dataclass(frozen=True)
class SecondLook:
    """The second person's own assessment."""

    assessment: str = choice("Din vurdering ud fra sagens oplysninger", SECOND_ASSESSMENTS)


@step(
    "Notér din vurdering",
    help_da="Indstillingen vises, når du har noteret din egen vurdering.",
    from_states={"proposed"},
    permission="case.approve",
    form=SecondLook,
    owner_only=False,
    purpose="approval",
    guards=(guards.not_proposer, guards.no_second_look_yet),
)
def second_look(moving: Moving, form: SecondLook) -> State:
    moving.write_look("second", form.assessment, blind=True)
    return "proposed"


@step(
    "Godkend",
    help_da="Afgørelsen kan derefter meddeles borgeren.",
    from_states={"proposed"},
    to_states=("decided",),
    permission="case.approve",
    owner_only=False,
    purpose="approval",
    guards=(guards.not_proposer, guards.own_second_look),
)
def approve(moving: Moving, _: NoFields) -> State:
    proposal = moving.last("propose")
    assert proposal is not None  # noqa: S101  no other step leads here
    moving.change(outcome=proposal.details["outcome"], cause=proposal.details["cause"])
    moving.keep(proposal=proposal.version)
    return "decided"


@dataclass(frozen=True)
class SendingBack:
    """Why a proposal is not approved."""

    reason: str = choice("Hvorfor sendes indstillingen tilbage?", SENT_BACK)
    text: str = long("Forklaring")


@step(
    "Send tilbage",
    help_da="Sagen går tilbage til den, der har den.",
    from_states={"proposed"},
    to_states=_PROPOSED_FROM,
    permission="case.approve",
    form=SendingBack,
    owner_only=False,
    purpose="approval",
    guards=(guards.not_proposer, guards.own_second_look),
)
def send_back(moving: Moving, form: SendingBack) -> State:
    moving.write_text("sent_back", text=form.text)
    moving.reason = form.reason
    return _before_proposal(moving)


@step(
    "Træk indstillingen tilbage",
    help_da="Indtil afgørelsen er meddelt, kan den tages op igen.",
    from_states={"proposed", "decided"},
    to_states=_PROPOSED_FROM,
    permission="case.work",
)
def withdraw(moving: Moving, _: NoFields) -> State:
    moving.change(outcome=None, cause=None)
    return _before_proposal(moving)


def _before_proposal(moving: Moving) -> State:
    proposal = moving.last("propose")
    [state] = [each for each in _PROPOSED_FROM if proposal is not None and each == proposal.from_state]
    return state


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
    journal=True,
    form_rules=(
        "letters of this case, made since the decision and not sent before",
        "of kind decision to every adult whose benefit is changed, and to somebody where anything is changed",
        "of kind decision or closing, and never both, to every adult who was written to; closing says that nothing is"
        " changed for that adult",
    ),
)
def announce(moving: Moving, form: Announcement) -> State:
    nothing = moving.case.outcome in _FOUND_NOTHING
    require_letters(moving, form.letters, LetterRule(("decision", "closing"), after=("propose", "approve")))
    effects = decided_effects(moving)
    if not nothing:
        require_decisions(moving, form.letters, {each.person_id for each in effects})
    require_all_told(moving, form.letters)
    send_letters(moving, form.letters)
    queue_decision(moving.act, moving.case, effects)
    deadline = None if nothing else open_day(moving.today + dt.timedelta(days=moving.settings.appeal_days))
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
    from_states=_WORKED_ON,
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
