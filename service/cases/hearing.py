"""Whether the citizen has been heard (forvaltningsloven § 19): everybody asked, about everything, in good time.

Must not know what a decision would be.
"""

from __future__ import annotations

import datetime as dt

from service.cases.standing import Standing

CITIZEN = "citizen"
"""A fact that the citizen told needs no hearing of the citizen."""


def unheard(standing: Standing) -> str | None:
    """Why no decision against the citizen may be made yet, in Danish; None when the hearing is over."""
    sent = standing.last("hear")
    if standing.case.state != "hearing" or sent is None:
        return "En afgørelse til ugunst for borgeren kræver, at borgeren er partshørt."
    answers = [each for each in standing.history if each.step == "hearing_answer" and each.version > sent.version]
    answered = {each.details["letter"] for each in answers}
    deadlines = {letter: dt.date.fromisoformat(last) for letter, last in sent.details["deadlines"].items()}
    if any(letter not in answered and standing.today <= last for letter, last in deadlines.items()):
        return "Høringsfristen er ikke udløbet, og ikke alle har svaret."
    facts = [each for each in standing.history if each.step == "record_fact" and each.version > sent.version]
    if any(each.reason != CITIZEN for each in facts):
        return "Der er noteret oplysninger efter partshøringen. Borgeren skal høres om dem."
    return None
