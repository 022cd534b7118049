"""From a proposal to a decision; stopping or reclaiming takes four eyes.

Sources: forvaltningsloven §§ 19, 22-25. The second person records an own assessment before the proposal is shown.
"""

from __future__ import annotations

from dataclasses import dataclass

from service.cases import guards
from service.cases.correcting import adult_numbers, chosen_numbers, correction_faults
from service.cases.effects import ProposedEffect, adverse, effect_faults, needs_four_eyes
from service.cases.forms import NoFields, choice, choices, invalid, long, rows
from service.cases.hearing import unheard
from service.cases.moving import Moving, new_id, not_now
from service.cases.own_words import REPEATED_DA, repeats_explanation
from service.cases.registry import step
from service.cases.repaying import repayment_faults
from service.cases.snapshot import grants_of, persons_of
from service.cases.states import (
    CAUSES,
    CHANGING,
    OUTCOMES,
    SECOND_ASSESSMENTS,
    SENT_BACK,
    WORKED_ON,
    State,
)
from service.cases.tables import EFFECTS
from service.cases.telling import everybody_informed
from service.letters.rules import load_letter_texts

_PROPOSED_FROM: tuple[State, ...] = ("opened", "informed", "gathering", "hearing")


@dataclass(frozen=True)
class Proposal:
    """What is to be decided, and why."""

    outcome: str = choice("Udfald", {code: said for code, said in OUTCOMES.items() if code != "referred"})
    cause: str = choice("Årsag", CAUSES)
    corrected: tuple[str, ...] = choices(
        "Voksne, hvis registrering i CPR rettes", required=False, source="adults",
        hint="Et barn følger den voksne, som har forældremyndigheden.",
    )  # fmt: skip
    effects: tuple[ProposedEffect, ...] = rows("Ændringer af ydelser", ProposedEffect)
    rules: tuple[str, ...] = choices("Regler, som afgørelsen bygger på", required=False, source="grounds")
    grounds: str = long("Begrundelse", hint="De oplysninger og hensyn, som afgørelsen bygger på.")


@step(
    "Indstil en afgørelse",
    help_da="Skal en ydelse standses eller penge kræves tilbage, skal en anden medarbejder godkende det.",
    from_states=WORKED_ON,
    to_states=("proposed", "decided"),
    permission="case.work",
    form=Proposal,
    guards=(everybody_informed,),
    form_rules=(
        "against the citizen (registration corrected, benefit stopped, reduced or reclaimed): from `hearing` only,"
        " when every letter was answered or its deadline has passed, every adult concerned was asked,"
        " and no fact was recorded since (but what an only adult told), nor a suspicion registered,"
        " and a letter told whoever it goes against of this consequence: each benefit, and whether it is stopped,"
        " reduced or claimed back, or the registration; having been heard about a stop is enough for a reduction",
        "corrected names the adults whose registration is corrected, by their numbers: somebody with"
        " registration_corrected, perhaps somebody with benefit_changed, nobody else; each was heard about it",
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
    corrected = chosen_numbers(form.corrected)
    if adverse(corrected, form.effects):
        why = unheard(moving, corrected, form.effects)
        if why:
            raise not_now(why)
    moving.write_text("grounds", text=form.grounds)
    moving.keep(
        outcome=form.outcome, cause=form.cause, rules=list(form.rules), corrected=list(corrected),
        effects=_keep_effects(moving, form),
    )  # fmt: skip
    if needs_four_eyes(form.effects, grants_of(moving.snapshot)):
        return "proposed"
    moving.change(outcome=form.outcome, cause=form.cause)
    return "decided"


def _require_sound(moving: Moving, form: Proposal) -> None:
    nothing = form.outcome not in CHANGING
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
    faults += correction_faults(form.outcome, form.corrected, adult_numbers(moving.snapshot, moving.today))
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
    guards=(guards.not_proposer, guards.own_second_look, guards.no_correction_since),
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
