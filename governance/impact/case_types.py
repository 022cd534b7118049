"""What kind of case a case turned out to be, from the facts that are recorded: its effects, else its outcome.

A case is of the gravest kind among its decisions on one benefit, set aside or not; without any, of what its outcome
says. So the same case may be of one kind for one benefit and of another for the next. Must not know an amount.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from governance.impact.facts import CaseFact, EffectFact

CASE_TYPES_DA: Mapping[str, str] = {
    "stopped": "Ydelse stoppet",
    "reduced": "Ydelse nedsat",
    "reclaim": "Kun tilbagebetaling",
    "increased": "Rettet til borgerens fordel",
    "registration_corrected": "Kun registrering rettet",
    "benefit_changed": "Ydelse ændret uden registreret virkning",
    "referred": "Oversendt til anden myndighed",
    "no_change": "Ingen ændring",
    "inconclusive": "Ikke afklaret",
    "open": "Ikke afsluttet",
}
"""In order of gravity, the gravest first."""
_ORDER = tuple(CASE_TYPES_DA)
CaseTypes = Mapping[tuple[str, str], str]
"""(case, benefit) → code; benefit "" is the case as a whole."""


def build_case_types(cases: Iterable[CaseFact], effects: Iterable[EffectFact]) -> CaseTypes:
    """The kind of every case, and of every case in each benefit that was decided on."""
    found: dict[tuple[str, str], str] = {}
    for effect in effects:
        for benefit in (effect.benefit, ""):
            key = (effect.case_id, benefit)
            found[key] = min(found.get(key, effect.effect), effect.effect, key=_ORDER.index)
    return {(case.case_id, ""): case.outcome or "open" for case in cases} | found
