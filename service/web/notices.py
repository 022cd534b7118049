"""What a page says after something was done: a code in the address, the words here. No address carries words.

A redirect leads to `?gemt=<code>`; a code that nobody knows says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping

from service.cases.happenings import DONE

NOTICES: Mapping[str, str] = {
    "henvendelse": "Henvendelsen er registreret. Den indgår i listen fra næste natkørsel.",
    "kapacitet": "Kapaciteten er gemt.",
    "brev": "Brevet er dannet og gemt i sagen.",
    "formaal": "Formålet er valgt.",
    "anmodning": "Anmodningen er registreret, og fristen løber.",
    "svar": "Svaret er registreret.",
    "forlaenget": "Fristen er forlænget med to måneder.",
    "forsinket": "Det er registreret, at borgeren har fået besked om forsinkelsen.",
    "standset": "Sager, der ikke er afgjort, står stille.",
    "rettelse": "Rettelsen er noteret på sagen.",
    "omgoerelse_bedt": "Kontrolenheden er bedt om at omgøre afgørelsen.",
    "omgjort": "Afgørelsen er omgjort.",
    "brud": "Bruddet er registreret.",
    "brudtrin": "Det er noteret.",
    "laest": "Meddelelsen er markeret som læst.",
    "stoppet": "Systemet er stoppet.",
    "udlevering_bedt": "Anmodningen er registreret. En anden evaluator skal godkende den.",
    "udlevering_godkendt": "Udleveringen er godkendt. Regnearket kan hentes.",
    "nodadgang": "Du har læseadgang til sagen i 60 minutter. Databeskyttelsesrådgiveren har fået besked.",
}
"""Code → sentence, for what is no step of a case."""


def notice_of(code: str | None) -> str | None:
    """The sentence for a code, also for a step of a case; None for none."""
    if code is None:
        return None
    if code in DONE:
        return f"Gemt: {DONE[code][:1].lower()}{DONE[code][1:]}."
    return NOTICES.get(code)
