"""The table of everything that the service does: where in the life of a case, how, and in which ways it fails.

A step goes through its route, as do reads; whatever has no route of its own goes through its function.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from governance.audit.search import Sought
from service.identities.door import find_person
from service.jobs.taking_in import take_in_published
from service.outbox.sweeping import sweep
from service.rights.breaches import open_breach
from service.rights.exporting import preview_export
from service.rights.handling import pause_cases
from service.rights.log_search import search_log, who_saw
from service.rights.requests import open_request
from tests.service.acted import EMERGENCY, carried
from tests.service.doing import (
    CALM,
    WHO,
    Deed,
    No,
    answer,
    approve,
    breach,
    breach_step,
    come_in,
    deliver,
    export,
    forged,
    get,
    lengthen,
    letter,
    moved,
    page,
    post,
    protect,
    receive,
    send,
    sign,
)  # fmt: skip
from tests.service.mended import score_by_hand
from tests.service.people import ANNA, BO, BUF_ONLY, CARL, DPO, EMIL, EVALUATOR, LEADER, NOBODY
from tests.service.rights_town import with_hyphen
from tests.service.served_steps import CASE_STEPS
from tests.service.town import DAY, take_in_list

OTHERS: Mapping[str, Deed] = {
    "worklist.read": Deed(
        "listed", get("/worklist"),
        {"unlogged": No("unauthenticated", get("/worklist", None)), "no right": No("permission", get("/worklist", DPO)),
         "no purpose": No("purpose-missing", get("/worklist", X_Purpose=None)),
         "of a foreign office": No("permission", get("/worklist?office=BIF", BUF_ONLY))},
        {"on the page": page("/liste")},
    ),
    "case.read": Deed(
        "claimed", get("/cases/{case}"),
        {"no case": No("not-found", get("/cases/sag-00000000000000000000")),
         "partial": No("permission", get("/cases/{case}"), "conflict"),
         "no right": No("permission", get("/cases/{case}", EVALUATOR)),
         "another's purpose": No("purpose-missing", get("/cases/{case}", X_Purpose="supervision"))},
        {"its explanation": get("/cases/{case}/explanation"), "its timeline": get("/cases/{case}/timeline"),
         "the fields of a step": get("/cases/{case}/step-fields/skip"),
         "on the page": page("/sager/{case}"), "printed": page("/sager/{case}/udskriv"),
         "the page of a step": page("/sager/{case}/skip")},
    ),
    "identity.read": Deed(
        "opened", get("/cases/{case}/persons"),
        {"unopened": No("not-now", get("/cases/{case}/persons"), "noted"),
         "no right": No("permission", get("/cases/{case}/persons", EVALUATOR)),
         "no purpose": No("purpose-missing", get("/cases/{case}/persons", X_Purpose=None))},
        {"on the page": page("/sager/{case}/personer")},
    ),
    "identity.searched": Deed(
        "listed", lambda world: find_person(world.store, caller=DPO, cpr=with_hyphen(WHO), purpose="supervision"),
        {"no number": No("invalid-form", lambda world: find_person(
            world.store, caller=DPO, cpr="12", purpose="supervision")),
         "by a caseworker": No("permission", lambda world: find_person(
             world.store, caller=ANNA, cpr=with_hyphen(WHO), purpose="case_work")),
         "for another's purpose": No("permission", lambda world: find_person(
             world.store, caller=DPO, cpr=with_hyphen(WHO), purpose="case_work"))},
        {"of nobody": lambda world: find_person(world.store, caller=DPO, cpr="010100-0000", purpose="supervision")},
    ),
    "identities.imported": Deed(
        "listed", deliver(),
        {"a faulty line": No("data-contract", deliver("person_id,cpr_number,name\nhome-1-a,12,Prøve\n"))},
    ),
    "letter.made": Deed(
        "opened", letter("orientation"),
        {"another's case": No("permission", letter("orientation", BO)),
         "on no fact": No("invalid-form", letter("orientation", facts=[])),
         "unopened": No("not-now", letter("orientation"), "noted")},
    ),
    "letter.read": Deed(
        "opened", get(lambda world: "/cases/{case}/letters/" + world.letter("orientation")),
        {"no letter": No("not-found", get("/cases/{case}/letters/brev-00000000000000000000")),
         "no right": No("permission", get(
             lambda world: "/cases/{case}/letters/" + world.letter("orientation"), EVALUATOR))},
        {"on the page": page(lambda world: "/sager/{case}/breve/" + world.letter("orientation"))},
    ),
    "lead.entered": Deed(
        "listed", send("/leads", {"address_id": "home-9", "kind": "citizen_tip", "text": "Tomt."}),
        {"of no kind": No("invalid-form", send("/leads", {"address_id": "home-9", "kind": "rumour", "text": "x"})),
         "by an officer": No("permission", send("/leads", {"address_id": "home-9", "kind": "citizen_tip",
                                                           "text": "Tomt."}, DPO))},
    ),
    "capacity.set": Deed(
        "listed", send("/capacity", {"office": "BIF", "week": "2024-06-03", "minutes": 90}, LEADER, method="PUT"),
        {"no Monday": No("invalid-form", send("/capacity", {"office": "BIF", "week": "2024-06-04", "minutes": 90},
                                              LEADER, method="PUT")),
         "a week that is over": No("invalid-form", send(
             "/capacity", {"office": "BIF", "week": "2024-05-20", "minutes": 90}, LEADER, method="PUT")),
         "by a caseworker": No("permission", send("/capacity", {"office": "BIF", "week": "2024-06-03", "minutes": 90},
                                                  method="PUT"))},
        {"on the page": post("/kapacitet", LEADER, **{"BIF.2024-06-03": "37,5"})},
    ),
    "worklist.taken_in": Deed(
        "listed", lambda world: take_in_list(world.store, run_id="run-2"),
        {"again": No(CALM, lambda world: take_in_list(world.store)),
         "not released": No("governance-gate", lambda world: take_in_published(
             world.store, "run-9", settings=world.settings))},
    ),
    "protection.refreshed": Deed(
        "listed", protect("home-2-a"),
        {"nobody new": No(CALM, protect("home-protected-a"))},
    ),
    "outbox.sent": Deed(
        "queued", lambda world: sweep(world.store, world.settings),
        {"nothing waits": No(CALM, lambda world: sweep(world.store, world.settings), "claimed")},
    ),
    "outbox.received": Deed(
        "sent", sign("ref-1"),
        {"of nothing that was sent": No(CALM, sign("ref-1", item="out-00000000000000000000")),
         "with somebody's number": No(CALM, sign("0101001234"))},
    ),
    "log.searched": Deed(
        "listed", get("/log?action=case.claim", DPO),
        {"by a caseworker": No("permission", get("/log", ANNA)),
         "no purpose": No("purpose-missing", get("/log", DPO, X_Purpose=None)),
         "for a number": No("invalid-form", lambda world: search_log(
             world.store, caller=DPO, sought=Sought(subject="010100-1234"), purpose="supervision"))},
        {"on the page": page("/dpo/log?action=case.claim", DPO)},
    ),
    "right.received": Deed(
        "listed", receive(),
        {"by a caseworker": No("permission", receive(caller=ANNA)), "in no words": No("invalid-form", receive(words="")),
         "of tomorrow": No("invalid-form", receive(received_on=DAY + dt.timedelta(days=9)))},
    ),
    "right.handled": Deed(
        "asked", lengthen(),
        {"by a caseworker": No("permission", lengthen(ANNA)), "for no reason": No("invalid-form", lengthen(reason=" ")),
         "refused on no ground": No("invalid-form", answer("refused")),
         "of another kind": No("not-found", answer("granted"), "objected")},
        {"answered": answer("granted"), "refused": answer("refused", "Den er åbenbart grundløs.")},
    ),
    "right.rescored": Deed(
        "mended", lambda world: score_by_hand(world.store, world.settings),
        {"nothing waits": No(CALM, lambda world: score_by_hand(world.store, world.settings), "asked")},
    ),
    "right.read": Deed(
        "asked",
        lambda world: open_request(world.store, caller=DPO, request_id=world.request(), purpose="supervision"),
        {"no request": No("not-found", lambda world: open_request(
            world.store, caller=DPO, request_id="request-0", purpose="supervision")),
         "by a caseworker": No("permission", lambda world: open_request(
             world.store, caller=ANNA, request_id=world.request(), purpose="case_work"))},
        {"before an answer": lambda world: preview_export(
            world.store, caller=DPO, request_id=world.request(), person_id=WHO, purpose="supervision")},
    ),
    "person.exported": Deed(
        "asked", export(),
        {"by a caseworker": No("permission", export(ANNA)),
         "on another's request": No("not-found", lambda world: export(
             person_id="home-2-a", request_id=world.request())(world)),
         "with another's text": No("invalid-form", export(given=frozenset({"tekst-0"})))},
        {"on a request": lambda world: export(request_id=world.request())(world)},
    ),
    "breach.recorded": Deed(
        "listed", breach(),
        {"by a caseworker": No("permission", breach(caller=ANNA)), "of no kind": No("invalid-form", breach(kind="x")),
         "of tomorrow": No("invalid-form", breach(known_at=dt.datetime(2099, 1, 1, tzinfo=dt.UTC)))},
    ),
    "breach.handled": Deed(
        "breached", breach_step("authority_not_needed"),
        {"by a caseworker": No("permission", breach_step("note", who=ANNA)),
         "closed unassessed": No("not-now", breach_step("closed")),
         "tomorrow": No("invalid-form", breach_step("note", ahead=1))},
    ),
    "breach.read": Deed(
        "breached",
        lambda world: open_breach(world.store, caller=DPO, breach_id=world.breach(), purpose="supervision"),
        {"no breach": No("not-found", lambda world: open_breach(
            world.store, caller=DPO, breach_id="breach-0", purpose="supervision")),
         "by a caseworker": No("permission", lambda world: open_breach(
             world.store, caller=ANNA, breach_id=world.breach(), purpose="case_work"))},
        {"on the page": page(lambda world: f"/dpo/brud/{world.breach()}", DPO)},
    ),
    "session.began": Deed(
        "listed", come_in(CARL, "state-1"),
        {"no rights": No("permission", come_in(NOBODY, "state-1"))},
    ),
    "session.ended": Deed(
        "listed", post("/log-ud"),
        {"forged": No("403", lambda world: carried(world.read(ANNA).client.post("/log-ud", data={"csrf": "x"})))},
    ),
    "session.stolen": Deed(
        "listed", moved(str, "Tyv 1.0"),
        {"a forged name": No(CALM, moved(forged, "Tyv 1.0")),
         "its own browser": No(CALM, moved(str, "Testbrowser 1.0"))},
    ),
    "purpose.chosen": Deed(
        "listed", post("/formaal", purpose="approval", next="/"),
        {"another's": No("422", post("/formaal", purpose="supervision", next="/"))},
    ),
    "glass.broken": Deed(
        "claimed", send("/cases/{case}/break-glass", {"reason": EMERGENCY}, BUF_ONLY),
        {"on a whim": No("invalid-form", send("/cases/{case}/break-glass", {"reason": "Nu."}, BUF_ONLY)),
         "by an officer": No("permission", send("/cases/{case}/break-glass", {"reason": EMERGENCY}, DPO)),
         "no case": No("not-found", send("/cases/sag-00000000000000000000/break-glass", {"reason": EMERGENCY},
                                         BUF_ONLY)),
         "partial": No("permission", send("/cases/{case}/break-glass", {"reason": EMERGENCY}), "conflict")},
        {"on the page": post("/nodadgang/{case}", LEADER, reason=EMERGENCY)},
    ),
    "notice.seen": Deed(
        "broken", post(lambda world: f"/dpo/meddelelser/{world.notice()}", DPO),
        {"none such": No("404", post("/dpo/meddelelser/notice-0", DPO)),
         "by a caseworker": No("403", post(lambda world: f"/dpo/meddelelser/{world.notice()}"))},
    ),
    "impact.release_asked": Deed(
        "reported", send("/impact/releases", {"version": 1, "purpose": "Møde i udvalget"}, EVALUATOR),
        {"no version": No("not-found", send("/impact/releases", {"version": 9, "purpose": "Møde"}, EVALUATOR)),
         "for nothing": No("invalid-form", send("/impact/releases", {"version": 1, "purpose": " "}, EVALUATOR)),
         "twice": No("not-now", send("/impact/releases", {"version": 1, "purpose": "Møde"}, EVALUATOR),
                     "release_asked"),
         "by a leader": No("permission", send("/impact/releases", {"version": 1, "purpose": "Møde"}, LEADER))},
    ),
    "impact.released": Deed(
        "release_asked", approve(),
        {"by who asked": No("permission", approve(EVALUATOR)), "by a leader": No("permission", approve(LEADER)),
         "of another report": No("invalid-form", approve(sha256="0" * 64)),
         "twice": No("not-now", approve(), "released"),
         "no request": No("not-found", approve(request_id="udlevering-0"))},
    ),
    "impact.exported": Deed(
        "released", get("/impact/workbook?version=1", EVALUATOR),
        {"not released": No("not-now", get("/impact/workbook?version=1", EVALUATOR), "release_asked"),
         "no version": No("not-found", get("/impact/workbook?version=2", EVALUATOR)),
         "by an officer": No("permission", get("/impact/workbook?version=1", DPO, X_Purpose=None))},
        {"by who approved": get("/impact/workbook?version=1", EMIL)},
    ),
    "system.stopped": Deed(
        "listed", send("/system/stop", {"reason": "Fordelingen afviger."}, DPO),
        {"by a leader": No("permission", send("/system/stop", {"reason": "x"}, LEADER)),
         "for no reason": No("invalid-form", send("/system/stop", {"reason": ""}, DPO))},
        {"on the page": post("/dpo/stop", DPO, reason="Fordelingen afviger.")},
    ),
}  # fmt: skip

SERVED: Mapping[str, Deed] = {f"case.{code}": deed for code, deed in CASE_STEPS.items()} | OTHERS
"""Action → how the service does it; it leaves exactly one event, the action's."""

CHAINS = {
    "who saw a person": (
        "listed",
        lambda world: who_saw(world.store, caller=DPO, cpr=with_hyphen(WHO), purpose="supervision"),
        ("identity.searched", "log.searched"),
    ),
    "an answer by the API": (
        "listed",
        send("/persons/export", {"cpr_number": with_hyphen(WHO)}, DPO),
        ("identity.searched", "person.exported"),
    ),
    "an objection stops the case": (
        "objected",
        lambda world: pause_cases(world.store, caller=DPO, request_id=world.request(), purpose="supervision"),
        ("right.read", "case.object", "right.handled"),
    ),
    "letters are sent with a name": (
        "informed",
        lambda world: sweep(world.store, world.settings),
        # one letter to each adult, and a copy of each to the journal
        ("identity.read",) * 2 + ("outbox.sent",) * 4,
    ),
}
"""Deeds of several acts: stage, how, and their events in any order."""
