"""A client that anybody can generate from the document works against the running service, with nothing added by hand."""

from __future__ import annotations

import importlib
import json
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from openapi_python_client import generate
from openapi_python_client.config import Config, ConfigFile, MetaType

from governance.access.caller import Caller
from service.api.document import build_document
from service.api.impact_report import WORKBOOK
from tests.service.api import purpose_of
from tests.service.people import ANNA, BO, DPO
from tests.service.tokens import an_app, token
from tests.service.town import HOMES, TownList

PACKAGE = "generated_client"
Connect = Callable[[Caller | None], Any]
BINARY = dict.fromkeys(("application/pdf", "application/zip", WORKBOOK), "application/octet-stream")


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("client")
    document = folder / "openapi.json"
    document.write_text(json.dumps(build_document()), encoding="utf-8")
    asked = ConfigFile(post_hooks=[], content_type_overrides=BINARY)
    config = Config.from_sources(asked, MetaType.NONE, document, "utf-8", True, folder / PACKAGE)
    assert generate(config=config) == []
    sys.path.insert(0, str(folder))
    yield folder / PACKAGE
    sys.path.remove(str(folder))
    for name in [each for each in sys.modules if each.partition(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def address(sqlite_town_list: TownList) -> Iterator[str]:
    """The service on a port of this machine."""
    listening = socket.create_server(("127.0.0.1", 0))
    at = f"http://127.0.0.1:{listening.getsockname()[1]}"
    app = an_app(sqlite_town_list.store, public_url=at)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        threading.Event().wait(0.02)
    yield at
    server.should_exit = True
    thread.join()
    listening.close()


def part(name: str) -> Any:
    return importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture
def connect(generated: Path, address: str) -> Iterator[Callable[[Caller | None], Any]]:
    """Makes the client of somebody; every one is closed afterwards."""
    with ExitStack() as opened:

        def client_of(who: Caller | None) -> Any:
            proof = token(who) if who else "none"
            made = part("client").AuthenticatedClient(base_url=address, token=proof, raise_on_unexpected_status=True)
            return opened.enter_context(made)

        yield client_of


def purpose(who: Caller) -> Any:
    """Every operation has an enumeration of its own; they are all texts."""
    return purpose_of(who)


def test_every_operation_has_a_function(generated: Path) -> None:
    documented = {each["operationId"] for path in build_document()["paths"].values() for each in path.values()}
    assert {path.stem for path in (generated / "api").rglob("*.py")} - {"__init__"} == documented


def test_a_case_is_taken_looked_at_and_told_of(connect: Connect, sqlite_town_list: TownList) -> None:
    anna, models, steps = connect(ANNA), part("models"), f"{PACKAGE}.api.steps"
    listed = part("api.worklist.read_worklist").sync(client=anna, x_purpose=purpose(ANNA), size=3)
    assert [row.case_id for row in listed.rows] == [sqlite_town_list.ids[home] for home in HOMES[:3]]
    case_id = listed.rows[0].case_id
    shown = part("api.cases.read_case").sync_detailed(case_id, client=anna, x_purpose=purpose(ANNA))
    claim = importlib.import_module(f"{steps}.step_claim")
    taken = claim.sync(case_id, client=anna, body=models.ClaimForm(), if_match=shown.headers["etag"])
    assert (taken.owner, taken.version) == ("anna", 2)
    stale = claim.sync(case_id, client=connect(BO), body=models.ClaimForm(), if_match=shown.headers["etag"])
    assert (stale.status, stale.code) == (412, "changed-since")
    look = importlib.import_module(f"{steps}.step_first_look")
    form = models.FirstLookForm.from_dict({"assessment": "would_open", "note": "Æblegrød på trappen."})
    seen = look.sync(
        case_id, client=anna, body=form, if_match='"2"', x_purpose=purpose(ANNA), idempotency_key="a-fresh-key-1"
    )
    assert seen.state == "reviewed"
    told = part("api.cases.read_timeline").sync(case_id, client=anna, x_purpose=purpose(ANNA))
    assert [each.step for each in told.happenings][-2:] == ["claim", "first_look"]
    again = part("api.cases.read_case").sync(case_id, client=anna, x_purpose=purpose(ANNA))
    assert [text.document["text"] for text in again.texts if text.kind == "note"] == ["Æblegrød på trappen."]


def test_the_officer_stops_the_system_through_it(connect: Connect) -> None:
    dpo, models = connect(DPO), part("models")
    asked = models.StopAsked(reason="Fordelingen afviger fra det godkendte.")
    stop = part("api.oversight.stop_system")
    stopped = [stop.sync(client=dpo, body=asked, idempotency_key="a-fresh-key-2") for _ in range(2)]
    assert stopped[0].stop_id == stopped[1].stop_id
    assert "Fordelingen" in part("api.oversight.read_gates").sync(client=dpo).stop
    found = part("api.oversight.search_log").sync(client=dpo, x_purpose=purpose(DPO), action="system.stopped")
    assert [event.subject for event in found.events] == [stopped[0].stop_id]


def test_a_client_without_a_token_is_told_so(connect: Connect) -> None:
    refused = part("api.about.me").sync(client=connect(None))
    assert (refused.status, refused.code) == (401, "unauthenticated")
