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


nobody_has_it = Guard("nobody has the case", _nobody_has_it)
own_first_look = Guard("the caller's own first look is recorded (while the case waits)", _own_first_look)
no_own_look_yet = Guard("the caller has not recorded a first look", _no_own_look_yet)
own_fact = Guard("at least one fact recorded by the caller; a place or its reasons are none", _own_fact)
any_fact = Guard("at least one fact is recorded", _any_fact)
no_suspicion = Guard("no suspicion is registered", _no_suspicion)
suspicion = Guard("a suspicion is registered", _suspicion)
