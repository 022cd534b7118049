"""What can be chosen in one case: the persons, grants, letters, effects, rules and colleagues that a form may name."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import sqlalchemy as sa
from fastapi import APIRouter, Path

from governance.as_of import danish_day
from governance.store.opening import Act
from service.api.documented import GUARDED, refusals
from service.api.models.choosing import FieldsShown, field_shown
from service.api.routing import CaseId, make_api_router
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.cases.case import load_case
from service.cases.choices import fields_for
from service.cases.forms import FormField
from service.cases.standing import Standing
from service.cases.step import STEPS, require_impartial
from service.cases.vault import load_vault
from service.letters.choices import letter_fields
from service.letters.kinds import LETTER_KINDS
from service.web.within import InApp, Within

READ = "case.read"
Reader = Annotated[Visitor, requires(READ)]
# a type checker reads no mapping
_STEP: Any = Annotated[Literal[tuple(STEPS)], Path(description="Code of the step.")]
_KIND: Any = Annotated[Literal[tuple(LETTER_KINDS)], Path(description="Code of the kind of letter.")]


def make_router() -> APIRouter:
    """`GET /cases/{case_id}/step-fields/{code}`, `GET /cases/{case_id}/letter-fields/{kind}`."""
    router = make_api_router("cases")
    answers = refusals(*GUARDED, 404, 409)
    router.add_api_route(
        "/cases/{case_id}/step-fields/{code}", _of_step, operation_id="read_step_fields",
        summary="What a step asks for in this case", responses=answers,
    )  # fmt: skip
    router.add_api_route(
        "/cases/{case_id}/letter-fields/{kind}", _of_letter, operation_id="read_letter_fields",
        summary="What a letter asks for in this case", responses=answers,
    )  # fmt: skip
    return router


def _of_step(case_id: CaseId, code: _STEP, app: InApp, visitor: Reader) -> FieldsShown:
    """Whether the step can be taken now, the case itself tells."""
    return _fields(case_id, app, visitor, lambda _, standing: fields_for(STEPS[code], standing))


def _of_letter(case_id: CaseId, kind: _KIND, app: InApp, visitor: Reader) -> FieldsShown:
    """Adults are numbers, facts are those recorded, rules those that the benefits at stake allow."""
    return _fields(
        case_id, app, visitor,
        lambda connection, _: letter_fields(connection, case_id=case_id, kind=kind, settings=app.settings),
    )  # fmt: skip


def _fields(
    case_id: str, app: Within, visitor: Visitor,
    of_case: Callable[[sa.Connection, Standing], Sequence[FormField]],
) -> FieldsShown:  # fmt: skip
    details = {"purpose": visitor.purpose, "part": "fields"}
    with app.store.act(READ, subject=case_id, details=details, actor=visitor.user_id) as act:
        standing = _standing(act, case_id, app, visitor)
        require_impartial(standing)
        found = of_case(act.connection, standing)
    return FieldsShown(fields=[field_shown(each) for each in found])


def _standing(act: Act, case_id: str, app: Within, visitor: Visitor) -> Standing:
    case = load_case(act.connection, case_id)
    return Standing(act.connection, case, visitor, danish_day(act.at), app.settings, load_vault(app.settings))
