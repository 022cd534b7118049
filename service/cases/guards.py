"""The conditions of steps that do not hang on what is filled in, each with its words for whoever is refused.

Sources: CPR-loven § 10 (presumption), forvaltningsloven §§ 3 and 19 (conflict of interest, hearing),
tvangsindgrebsloven §§ 9-10 (suspicion). Must not know the steps.
"""

from __future__ import annotations

from service.cases.registry import Guard
from service.cases.standing import Standing


def _nobody_has_it(standing: Standing) -> str | None:
    return "En anden har allerede taget sagen." if standing.case.owner else None


def _own_first_look(standing: Standing) -> str | None:
    if standing.case.waiting and standing.caller.user_id not in standing.first_lookers:
        return "Notér først din egen første vurdering."
    return None


def _no_own_look_yet(standing: Standing) -> str | None:
    if standing.caller.user_id in standing.first_lookers:
        return "Du har allerede noteret din første vurdering."
    return None


def _own_fact(standing: Standing) -> str | None:
    if not standing.facts(standing.caller.user_id):
        return "Notér først mindst én oplysning, der giver grund til at åbne sagen. En plads på listen er ikke nok."
    return None


def _any_fact(standing: Standing) -> str | None:
    return None if standing.facts() else "Der er ikke noteret nogen oplysning i sagen."


def _no_suspicion(standing: Standing) -> str | None:
    if standing.case.suspicion:
        return (
            "Der er registreret en mistanke: borgeren må ikke længere afkræves oplysninger "
            "(lov om retssikkerhed ved forvaltningens anvendelse af tvangsindgreb og oplysningspligter § 10)."
        )
    return None


def _suspicion(standing: Standing) -> str | None:
    return None if standing.case.suspicion else "Der er ikke registreret nogen mistanke."


def _not_proposer(standing: Standing) -> str | None:
    proposal = standing.last("propose")
    if standing.caller.user_id in (standing.case.owner, proposal.actor if proposal else None):
        return "En anden end den, der har indstillet afgørelsen, skal godkende den."
    return None


def second_look_recorded(standing: Standing) -> bool:
    """Whether the caller has recorded an own assessment since the newest proposal."""
    proposal = standing.last("propose")
    version = proposal.version if proposal else 0
    return standing.since(version, ("second_look",), by=standing.caller.user_id)


def _own_second_look(standing: Standing) -> str | None:
    return None if second_look_recorded(standing) else "Notér først din egen vurdering."


def _no_second_look_yet(standing: Standing) -> str | None:
    return "Du har allerede noteret din vurdering." if second_look_recorded(standing) else None


def _no_correction_since(standing: Standing) -> str | None:
    proposal = standing.last("propose")
    version = proposal.version if proposal else 0
    if any(
        each.step == "renewed" and each.reason == "corrected" for each in standing.history if each.version > version
    ):
        return "En berigtigelse er imødekommet siden indstillingen. Indstillingen skal trækkes eller sendes tilbage."
    return None


nobody_has_it = Guard("nobody has the case", _nobody_has_it)
own_first_look = Guard("the caller's own first look is recorded (while the case waits)", _own_first_look)
no_own_look_yet = Guard("the caller has not recorded a first look", _no_own_look_yet)
own_fact = Guard("at least one fact recorded by the caller; a place or its reasons are none", _own_fact)
any_fact = Guard("at least one fact is recorded", _any_fact)
no_suspicion = Guard("no suspicion is registered", _no_suspicion)
suspicion = Guard("a suspicion is registered", _suspicion)
not_proposer = Guard("the caller neither proposed the decision nor has the case", _not_proposer)
own_second_look = Guard("the caller's own assessment is recorded since the proposal", _own_second_look)
no_second_look_yet = Guard("the caller has not recorded an assessment of this proposal", _no_second_look_yet)
no_correction_since = Guard("no rectification was accepted since the proposal", _no_correction_since)
