"""One placement gone through again, end to end, on one page. The rebuild is `service.rights.rebuilding`, one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from governance.access.permissions import PURPOSES
from governance.errors import AuditLogBroken, DataContractError, ModelMismatch, UserError
from service.auth.declared import requires
from service.auth.submitted import SubmittedForm
from service.auth.visitor import Visitor
from service.cases import forms
from service.rights.access_words import SCORES
from service.rights.rebuilding import RebuiltDecision, rebuild_decision
from service.web.dpo_forms import FormPage
from service.web.dpo_rights_pages import ABOVE
from service.web.dpo_words import NO_REGISTER, OUTCOMES, PARTS, REGISTERS
from service.web.rendering import render
from service.web.within import InApp

router = APIRouter(include_in_schema=False)
Replayer = Annotated[Visitor, requires("decision.replay")]
RUN = r"^[A-Za-z0-9._:-]{1,80}$"
WHY_NOT: dict[type[UserError], str] = {
    DataContractError: "Registrene fra den kørsel gemmes ikke længere. Placeringen kan regnes efter på kommandolinjen "
    "med dagens registre.",
    ModelMismatch: "Modellen eller oplysningernes definitioner er ikke dem, kørslen blev lavet med.",
    AuditLogBroken: "Noget, der var gemt, er ændret. Lad databasen være, som den er, og efterprøv loggen.",
}


@dataclass(frozen=True)
class Choosing:
    """Which placement."""

    run: str = forms.text("Kørsel", hint="Som den står i loggen eller på sagen.")
    place: int = forms.number("Plads på listen")


def _choosing() -> FormPage:
    return FormPage(
        Choosing,
        "Genskab en placering",
        "Regner en placering efter med registrene, som de var dengang. Det kan tage nogle minutter.",
        "/dpo/afgorelse",
        "Genskab",
        "/dpo",
        (*ABOVE, ("Genskab en placering", "")),
    )


@router.get("/dpo/afgorelse", dependencies=[requires("decision.replay")])
def show_choosing(request: Request) -> Response:
    """Which placement is meant."""
    return _choosing().show(request)


@router.post("/dpo/afgorelse", dependencies=[requires("decision.replay")])
def choose(request: Request, form: SubmittedForm) -> Response:
    """On to the page of that placement."""

    def do(filled: Choosing) -> str:
        if not filled.run.replace("-", "").isalnum() or not filled.run.isascii():
            raise forms.invalid(("run", "Det er ikke navnet på en kørsel."))
        if filled.place < 1:
            raise forms.invalid(("place", "Pladserne begynder ved 1."))
        return f"/dpo/afgorelse/{filled.run}/{filled.place}"

    return _choosing().take(request, form, do)


@router.get("/dpo/afgorelse/{run_id}/{place}")
def show_decision(
    request: Request,
    app: InApp,
    run_id: Annotated[str, Path(pattern=RUN)],
    place: Annotated[int, Path(ge=1, le=1_000_000)],
    caller: Replayer,
) -> Response:
    """The whole chain, from the registers kept then to who has looked at the case."""
    crumbs = (*ABOVE, ("Genskab en placering", "/dpo/afgorelse"), (f"Plads {place}", ""))
    try:
        rebuilt = rebuild_decision(
            app.store, caller=caller, run_id=run_id, place=place, purpose=caller.purpose, report=lambda _: None
        )
    except (DataContractError, ModelMismatch, AuditLogBroken) as why:
        told = WHY_NOT[type(why)]
        return render(
            request, "dpo/not_rebuilt.html", status=409, why=why, told=told, run_id=run_id, place=place, crumbs=crumbs
        )
    return render(request, "dpo/decision.html", crumbs=crumbs, **_words(rebuilt))


def _words(rebuilt: RebuiltDecision) -> dict[str, Any]:
    return {
        "rebuilt": rebuilt,
        "done": rebuilt.replayed,
        "score": sorted(rebuilt.replayed.document.get("score", {}).items()),
        "explanation": rebuilt.replayed.document.get("explanation", {"for": [], "against": []}),
        "scores": SCORES,
        "tables": REGISTERS,
        "no_register": NO_REGISTER,
        "parts": PARTS,
        "outcomes": OUTCOMES,
        "viewings": rebuilt.viewings,
        "purposes": PURPOSES,
    }
