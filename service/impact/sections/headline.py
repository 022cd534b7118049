"""The twelve figures that the report begins with."""

from __future__ import annotations

from dataclasses import replace

from governance.money import as_kroner
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
NOT_PAID = "Kan ikke opgøres: der er ikke registreret nogen betaling eller afskrivning."
_PAYMENTS = r"^(collected|written_off|repaid|lapsed)\."
NEEDED = {
    "expected_municipal": r"^case\.promised$",
    **dict.fromkeys(
        ("collected_municipal", "written_off_municipal", "uncollected_municipal", "secured_municipal",
         "secured_net_municipal"),
        _PAYMENTS,
    ),
}  # fmt: skip
"""Accounts without which a figure is not measured at all."""
NOT_LOGGED = "Kan ikke opgøres: ingen åbnet sag kom fra en liste, hvis løfter er gemt."


def headline_codes() -> tuple[str, ...]:
    """What the headline asks for."""
    return HEADLINE


def build_headline(basis: Basis, telling: Telling) -> tuple[Figure, ...]:
    """The twelve, in their order."""
    return tuple(_figure(code, basis, telling) for code in HEADLINE)


def why_unmeasured(basis: Basis, code: str) -> str:
    """Why a figure cannot be had, "" where it can: nothing promised or paid is another thing than nothing known of it.

    Only our own cases tell of promises and payments; registers do not.
    """
    needed = NEEDED.get(code)
    if needed is None or basis.book.amounts["account"].str.contains(needed).any():
        return ""
    return NOT_LOGGED if code == "expected_municipal" else NOT_PAID


def _figure(code: str, basis: Basis, telling: Telling) -> Figure:
    text = read_code(code).figure.text_da
    unmeasured = why_unmeasured(basis, code)
    if unmeasured:
        return Figure(code=code, text_da=text, unit="ore", note_da=unmeasured)
    made = telling.figure(code, text, NOTES_DA.get(code, ""))
    return replace(made, note_da=f"{made.note_da} {_without_corrections(telling)}".strip()) if _is_net(made) else made


def _is_net(made: Figure) -> bool:
    return made.code == "net_municipal" and made.hidden


def _without_corrections(telling: Telling) -> str:
    """What the two figures that are shown leave, for whoever misses the third."""
    realised, cost = telling.cell("realised_municipal"), telling.cell("cost_control")
    if not isinstance(realised, int) or not isinstance(cost, int):
        return ""
    return f"Realiseret minus udgifter, uden rettelser: {as_kroner(realised - cost)}"
