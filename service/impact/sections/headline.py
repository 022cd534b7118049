"""The twelve figures that the report begins with."""

from __future__ import annotations

from service.impact.basis import Basis
from service.impact.report_model import HEADLINE, Figure
from service.impact.strata import read_code
from service.impact.telling import Telling

NOTES_DA = {
    "expected_municipal": "Løftet ved udvælgelsen for sager, der blev åbnet fra en liste; også uafgjorte.",
    "realised_municipal": "Fremadrettet og tilbagebetaling af afgørelser, der står ved magt. Rettelser er ikke med.",
    "corrections_municipal": "Kommunens udgift, når borgeren fik for lidt; vises med fortegn.",
    "realised_state": "Refusion, der følger med.",
    "set_aside_municipal": "Afgørelser, der er omgjort efter klage. Er ikke med i det realiserede.",
    "collected_municipal": "Del af tilbagebetalingskravene; lægges ikke til det realiserede.",
    "cost_control": "Sagstimer, løbende udgifter og investeringer.",
    "net_municipal": "Realiseret og rettelser minus udgifter.",
}
NOT_LOGGED = "Kan ikke opgøres: ingen åbnet sag kom fra en liste, hvis løfter er gemt."


def headline_codes() -> tuple[str, ...]:
    """What the headline asks for."""
    return HEADLINE


def build_headline(basis: Basis, telling: Telling) -> tuple[Figure, ...]:
    """The twelve, in their order."""
    return tuple(_figure(code, basis, telling) for code in HEADLINE)


def has_promises(basis: Basis) -> bool:
    """Whether anything was promised of a case that was opened."""
    return bool((basis.book.amounts["account"] == "case.promised").any())


def _figure(code: str, basis: Basis, telling: Telling) -> Figure:
    text = read_code(code).figure.text_da
    if code == "expected_municipal" and not has_promises(basis):
        return Figure(code=code, text_da=text, unit="ore", note_da=NOT_LOGGED)
    return telling.figure(code, text, NOTES_DA.get(code, ""))
