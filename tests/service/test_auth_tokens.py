"""The API believes a token that the issuer signed for it and that is in force, and nothing else; it never says why."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization

from governance.errors import SettingsError
from governance.store.opening import Store
from service.auth.claims import UnusableClaims, caller_of
from tests.service.people import ANNA, BUF_ONLY, NOBODY
from tests.service.providers import lying_provider
from tests.service.tokens import EDWARDS, ISSUER, KEY, STRANGER, InProcess, an_app, bearer, claims_of, jwks, token

ME = "/api/v1/me"


@pytest.fixture
def client(sqlite_store: Store) -> Iterator[InProcess]:
    with InProcess(an_app(sqlite_store)) as found:
        yield found


def asked(client: InProcess, given: str) -> Any:
    return client.get(ME, headers={"Authorization": given})


def test_whoever_the_issuer_names_is_let_in_with_their_rights(client: InProcess) -> None:
    answered = client.get(ME, headers=bearer(BUF_ONLY))
    assert answered.status_code == 200
    assert "birgit" in answered.text


@pytest.mark.parametrize("changes", [
    {"key": EDWARDS, "algorithm": "EdDSA", "kid": "edwards"},
    {"aud": ["adressekontrol-api", "account"]},
    {"roles": "adressekontrol:dpo:* another:thing"},
])  # fmt: skip
def test_what_an_honest_issuer_may_vary_is_taken(client: InProcess, changes: dict[str, Any]) -> None:
    assert asked(client, f"Bearer {token(ANNA, **changes)}").status_code == 200


def test_clocks_may_be_half_a_minute_apart(client: InProcess) -> None:
    assert asked(client, f"Bearer {token(ANNA, exp=int(time.time()) - 5)}").status_code == 200


def signed_by_the_public_key() -> str:
    def encode(part: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode()

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    pem = KEY.public_key().public_bytes(serialization.Encoding.PEM, form)
    text = f"{encode({'alg': 'HS256', 'kid': 'rsa', 'typ': 'JWT'})}.{encode(claims_of(ANNA))}"
    mac = hmac.new(pem, text.encode(), hashlib.sha256).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def with_another_payload() -> str:
    head, _, seal = token(BUF_ONLY).split(".")
    return f"{head}.{token(ANNA).split('.')[1]}.{seal}"


def wrong_tokens() -> dict[str, str]:
    now = int(time.time())
    return {
        "another issuer": token(ANNA, iss="https://evil.example"),
        "another audience": token(ANNA, aud="adressekontrol"),
        "no audience": token(ANNA, aud=None),
        "no issuer": token(ANNA, iss=None),
        "no expiry": token(ANNA, exp=None),
        "no time of issue": token(ANNA, iat=None),
        "expired": token(ANNA, exp=now - 31),
        "not yet": token(ANNA, nbf=now + 60),
        "from the future": token(ANNA, iat=now + 60),
        "not signed": jwt.encode(claims_of(ANNA), None, algorithm="none"),
        "HS256 with the public key": signed_by_the_public_key(),
        "another algorithm": token(ANNA, algorithm="PS256"),
        "RS512": token(ANNA, algorithm="RS512"),
        "a stranger's key": token(ANNA, key=STRANGER),
        "an unknown key": token(ANNA, kid="unknown"),
        "no name of a key among two": token(ANNA, kid=None),
        "the other key's name": token(ANNA, key=EDWARDS, algorithm="EdDSA", kid="rsa"),
        "another payload": with_another_payload(),
        "a CPR number for a name": token(ANNA, sub="0101801234"),
        "no user": token(ANNA, sub=None),
        "two lines for a user": token(ANNA, sub="anna\nbo"),
        "too long": token(ANNA, padding="x" * 9_000),
        "three dots": "a.b.c",
        "nothing": "",
        "not letters": "ÿ" * 20,
    }


def test_nobody_else_is_let_in_and_nobody_is_told_why(client: InProcess) -> None:
    answers = {why: asked(client, f"Bearer {given}") for why, given in wrong_tokens().items() if given.isascii()}
    assert {why: got.status_code for why, got in answers.items()} == dict.fromkeys(answers, 401)
    assert len({got.text for got in answers.values()}) == 1
    assert {got.headers["www-authenticate"] for got in answers.values()} == {"Bearer"}


@pytest.mark.parametrize("given", ["Basic YW5uYTp4", "Bearer", "bearer ", "Token x", "Bearer x y"])
def test_another_kind_of_proof_is_none(client: InProcess, given: str) -> None:
    assert asked(client, given).status_code == 401


def test_a_token_in_the_address_is_not_looked_at(client: InProcess) -> None:
    assert client.get(ME, params={"access_token": token(ANNA)}).status_code == 401


def test_no_token_stands_in_a_line_of_the_log(client: InProcess, caplog: pytest.LogCaptureFixture) -> None:
    given = token(ANNA)
    with caplog.at_level("DEBUG", logger="adressekontrol"):
        asked(client, f"Bearer {given}")
    assert caplog.records
    assert given not in str([vars(record) for record in caplog.records])


def test_a_purpose_that_is_not_the_callers_is_none(client: InProcess) -> None:
    for purpose in ("", "supervision", "emergency", "nonsense"):
        answered = client.get("/api/v1/worklist", headers=bearer(ANNA, purpose=purpose))
        assert (answered.status_code, answered.json()["code"]) == (422, "purpose-missing")
    assert client.get("/api/v1/worklist", headers=bearer(ANNA, purpose="case_work")).status_code == 200


def test_an_algorithm_is_ours_to_choose_whatever_the_issuers_keys_are_for(sqlite_store: Store, tmp_path: Any) -> None:
    secret = base64.urlsafe_b64encode(b"s" * 32).rstrip(b"=").decode()
    first = {**jwks()["keys"][0], "kid": "ps", "alg": "PS256"}
    shared = {"kty": "oct", "kid": "shared", "alg": "HS256", "k": secret}
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [*jwks()["keys"], first, shared]}), encoding="utf-8")
    with InProcess(an_app(sqlite_store, jwks_file=str(path))) as client:
        assert asked(client, f"Bearer {token(ANNA)}").status_code == 200
        assert asked(client, f"Bearer {token(ANNA, algorithm='PS256', kid='ps')}").status_code == 401
        assert asked(client, f"Bearer {token(ANNA, key=b's' * 32, algorithm='HS256', kid='shared')}").status_code == 401


def test_without_an_issuer_nobody_is_believed(sqlite_store: Store) -> None:
    with InProcess(an_app(sqlite_store, jwt_issuer="")) as client:
        assert asked(client, f"Bearer {token(ANNA, iss='')}").status_code == 401


def test_keys_are_fetched_once_and_again_for_an_unknown_one_not_at_every_call(sqlite_store: Store) -> None:
    with lying_provider() as liar:
        app = an_app(sqlite_store, jwt_issuer=liar.issuer, jwks_file="")
        with InProcess(app) as client:
            good = f"Bearer {token(ANNA, iss=liar.issuer)}"
            assert [asked(client, good).status_code for _ in range(3)] == [200] * 3
            assert liar.fetched.count("/jwks") == 1
            unknown = f"Bearer {token(ANNA, iss=liar.issuer, kid='unknown')}"
            assert [asked(client, unknown).status_code for _ in range(5)] == [401] * 5
            assert liar.fetched.count("/jwks") == 1


def test_an_issuer_that_cannot_be_asked_is_no_wrong_token(sqlite_store: Store) -> None:
    with InProcess(an_app(sqlite_store, jwt_issuer="http://127.0.0.1:1", jwks_file="")) as client:
        answered = asked(client, f"Bearer {token(ANNA, iss='http://127.0.0.1:1')}")
    assert (answered.status_code, answered.json()["code"]) == (503, "settings")


@pytest.mark.parametrize("content", ["", "{}", '{"keys": []}', "[]", "null", "not json"])
def test_a_file_without_keys_keeps_the_service_from_starting(sqlite_store: Store, tmp_path: Any, content: str) -> None:
    path = tmp_path / "keys.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(SettingsError, match="no public keys"):
        an_app(sqlite_store, jwks_file=str(path))


CLAIMS = {"sub": "anna", "name": "Anna"}
ROLES = {
    "every administration": (["adressekontrol:dpo:*"], {"dpo:BIF", "dpo:BUF", "dpo:KFF"}),
    "one of them": (["adressekontrol:caseworker:BUF"], {"caseworker:BUF"}),
    "of another system": (["another:dpo:*", "dpo", "adressekontrol:dpo"], set()),
    "that we do not know": (["adressekontrol:king:*", "adressekontrol:dpo:STATE", "adressekontrol:dpo:buf"], set()),
    "in another form": ([7, None, {"dpo": "*"}, ["adressekontrol:dpo:*"]], set()),
    "no list": ({"adressekontrol:dpo:*": True}, set()),
    "none": (None, set()),
}


@pytest.mark.parametrize("name", ROLES)
def test_roles_come_through_one_mapping(sqlite_store: Store, name: str) -> None:
    said, expected = ROLES[name]
    caller = caller_of({**CLAIMS, "roles": said}, sqlite_store.settings, groups=None)
    assert {f"{right.role}:{right.office}" for right in caller.rights} == expected


@pytest.mark.parametrize(
    "user_id",
    [
        "",
        " ",
        "a b",
        "a\tb",
        "010180-1234",
        "x0101801234",
        "a" * 129,
        "0101801234-12345678-1234-4abc-8def-0123456789ab",
        "<b>",
        None,
        7,
    ],
)
def test_a_user_that_the_log_cannot_name_is_refused(sqlite_store: Store, user_id: Any) -> None:
    with pytest.raises(UnusableClaims):
        caller_of({**CLAIMS, "sub": user_id}, sqlite_store.settings, groups=None)


@pytest.mark.parametrize(
    "user_id",
    [
        # ten digits in a row by chance
        "12345678-1234-4abc-8def-0123456789ab", "9F0C1A2B-3D4E-4F60-8182-939405162738",
        "_kzFqVrSaSaFHy782bbtaQ", "-4kzFqVrSaSaFHy782bbtaQ",
    ],
)  # fmt: skip
def test_a_user_may_be_named_as_providers_name_accounts(sqlite_store: Store, user_id: str) -> None:
    assert caller_of({**CLAIMS, "sub": user_id}, sqlite_store.settings, groups=None).user_id == user_id


def test_a_name_that_is_none_is_replaced_by_the_user(sqlite_store: Store) -> None:
    for name in (None, "", "a\nb", 7):
        assert caller_of({**CLAIMS, "name": name}, sqlite_store.settings, groups=None).name == "anna"


def test_the_test_signs_as_the_issuer_does() -> None:
    assert {key["kid"] for key in jwks()["keys"]} == {"rsa", "edwards"}
    assert claims_of(NOBODY)["iss"] == ISSUER
