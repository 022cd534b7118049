"""One case as the caller may see it: where it stands, why it is listed, what was done; names by a door of their own."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Response

from governance.as_of import danish_day
from service.api.documented import GUARDED, refusals, with_headers
from service.api.models.cases import CaseShown, Explanation, Persons, PersonShown, Timeline
from service.api.routing import CaseId, make_api_router
from service.api.versions import etag
from service.auth.declared import requires
from service.auth.visitor import Visitor
from service.cases.case import load_case
from service.cases.reading import CaseView, case_view
from service.cases.snapshot import persons_of
from service.cases.vault import load_vault
from service.identities.door import reveal
from service.web.within import InApp, Within

READ = "case.read"
Reader = Annotated[Visitor, requires(READ)]


def make_router() -> APIRouter:
    """`GET /cases/{case_id}` and what lies below it."""
    router = make_api_router("cases")
    answers = with_headers("ETag") | refusals(*GUARDED, 404, 409)
    routes = (
        ("", _show, "read_case", "One case"),
        ("/explanation", _explain, "read_explanation", "Why the case is where it is on the list"),
        ("/timeline", _tell, "read_timeline", "What was done"),
        ("/persons", _name, "read_persons", "Names and CPR numbers of an opened case"),
    )
    for path, endpoint, operation, summary in routes:
        router.add_api_route(
            f"/cases/{{case_id}}{path}", endpoint, operation_id=operation, summary=summary, responses=answers
        )
    return router


def _show(case_id: CaseId, app: InApp, visitor: Reader, response: Response) -> CaseShown:
    """Persons are numbers. The answer's ETag is what a step wants as If-Match."""
    view = _seen(case_id, app, visitor, "case")
    return CaseShown.of(_tagged(response, view))


def _explain(case_id: CaseId, app: InApp, visitor: Reader, response: Response) -> Explanation:
    """Reasons for priority. They are no grounds of a decision, and no letter can hold them."""
    view = _tagged(response, _seen(case_id, app, visitor, "explanation"))
    return Explanation.of(view)


def _tell(case_id: CaseId, app: InApp, visitor: Reader, response: Response) -> Timeline:
    """Oldest first."""
    view = _tagged(response, _seen(case_id, app, visitor, "timeline"))
    return Timeline.of(view)


def _name(case_id: CaseId, app: InApp, visitor: Annotated[Visitor, requires("case.identity")]) -> Persons:
    """Through the one door to identities; whom the municipality has not delivered is not in the answer."""
    with app.store.reading() as connection:
        case = load_case(connection, case_id)
        snapshots = load_vault(app.settings).read_texts(connection, case_id, ("snapshot",))
    numbered = persons_of(snapshots[-1].document) if snapshots else {}
    found = reveal(
        app.store, caller=visitor, case=case, persons=sorted(numbered.values()), purpose=visitor.purpose,
        broken_glass=visitor.emergency,
    )  # fmt: skip
    known = {number: found[person] for number, person in numbered.items() if person in found}
    shown = [PersonShown(person=number, name=each.name, cpr_number=each.cpr) for number, each in known.items()]
    return Persons(case_id=case_id, persons=shown)


def _seen(case_id: str, app: Within, visitor: Visitor, part: str) -> CaseView:
    details = {"purpose": visitor.purpose, "part": part}
    with app.store.act(READ, subject=case_id, details=details, actor=visitor.user_id) as act:
        case = load_case(act.connection, case_id)
        return case_view(
            act.connection, case, caller=visitor, settings=app.settings, today=danish_day(act.at),
            vault=load_vault(app.settings),
        )  # fmt: skip


def _tagged(response: Response, view: CaseView) -> CaseView:
    response.headers["ETag"] = etag(view.case.version)
    return view
