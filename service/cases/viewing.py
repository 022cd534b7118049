"""The whole of one case as the caller may see it now.

What is kept back: the reasons and the words of leads until the caller's own first look (where blind), the proposal
until an approver's own assessment, and everything from whoever has declared a conflict of interest. Must not know
pages or the API.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.settings import Settings
from service.cases.case import CaseFile
from service.cases.colleagues import load_colleagues
from service.cases.correcting import TAKEN_BACK, correction_of
from service.cases.effects import KeptEffect, load_effects
from service.cases.guards import second_look_recorded
from service.cases.happenings import as_happening
from service.cases.leads import leads_of_case
from service.cases.paging import kept_back, supervises
from service.cases.registry import Step
from service.cases.seen import CaseView, Effect, Frequency, LeadSeen, LetterSeen, Look, NotYet, Proposal, RuleSeen
from service.cases.sending import sent_letters
from service.cases.snapshot import grants_of, persons_of, without_ids
from service.cases.standing import Standing, Taken
from service.cases.states import STATES
from service.cases.step import STEPS, obstacle, offered, require_impartial
from service.cases.tables import HOURS, LISTS, LOOKS
from service.cases.vault import CaseText, Vault
from service.cases.weighing import weighs
from service.letters.opening import letters_of
from service.letters.rules import load_letter_texts

_OF_PROPOSAL = frozenset({"grounds", "sent_back"})


def case_view(
    connection: sa.Connection, case: CaseFile, *, caller: Caller, settings: Settings, today: dt.date, vault: Vault
) -> CaseView:
    """The view; `PermissionDenied` after a declared conflict of interest.

    Whether the caller may read the case at all (`case.read`, or a broken glass) is asked before, and the event of the
    reading is the caller's of this function.
    """
    standing = Standing(connection, case, caller, today, settings, vault)
    require_impartial(standing)
    looked = [case.case_id] if caller.user_id in standing.first_lookers else []
    hidden = kept_back(case, caller, looked)
    kept = proposal_hidden(standing)
    now, not_yet = _steps(standing)
    names = {user_id: known.name for user_id, known in load_colleagues(connection).items()}
    return CaseView(
        case=_as_seen(case, hidden), snapshot=without_ids(standing.snapshot), texts=_texts(standing, kept),
        reasons_hidden=hidden,
        reasons_for=() if hidden else case.reasons_for, reasons_against=() if hidden else case.reasons_against,
        weighs=() if hidden else weighs(connection, case), leads=() if hidden else _leads(standing),
        frequency=_frequency(connection, case.run_id),
        timeline=tuple(as_happening(each, names, hide_reason=kept or hidden) for each in standing.history),
        looks=_looks(standing, kept or hidden), proposal=None if kept else _proposal(standing), proposal_hidden=kept,
        letters=_letters(standing), minutes_worked=_minutes(connection, case.case_id), steps_now=now, not_yet=not_yet,
        read_only_da="" if now else _why_nothing(standing), names=names,
    )  # fmt: skip


def _as_seen(case: CaseFile, hidden: bool) -> CaseFile:
    """The case without how it was drawn, which is for the evaluation alone, and without reasons kept back."""
    reasons: dict[str, tuple[str, ...]] = {"reasons_for": (), "reasons_against": ()} if hidden else {}
    return dataclasses.replace(case, arm="", selection_probability=None, **reasons)  # type: ignore[arg-type]


def proposal_hidden(standing: Standing) -> bool:
    """Whether there is a proposal that waits for the caller's own assessment."""
    case, caller = standing.case, standing.caller
    proposal = standing.last("propose")
    if case.state != "proposed" or proposal is None or supervises(caller, case):
        return False
    return caller.user_id not in (case.owner, proposal.actor) and not second_look_recorded(standing)


def _steps(standing: Standing) -> tuple[tuple[Step, ...], tuple[NotYet, ...]]:
    mine = [(each, obstacle(each, standing)) for each in STEPS.values() if offered(each, standing)]
    return (
        tuple(each for each, why in mine if why is None),
        tuple(NotYet(each, why) for each, why in mine if why is not None),
    )


def _why_nothing(standing: Standing) -> str:
    case = standing.case
    if case.state == "vetoed":
        return "Sagen er standset."
    if case.owner not in (None, standing.caller.user_id):
        return "En anden har sagen."
    if case.lapsed(standing.today):
        return "Listen, som sagen kom med, er udløbet."
    return f"Du har ikke adgang til at behandle sagen (tilstand: {STATES[case.state]})."


def _texts(standing: Standing, kept: bool) -> tuple[CaseText, ...]:
    """Everything written but the snapshot; what belongs to a proposal only when that may be seen."""
    left_out = {"snapshot", *(_OF_PROPOSAL if kept else ())}
    if not standing.has_words:
        return ()
    return tuple(each for each in standing.texts() if each.kind not in left_out)


def _leads(standing: Standing) -> tuple[LeadSeen, ...]:
    """What was told of the address, as long as the words of the case itself may be read."""
    if not standing.has_words:
        return ()
    found = leads_of_case(standing.connection, standing.case, settings=standing.settings)
    return tuple(LeadSeen(each.kind, each.recorded_on, each.user_id, each.text) for each in found)


def _frequency(connection: sa.Connection, run_id: str) -> Frequency | None:
    row = connection.execute(sa.select(LISTS).where(LISTS.c.run_id == run_id)).one_or_none()
    if row is None or row.hits_per_100 is None:
        return None
    return Frequency(row.hits_per_100, row.hits_low, row.hits_high)


def _looks(standing: Standing, kept: bool) -> tuple[Look, ...]:
    """The recorded assessments; other people's while the caller has yet to make an own are not shown."""
    asked = sa.select(LOOKS).where(LOOKS.c.case_id == standing.case.case_id).order_by(LOOKS.c.at, LOOKS.c.look_id)
    rows = standing.connection.execute(asked).all()
    me = standing.caller.user_id
    return tuple(
        Look(dt.datetime.fromisoformat(row.at), row.user_id, row.kind, row.assessment)
        for row in rows
        if row.user_id == me or not kept
    )


def _proposal(standing: Standing) -> Proposal | None:
    """The newest proposal, unless it was sent back or withdrawn."""
    proposal = standing.last("propose")
    if proposal is None or standing.since(proposal.version, TAKEN_BACK):
        return None
    grounds = [each for each in _words(standing, "grounds") if each.text_id == proposal.details["text"]]
    effects = load_effects(standing.connection, standing.case.case_id, proposal=proposal.version)
    correction = correction_of(standing.history)
    return Proposal(
        version=proposal.version, by=proposal.actor, outcome=proposal.details["outcome"],
        cause=proposal.details["cause"], rules=tuple(proposal.details["rules"]),
        rules_told=_rules_told(standing, proposal.details["rules"]),
        grounds=str(grounds[0].document["text"]) if grounds else "",
        effects=tuple(_as_effect(each, standing) for each in effects), corrected=correction.persons,
        correction_reversed_on=correction.reversed_on,
        correction_set_aside=tuple(sorted(correction.set_aside)), decided=_decided(standing, proposal),
    )  # fmt: skip


def _rules_told(standing: Standing, codes: Sequence[str]) -> tuple[RuleSeen, ...]:
    known = load_letter_texts(standing.settings).rules
    return tuple(
        RuleSeen(code, known[code].named, known[code].text_da) if code in known else RuleSeen(code, "", "")
        for code in codes
    )


def _words(standing: Standing, kind: str) -> list[CaseText]:
    return standing.texts(kind) if standing.has_words else []


def _decided(standing: Standing, proposal: Taken) -> bool:
    return proposal.to_state == "decided" or standing.since(proposal.version, ("approve",))


def _as_effect(effect: KeptEffect, standing: Standing) -> Effect:
    persons = {person_id: number for number, person_id in persons_of(standing.snapshot).items()}
    grants = {grant["grant_id"]: number for number, grant in grants_of(standing.snapshot).items()}
    return Effect(
        effect_id=effect.effect_id, person=persons.get(effect.person_id), grant=grants.get(effect.grant_id or ""),
        benefit=effect.benefit, effect=effect.effect, monthly_change_ore=effect.monthly_change_ore,
        effective_from=effect.effective_from, reclaim_ore=effect.reclaim_ore, reversed_on=effect.reversed_on,
        collected_ore=effect.collected_ore, written_off_ore=effect.written_off_ore, owed_ore=effect.owed_ore,
    )  # fmt: skip


def _letters(standing: Standing) -> tuple[LetterSeen, ...]:
    sent = sent_letters(standing.history)
    return tuple(
        LetterSeen(
            each.letter_id, each.kind, dt.datetime.fromisoformat(each.at), each.deadline, each.letter_id in sent
        )
        for each in letters_of(standing.connection, standing.case.case_id)
    )  # fmt: skip


def _minutes(connection: sa.Connection, case_id: str) -> int:
    asked = sa.select(sa.func.coalesce(sa.func.sum(HOURS.c.minutes), 0)).where(HOURS.c.case_id == case_id)
    return int(connection.execute(asked).scalar_one())
