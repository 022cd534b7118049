"""The one way to do something with a case: every check, every word written and exactly one event, or nothing at all.

Must not know how a caller was recognised, nor what any step does.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import sqlalchemy as sa

from governance.access.caller import Caller
from governance.as_of import danish_day
from governance.audit.events import canonical
from governance.errors import InvalidForm, NotFound, NotNow, PermissionDenied
from governance.settings import Settings
from governance.store.opening import Act, Store
from service.cases import steps as _families  # noqa: F401  the families register themselves
from service.cases.case import CaseFile, as_columns, load_case
from service.cases.colleagues import remember
from service.cases.moving import Moving, not_now
from service.cases.registry import REGISTERED, Guard, Step, step
from service.cases.standing import Standing
from service.cases.states import STATES
from service.cases.tables import CASES
from service.cases.tables import STEPS as STEP_ROWS
from service.cases.vault import load_vault
from service.outbox.queueing import queue_journal

__all__ = ["STEPS", "Guard", "Step", "obstacle", "perform", "require_impartial", "step"]

STEPS: Mapping[str, Step] = MappingProxyType(REGISTERED)
"""Every step that there is, by code, in the order of the life of a case."""


def perform(
    store: Store,
    *,
    case_id: str,
    code: str,
    form: Any,
    caller: Caller,
    version: int | None,
    settings: Settings,
    purpose: str | None = None,
) -> CaseFile:
    """Take one step and return the case as it then stands; whatever is refused leaves no trace and no event.

    `form` is what `read_form` made of the step's form; `version` the one that the caller saw (None: whichever stands);
    `purpose` one of the caller's (None: the step's own).
    `NotFound` (no such case or step, or hidden), `PermissionDenied`, `NotNow`, `InvalidForm`.
    """
    chosen = find_step(code)
    if not isinstance(form, chosen.form):
        raise TypeError(f"the form of {code} is {chosen.form.__name__}")
    meant = _purpose(chosen, caller, purpose)
    with store.act(chosen.action, subject=case_id, actor=caller.user_id) as act:
        case = load_case(act.connection, case_id)
        moving = Moving(
            act.connection, case, caller, danish_day(act.at), settings, load_vault(settings), act=act
        )  # fmt: skip
        _require(chosen, moving, version)
        after = _take(chosen, moving, form)
        act.add(**{"step": code, "from": case.state, "to": after.state, "version": after.version, "purpose": meant})
        act.add(reason=moving.reason)
        remember(act, caller)
    return after


def _purpose(chosen: Step, caller: Caller, named: str | None) -> str:
    """The purpose of the event: the named one, else the step's own, else the first that the caller may have."""
    own = caller.purposes()
    if named and named not in own:
        raise InvalidForm("Formålet er ikke et af dine.", item="purpose", remedy="Vælg et formål på listen.")
    return named or (chosen.purpose if chosen.purpose in own or not own else own[0])


def find_step(code: str) -> Step:
    """The step of that code; `NotFound` when there is none."""
    if code not in REGISTERED:
        raise NotFound("Der er intet sådant trin.", item="trin", remedy="Se på sagen, hvad der kan gøres.")
    return REGISTERED[code]


def _require(chosen: Step, moving: Moving, version: int | None) -> None:
    """Everything that does not hang on the form, the most private answer first."""
    moving.caller.require(chosen.permission, moving.case.offices)
    if moving.caller.user_id in moving.in_conflict and chosen.code != "declare_conflict":
        raise _partial()
    if version is not None and version != moving.case.version:
        raise not_now(
            "Sagen er ændret, siden du åbnede den: en anden var hurtigere.", remedy="Læs sagen igen, og prøv så igen."
        )
    if moving.state not in chosen.from_states:
        raise not_now(f"Det kan ikke gøres nu (sagens tilstand: {STATES[moving.state]}).")
    if chosen.owner_only and moving.case.owner != moving.caller.user_id:
        raise PermissionDenied(
            "Kun den, der har sagen, kan gøre det.", item=chosen.permission, remedy="Tag sagen, hvis den er ledig."
        )
    why = _unmet(chosen, moving)
    if why:
        raise not_now(why)


def _unmet(chosen: Step, standing: Standing) -> str | None:
    """The first condition that is not met, in Danish."""
    if standing.case.lapsed(standing.today) and not chosen.while_lapsed:
        return "Listen, som sagen kom med, er udløbet. En ny sag må komme med en ny liste."
    said = (guard.check(standing) for guard in chosen.guards)
    return next((why for why in said if why), None)


def obstacle(chosen: Step, standing: Standing) -> str | None:
    """Why the caller cannot take the step now, in Danish; None when it can be taken, whatever is filled in.

    For a page that offers what can be done; only `perform` decides. Permission, state and owner are not asked here.
    """
    return _unmet(chosen, standing)


def offered(chosen: Step, standing: Standing) -> bool:
    """Whether permission, impartiality, state and owner let the caller take the step at all."""
    case, caller = standing.case, standing.caller
    if case.state not in chosen.from_states or not caller.may(chosen.permission, case.offices):
        return False
    if caller.user_id in standing.in_conflict:
        return False
    return not chosen.owner_only or case.owner == caller.user_id


def require_impartial(standing: Standing) -> None:
    """`PermissionDenied` for whoever has declared a conflict of interest in the case (forvaltningsloven § 3)."""
    if standing.caller.user_id in standing.in_conflict:
        raise _partial()


def _partial() -> PermissionDenied:
    return PermissionDenied(
        "Du har meldt dig inhabil i sagen.", item="case.conflict", remedy="En kollega må behandle den."
    )


def _take(chosen: Step, moving: Moving, form: Any) -> CaseFile:
    case = moving.case
    state = chosen.do(moving, form)
    if state not in (chosen.to_states or (case.state,)):
        raise ValueError(f"{chosen.code} does not lead to {state}")
    if chosen.journal:
        queue_journal(moving.act, case, chosen.code)
    columns = as_columns(**moving.changes) | {"state": state, "version": case.version + 1}
    _write(moving.act, case, columns)
    moving.insert(
        STEP_ROWS, version=case.version + 1, step=chosen.code, actor=moving.caller.user_id, from_state=case.state,
        to_state=state, reason=moving.reason, details=canonical(moving.details),
    )  # fmt: skip
    return load_case(moving.connection, case.case_id)


def _write(act: Act, case: CaseFile, columns: dict[str, Any]) -> None:
    """One row, of the version that was read: another would be a fault of the lock."""
    stands = sa.and_(CASES.c.case_id == case.case_id, CASES.c.version == case.version)
    if act.connection.execute(sa.update(CASES).where(stands).values(columns)).rowcount != 1:
        raise NotNow("En anden var hurtigere.", item="sag", remedy="Læs sagen igen, og prøv så igen.")
