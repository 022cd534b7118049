"""What somebody could type to lead astray, to be kept where it must not be, or to break a page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from governance.audit.tables import EVENTS
from governance.errors import SettingsError
from service.auth.following import safe_following
from service.auth.safe import refuse_unsafe
from service.cases.forms import form_fields
from service.cases.steps.deciding import Proposal
from service.web.step_pages import Filled, labels_of
from tests.service.api import Asker
from tests.service.pages import Reader, a_reader
from tests.service.people import ANNA, DPO
from tests.service.tokens import ISSUER, an_app, served_settings
from tests.service.town import TownList

OUR_OWN = "sag-12345678901234567890"


@pytest.fixture
def anna(sqlite_town_list: TownList) -> Iterator[Reader]:
    reader = a_reader(an_app(sqlite_town_list.store), ANNA, purpose="case_work")
    with reader.client:
        yield reader


@pytest.fixture
def officer(sqlite_town_list: TownList) -> Iterator[Reader]:
    reader = a_reader(an_app(sqlite_town_list.store), DPO, purpose="supervision")
    with reader.client:
        yield reader


@pytest.mark.parametrize("path", ["/sager/%00", "/sager/%00/claim", "/nodadgang/%00", "/liste?visning=%00"])
def test_a_character_that_no_text_has_is_refused(anna: Reader, path: str) -> None:
    assert anna.get(path).status_code == 400


@pytest.mark.parametrize(
    "path",
    ["/dpo/log?hvem=a%00b", "/dpo/porte/%00", "/dpo/anmodninger/%00", "/dpo/brud/%00", "/dpo/ligebehandling?run=%00"],
)
def test_the_officer_is_refused_it_too(officer: Reader, path: str) -> None:
    assert officer.get(path).status_code == 400


def test_a_number_of_a_line_that_is_no_decimal_breaks_no_page() -> None:
    filled = Filled(faults=(("effects.².benefit", "Der er intet sådant felt."),))
    assert labels_of(form_fields(Proposal), filled) == {"effects.².benefit": "Ændringer af ydelser"}


@pytest.mark.parametrize("path", ["/log-ind", "/log-ind?next=/log-ind", "/log-ind/start", "/log-ud", "/log-ind#x"])
def test_a_log_in_never_leads_to_itself(anna: Reader, path: str) -> None:
    assert safe_following(path) == "/"
    assert anna.get(f"/log-ind?next={path}").headers["location"] == "/"
    assert safe_following("/log-indgang") == "/log-indgang"


def test_whoever_is_in_goes_on_to_the_start_page(anna: Reader) -> None:
    answered = anna.get("/log-ind")
    assert (answered.status_code, answered.headers["location"]) == (303, "/")
    assert "set-cookie" not in answered.headers
    assert anna.get("/").status_code == 200


def test_no_redirect_names_a_scheme_or_host(anna: Reader) -> None:
    assert anna.get("/liste/").status_code == 404


@pytest.mark.parametrize("word", ["0101011234", "010101-1234", "010101 1234", "010101 - 1234", "(010101)1234"])
def test_no_search_of_the_log_keeps_a_cpr_number(officer: Reader, sqlite_town_list: TownList, word: str) -> None:
    for name in ("om", "hvem"):
        assert officer.client.get("/dpo/log", params={name: word}).status_code == 422
    with sqlite_town_list.store.reading() as connection:
        details = connection.execute(sa.select(EVENTS.c.details)).scalars().all()
    assert word not in json.dumps(details)


def test_an_id_of_ours_can_be_searched_whatever_its_digits(officer: Reader) -> None:
    assert officer.client.get("/dpo/log", params={"om": OUR_OWN}).status_code == 200


def test_a_made_up_field_is_not_said_again(anna: Reader, sqlite_town_list: TownList) -> None:
    path = f"/cases/{sqlite_town_list.ids['home-1']}/steps/add_note"
    answer = Asker(anna.client, ANNA).post(path, {"text": "x", "010101-1234": "y"}, headers={"If-Match": '"1"'})
    assert answer.status_code == 422
    assert "010101" not in answer.text
    assert answer.json()["faults"] == [{"field": "body", "text": "findes ikke"}]


def test_a_proof_for_the_pages_never_opens_the_api(sqlite_town_list: TownList) -> None:
    given = served_settings(sqlite_town_list.settings, oidc_issuer=ISSUER, jwt_audience="adressekontrol")
    with pytest.raises(SettingsError, match="ID token"):
        refuse_unsafe(given, demo=False)
