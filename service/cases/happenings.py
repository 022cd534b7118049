"""The timeline of a case in words: every step, whoever took it. Must not know what may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from service.cases import states
from service.cases.intake import EXPIRED_STEP, HIDDEN_STEP, LISTED_STEP, RELISTED_STEP, SHOWN_STEP
from service.cases.renewing import RENEWED_STEP
from service.cases.seen import Happening
from service.cases.standing import Taken
from service.cases.states import State

OF_THE_HOUSE: Mapping[str, str] = {
    LISTED_STEP: "Sagen kom på listen",
    RELISTED_STEP: "Sagen kom på en ny liste",
    EXPIRED_STEP: "Sagen udgik med listen",
    HIDDEN_STEP: "Sagen blev skjult",
    SHOWN_STEP: "Sagen blev synlig igen",
    RENEWED_STEP: "Oplysningerne i sagen er fornyet fra registrene",
}
"""What nobody did by hand."""

DONE: Mapping[str, str] = {
    "claim": "Sagen er taget",
    "release": "Sagen er sluppet",
    "assign": "Sagen er fordelt",
    "skip": "Sagen er sprunget over",
    "declare_conflict": "Inhabilitet er meldt",
    "first_look": "Første vurdering er noteret",
    "reject": "Sagen er afvist",
    "open": "Sagen er åbnet",
    "record_fact": "En oplysning er noteret",
    "report_wrong_fact": "En oplysning er meldt forkert",
    "add_note": "Et notat er skrevet",
    "record_hours": "Tid er noteret",
    "inform": "Orientering er sendt",
    "inform_another": "Orientering er sendt til flere",
    "demand_information": "Borgeren er bedt om oplysninger",
    "record_answer": "Et svar er noteret",
    "visit": "Et besøg er noteret",
    "suspect": "En mistanke er registreret",
    "clear_suspicion": "Mistanken er ophævet",
    "hear": "Partshøring er sendt",
    "hearing_answer": "Svar på partshøring er noteret",
    "propose": "En afgørelse er indstillet",
    "second_look": "Anden medarbejders vurdering er noteret",
    "approve": "Indstillingen er godkendt",
    "send_back": "Indstillingen er sendt tilbage",
    "withdraw": "Indstillingen er trukket tilbage",
    "announce": "Afgørelsen er meddelt",
    "refer": "Sagen er oversendt",
    "close": "Sagen er afsluttet",
    "appeal": "En klage er registreret",
    "reopen": "Afgørelsen er genoptaget, fordi den kan hvile på en forkert oplysning",
    "appeal_outcome": "Klagens udfald er registreret",
    "collect": "En indbetaling er registreret",
    "write_off": "Et krav er afskrevet",
    "veto": "Sagen er standset ved veto",
    "object": "En indsigelse er registreret",
    "lift_veto": "Vetoet er løftet",
    "end_vetoed": "Den standsede sag er afsluttet",
}
"""What was done, for each step: a button says what to do, a timeline what has happened."""


REASONS: Mapping[str, Mapping[str, str]] = {
    "skip": states.SKIPS,
    "first_look": states.ASSESSMENTS,
    "reject": states.REJECTIONS,
    "record_fact": states.FACT_SOURCES,
    "report_wrong_fact": states.FACT_SOURCES,
    "visit": states.VISIT_GROUNDS,
    "second_look": states.SECOND_ASSESSMENTS,
    "send_back": states.SENT_BACK,
    "refer": states.REFERRED_TO,
    "appeal_outcome": states.APPEAL_RESULTS,
    "write_off": states.WRITE_OFFS,
    RENEWED_STEP: states.RENEWALS,
}
"""The words of a step's reasons: one code means different things in different steps."""


def as_happening(taken: Taken, names: Mapping[str, str], *, hide_reason: bool) -> Happening:
    """A step as a line of the timeline; `hide_reason` leaves out another person's assessment."""
    said = DONE[taken.step] if taken.step in DONE else OF_THE_HOUSE[taken.step]
    reason = "" if hide_reason else taken.reason
    return Happening(
        version=taken.version, at=taken.at, step=taken.step, text_da=said, actor=taken.actor,
        actor_name=names.get(taken.actor, taken.actor), from_state=taken.from_state,
        to_state=cast(State, taken.to_state), reason=reason, reason_da=REASONS.get(taken.step, {}).get(reason, reason),
    )  # fmt: skip
