"""Coming in by an OpenID provider: what a real one answers opens a session once; what a liar answers opens nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives import serialization

from governance.audit.tables import EVENTS
from governance.errors import SettingsError
from governance.store.opening import Store
from service.auth.tables import SESSIONS
from service.cases.colleagues import load_colleagues
from tests.service.people import ANNA
from tests.service.providers import Liar, consent, lying_provider, real_provider, returned
from tests.service.tokens import EDWARDS, KEY, STRANGER, InProcess, an_app, claims_of, come_in, token

SESSION, LOGIN = "__Host-session", "__Host-login"
ROLES = claims_of(ANNA)["roles"]
USERS = [
    {"sub": "anna", "name": "Anna Prøve", "roles": ROLES},
    {"sub": "guest", "name": "Gæst Prøve", "roles": ["another-system:admin:*", "adressekontrol:king:*"]},
    {"sub": "010180-1234", "name": "Nummer Prøve", "roles": ROLES},
]


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with real_provider(USERS) as found:
        yield found


@pytest.fixture
def client(sqlite_store: Store, issuer: str) -> Iterator[InProcess]:
    secret = sqlite_store.settings.home / "secret"
    secret.write_text("hemmelig\n", encoding="utf-8")
    with InProcess(an_app(sqlite_store, oidc_issuer=issuer, oidc_client_secret_file=str(secret))) as found:
        yield found


def sessions(client: InProcess) -> int:
    with client.app.state.within.store.reading() as connection:
        return connection.execute(sa.select(sa.func.count()).select_from(SESSIONS)).scalar_one()


def last_event(client: InProcess) -> Any:
    with client.app.state.within.store.reading() as connection:
        return connection.execute(sa.select(EVENTS).order_by(EVENTS.c.seq.desc()).limit(1)).one()


def test_somebody_whom_a_real_provider_names_comes_in(client: InProcess) -> None:
    done = client.get(returned(client, "anna", following="/formaal"))
    assert (done.status_code, done.headers["location"]) == (303, "/formaal")
    assert set(client.cookies) == {SESSION}
    assert "Anna Prøve" in client.get("/formaal").text
    assert (last_event(client).action, last_event(client).actor) == ("session.began", "anna")


def test_whoever_came_in_can_be_given_a_case(client: InProcess) -> None:
    client.get(returned(client, "anna"))
    with client.app.state.within.store.reading() as connection:
        known = load_colleagues(connection)
    assert known["anna"].name == "Anna Prøve"
    assert known["anna"].works_in(["BIF"])


def test_the_cookie_is_for_this_host_over_https_and_no_script(client: InProcess) -> None:
    done = client.get(returned(client, "anna"))
    (given,) = [value for value in done.headers.get_list("set-cookie") if value.startswith(SESSION)]
    words = {word.strip().lower() for word in given.split(";")[1:]}
    assert words == {"path=/", "secure", "httponly", "samesite=lax"}


def test_a_link_and_nothing_else_leads_to_the_provider(client: InProcess) -> None:
    assert 'href="/log-ind/start"' in client.get("/log-ind").text
    begun = client.get("/log-ind/start")
    asked = parse_qs(urlsplit(begun.headers["location"]).query)
    assert asked["response_type"] == ["code"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == ["https://kontrol.example/log-ind/retur"]
    assert len(asked["state"][0]) == len(asked["nonce"][0]) == 43
    assert asked["state"][0] not in str(client.cookies)


def test_nobody_writes_anything_before_coming_in(client: InProcess) -> None:
    store = client.app.state.within.store
    returned(client, "anna")
    with store.reading() as connection:
        assert connection.execute(sa.select(EVENTS)).all() == []


def refused(client: InProcess, path: str, *, standing: int = 0) -> None:
    answered = client.get(path)
    assert answered.status_code == 400
    assert "Log ind igen fra begyndelsen" in answered.text
    assert SESSION not in client.cookies
    assert sessions(client) == standing


def test_the_same_answer_a_second_time_is_nobodys(client: InProcess) -> None:
    back = returned(client, "anna")
    kept = client.cookies[LOGIN]
    assert client.get(back).status_code == 303
    client.give(LOGIN, kept)
    refused(client, back, standing=1)


def test_a_state_that_was_used_is_refused_although_the_provider_would_answer_again(
    client: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    way_in = client.app.state.lobby.way_in
    said = claims_of(ANNA)
    monkeypatch.setattr(type(way_in.provider), "finish", lambda *_: said)
    back = returned(client, "anna")
    kept = client.cookies[LOGIN]
    assert client.get(back).status_code == 303
    client.give(LOGIN, kept)
    refused(client, back, standing=1)


def test_an_answer_to_another_browsers_question_is_refused(client: InProcess) -> None:
    with InProcess(client.app) as other:
        back = returned(other, "anna")
    refused(client, back)
    client.get("/log-ind/start")
    refused(client, back)


def test_another_state_is_refused_before_the_provider_is_asked(
    client: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Any] = []
    provider = client.app.state.lobby.way_in.provider
    monkeypatch.setattr(type(provider), "finish", lambda *given: asked.append(given) or claims_of(ANNA))
    client.get("/log-ind/start")
    refused(client, "/log-ind/retur?code=x&state=another")
    assert asked == []


def test_an_answer_after_ten_minutes_is_refused(client: InProcess, clock: Any) -> None:
    back = returned(client, "anna")
    clock.at += clock.step * 601
    refused(client, back)


def test_an_answer_that_is_none_is_a_page_and_no_crash(client: InProcess) -> None:
    queries = ("", "?code=x", "?state=x", "?error=access_denied", "?code=x&state=%00", "?code=æ&state=ø")
    for query in queries:
        refused(client, "/log-ind/retur" + query)
    client.get("/log-ind/start")
    for query in queries:
        refused(client, "/log-ind/retur" + query)


def test_a_question_that_was_altered_is_refused(client: InProcess) -> None:
    back = returned(client, "anna")
    sealed = client.cookies[LOGIN]
    for altered in (sealed[:-4], sealed[:20] + ("A" if sealed[20] != "A" else "B") + sealed[21:], "x", "===="):
        refused(client, back.replace("code", "code")) if not altered.isascii() else give_and_refuse(
            client, altered, back
        )


def give_and_refuse(client: InProcess, cookie: str, back: str) -> None:
    client.give(LOGIN, cookie)
    refused(client, back)


def test_coming_in_gives_a_session_of_another_name_whatever_the_browser_held(client: InProcess) -> None:
    planted = come_in(client, ANNA).cookie
    login = client.get("/log-ind/start")
    client.give(SESSION, planted)
    client.client.cookies.set(LOGIN, login.cookies[LOGIN], domain="kontrol.example")
    back = urlsplit(consent(login.headers["location"], "anna"))
    client.get(f"{back.path}?{back.query}")
    assert client.cookies[SESSION].split(".")[0] != planted.split(".")[0]
    # and ends the one that it held
    assert sessions(client) == 1
    assert "replaced" in last_event(client).details


def test_whoever_holds_no_right_gets_no_session(client: InProcess) -> None:
    answered = client.get(returned(client, "guest"))
    assert answered.status_code == 403
    assert sessions(client) == 0


def test_a_user_whose_name_is_a_cpr_number_is_refused_and_not_logged(
    client: InProcess, caplog: pytest.LogCaptureFixture
) -> None:
    answered = client.get(returned(client, "010180-1234"))
    assert answered.status_code == 403
    assert sessions(client) == 0
    assert "010180" not in caplog.text + answered.text


def test_nobody_is_led_to_another_site_after_coming_in(client: InProcess) -> None:
    for target in ("//evil.example", "https://evil.example", "/\\evil.example", "/x\r\nSet-Cookie: a=b"):
        begun = client.get("/log-ind/start", params={"next": target})
        back = urlsplit(consent(begun.headers["location"], "anna"))
        assert client.get(f"{back.path}?{back.query}").headers["location"] == "/"


@pytest.fixture
def liar() -> Iterator[Liar]:
    with lying_provider() as found:
        yield found


def answered_by(liar: Liar, client: InProcess) -> Any:
    begun = parse_qs(urlsplit(client.get("/log-ind/start").headers["location"]).query)
    liar.nonce = begun["nonce"][0]
    return begun, client.get(f"/log-ind/retur?code=c&state={begun['state'][0]}")


def said_by(liar: Liar, **changes: Any) -> Callable[[str], str]:
    """A token that would do, but for the changes."""
    signing = {name: changes.pop(name) for name in ("key", "algorithm", "kid") if name in changes}
    given = {"iss": liar.issuer, "aud": "adressekontrol"} | changes
    return lambda nonce: token(ANNA, **{"nonce": nonce, **given}, **signing)


def test_a_liar_who_tells_the_truth_is_believed(sqlite_store: Store, liar: Liar) -> None:
    liar.says = said_by(liar)
    with InProcess(an_app(sqlite_store, oidc_issuer=liar.issuer)) as client:
        begun, done = answered_by(liar, client)
    assert done.status_code == 303
    digest = hashlib.sha256(liar.asked["code_verifier"][0].encode()).digest()
    assert base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == begun["code_challenge"][0]
    assert liar.asked["client_id"] == ["adressekontrol"]


def test_a_secret_goes_to_the_provider_in_a_header_and_nowhere_else(sqlite_store: Store, liar: Liar) -> None:
    path = sqlite_store.settings.home / "secret"
    path.write_text("hemmelig\n", encoding="utf-8")
    liar.says = said_by(liar)
    with InProcess(an_app(sqlite_store, oidc_issuer=liar.issuer, oidc_client_secret_file=str(path))) as client:
        assert answered_by(liar, client)[1].status_code == 303
    assert base64.b64decode(liar.authorization.removeprefix("Basic ")) == b"adressekontrol:hemmelig"
    assert "hemmelig" not in str(liar.asked)


def public_pem() -> bytes:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return KEY.public_key().public_bytes(serialization.Encoding.PEM, form)


def unsigned(liar: Liar) -> Callable[[str], str]:
    said = {"iss": liar.issuer, "aud": "adressekontrol"}
    return lambda nonce: jwt.encode(claims_of(ANNA, nonce=nonce, **said), None, algorithm="none")


def signed_by_the_public_key(liar: Liar) -> Callable[[str], str]:
    """HS256 with the public key as the secret, which PyJWT itself refuses to make."""

    def encode(part: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    def say(nonce: str) -> str:
        said = claims_of(ANNA, nonce=nonce, iss=liar.issuer, aud="adressekontrol")
        text = f"{encode({'alg': 'HS256', 'kid': 'rsa', 'typ': 'JWT'})}.{encode(said)}"
        mac = hmac.new(public_pem(), text.encode(), hashlib.sha256).digest()
        return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"

    return say


LIES: dict[str, Callable[[Liar], Callable[[str], str]]] = {
    "another issuer": lambda liar: said_by(liar, iss="https://evil.example"),
    "another audience": lambda liar: said_by(liar, aud="another"),
    "an audience among others": lambda liar: said_by(liar, aud=["adressekontrol", "another"]),
    "made for another": lambda liar: said_by(liar, azp="another"),
    "expired": lambda liar: said_by(liar, exp=int(time.time()) - 31),
    "from the future": lambda liar: said_by(liar, iat=int(time.time()) + 3_600),
    "no expiry": lambda liar: said_by(liar, exp=None),
    "no issuer": lambda liar: said_by(liar, iss=None),
    "another nonce": lambda liar: said_by(liar, nonce="another"),
    "no nonce": lambda liar: said_by(liar, nonce=None),
    "a stranger's key": lambda liar: said_by(liar, key=STRANGER),
    "an unknown key": lambda liar: said_by(liar, key=STRANGER, kid="unknown"),
    "no key": lambda liar: said_by(liar, kid=None),
    "the other key's name": lambda liar: said_by(liar, key=EDWARDS, algorithm="EdDSA", kid="rsa"),
    "another algorithm": lambda liar: said_by(liar, algorithm="PS256"),
    "HS256 with the public key": signed_by_the_public_key,
    "not signed": unsigned,
    "not a token": lambda liar: lambda nonce: "x.y.z",
    "nothing": lambda liar: lambda nonce: "",
}


def test_a_lie_opens_nothing(sqlite_store: Store, liar: Liar) -> None:
    got = {}
    with InProcess(an_app(sqlite_store, oidc_issuer=liar.issuer)) as client:
        for lie, telling in LIES.items():
            liar.says = telling(liar)
            _, done = answered_by(liar, client)
            got[lie] = (done.status_code, sessions(client), SESSION in client.cookies)
    assert got == dict.fromkeys(LIES, (400, 0, False))


@pytest.mark.parametrize(
    "names",
    [{"issuer": "https://evil.example"}, {"token_endpoint": "http://evil.example/token"}, {"jwks_uri": None}],
)
def test_a_provider_that_is_another_is_not_gone_to(sqlite_store: Store, liar: Liar, names: dict[str, Any]) -> None:
    liar.names = names
    with InProcess(an_app(sqlite_store, oidc_issuer=liar.issuer)) as client:
        answered = client.get("/log-ind/start")
    assert answered.status_code == 503
    assert "location" not in answered.headers


def test_an_answer_that_names_another_issuer_is_refused(sqlite_store: Store, liar: Liar) -> None:
    liar.says = said_by(liar)
    with InProcess(an_app(sqlite_store, oidc_issuer=liar.issuer)) as client:
        begun = parse_qs(urlsplit(client.get("/log-ind/start").headers["location"]).query)
        liar.nonce = begun["nonce"][0]
        refused(client, f"/log-ind/retur?code=c&iss=https://evil.example&state={begun['state'][0]}")


def test_a_provider_that_does_not_answer_is_said_so_and_no_fault(sqlite_store: Store, liar: Liar) -> None:
    gone = an_app(sqlite_store, oidc_issuer="http://127.0.0.1:1")
    with InProcess(gone) as client:
        answered = client.get("/log-ind/start")
    assert (answered.status_code, answered.headers["x-problem"]) == (503, "settings")
    assert "Loginudbyderen kan ikke nås" in answered.text


def test_a_secret_that_is_not_there_keeps_the_service_from_starting(sqlite_store: Store, tmp_path: Any) -> None:
    with pytest.raises(SettingsError, match="no secret"):
        an_app(sqlite_store, oidc_issuer="https://login.example", oidc_client_secret_file=str(tmp_path / "none"))
