"""The one additive table of permissions: a right is a role in an administration, and what no row gives is denied.

A permission that reads about persons needs a purpose and leaves an event. Must not know how a caller was recognised.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Role = Literal["caseworker", "team_leader", "dpo", "evaluator"]
ROLES: tuple[Role, ...] = ("caseworker", "team_leader", "dpo", "evaluator")
ROLE_NAMES: Mapping[Role, str] = {
    "caseworker": "kontrolmedarbejder",
    "team_leader": "teamleder",
    "dpo": "databeskyttelsesrådgiver",
    "evaluator": "evaluator",
}
OFFICES = ("BIF", "BUF", "KFF")
"""The administrations in which a right can be held; STATE pays benefits and holds none."""


@dataclass(frozen=True)
class Permission:
    """One thing that may be allowed: its code, what it is in Danish, to whom, and whether it reads about persons."""

    code: str
    text_da: str
    roles: frozenset[Role]
    personal: bool = False


def _permission(code: str, text_da: str, *roles: Role, personal: bool = False) -> Permission:
    return Permission(code, text_da, frozenset(roles), personal)


_ALL = (
    _permission("own.session", "se sin egen startside", "caseworker", "team_leader", "dpo", "evaluator"),
    _permission("worklist.read", "se listen", "caseworker", "team_leader", personal=True),
    _permission("case.read", "se en sag", "caseworker", "team_leader", "dpo", personal=True),
    _permission("case.claim", "tage og slippe en sag", "caseworker"),
    _permission("case.assign", "fordele sager", "team_leader"),
    _permission("case.work", "behandle sin egen sag", "caseworker", personal=True),
    _permission("case.approve", "godkende en andens afgørelse", "caseworker", "team_leader", personal=True),
    _permission(
        "case.settle", "registrere klage, indbetaling og afskrivning", "caseworker", "team_leader", personal=True
    ),
    _permission(
        "case.identity", "se navn og CPR-nummer i en åbnet sag", "caseworker", "team_leader", "dpo", personal=True
    ),
    _permission("glass.break", "få adgang i en nødsituation", "caseworker", "team_leader", personal=True),
    _permission("lead.write", "indtaste en henvendelse eller egen undren", "caseworker", "team_leader", personal=True),
    _permission("capacity.read", "se kapacitet og frister", "team_leader"),
    _permission("capacity.write", "angive kapacitet", "team_leader"),
    _permission("log.read", "søge i loggen", "dpo", personal=True),
    _permission("log.verify", "efterprøve loggen", "dpo"),
    _permission("decision.replay", "genskabe en placering", "dpo", personal=True),
    _permission("fairness.read", "se ligebehandling", "dpo", "evaluator"),
    _permission("gates.read", "se kontrolporte og udløb", "dpo", "evaluator"),
    _permission("records.read", "se dokumentationen", "dpo", "evaluator"),
    _permission("case.veto", "nedlægge og løfte veto mod en sag", "dpo", personal=True),
    _permission("system.stop", "stoppe systemet", "dpo"),
    _permission("person.export", "udlevere en persons oplysninger", "dpo", personal=True),
    _permission("person.rectify", "behandle indsigelser og berigtigelse", "dpo", personal=True),
    _permission("breach.write", "føre loggen over brud", "dpo"),
    _permission("notice.read", "læse meddelelser til databeskyttelsesrådgiveren", "dpo"),
    _permission("impact.read", "se samlede tal", "evaluator"),
    _permission("impact.export", "udlevere samlede tal, som en anden evaluator har godkendt", "evaluator"),
)
PERMISSIONS: Mapping[str, Permission] = {each.code: each for each in _ALL}

PURPOSES: Mapping[str, str] = {
    "case_work": "behandling af sagen",
    "quality": "kvalitetssikring og fordeling",
    "approval": "godkendelse af en afgørelse (fire øjne)",
    "supervision": "databeskyttelsesrådgiverens tilsyn",
    "party_access": "aktindsigt og indsigtsret",
    "emergency": "nødsituation",
}
"""Why somebody looks at a person: code → Danish, one of which stands in every event of a personal read."""
PURPOSES_OF: Mapping[Role, tuple[str, ...]] = {
    "caseworker": ("case_work", "approval"),
    "team_leader": ("quality", "approval"),
    "dpo": ("supervision", "party_access"),
    "evaluator": (),
}
