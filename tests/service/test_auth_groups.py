"""The provider's own groups become roles through one file, the same for pages and API; a wrong file stops the start."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from governance.access.caller import Right
from governance.access.permissions import OFFICES
from governance.errors import SettingsError
from governance.settings import Settings
from governance.store.opening import Store
from service.auth.claims import caller_of
from service.auth.groups import load_groups
from tests.service.people import ANNA
from tests.service.providers import real_provider, returned
from tests.service.tokens import InProcess, an_app, bearer

FILE = """
"Kontrol-BUF" = ["caseworker:BUF"]
"CN=Ledere, OU=Kontrol" = ["team_leader:BUF", "team_leader:KFF"]
"/databeskyttelse/dpo" = ["dpo:*"]
"""
ME = "/api/v1/me"


def written(folder: Path, text: str | bytes = FILE) -> str:
    """A file of groups; its path as a setting."""
    path = folder / "groups.toml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return str(path)


def settings_with(folder: Path, text: str | bytes = FILE, **more: Any) -> Settings:
    return replace(Settings(home=folder, roles_file=written(folder, text)), **more)


def rights(settings: Settings, **claims: Any) -> set[str]:
    caller = caller_of({"sub": "anna", **claims}, settings, groups=load_groups(settings))
    return {f"{right.role}:{right.office}" for right in caller.rights}


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["Kontrol-BUF"], {"caseworker:BUF"}),
        ("Kontrol-BUF /databeskyttelse/dpo", {"caseworker:BUF", *(f"dpo:{office}" for office in OFFICES)}),
        (["CN=Ledere, OU=Kontrol", "Alle-Ansatte"], {"team_leader:BUF", "team_leader:KFF"}),
        # exactly as it stands: not in part, not in other letters, not with blanks
        (["kontrol-buf", "Kontrol-BUF ", "Kontrol", "Kontrol-BUF-2"], set()),
        # the file is the one mapping: nobody comes past it
        (["adressekontrol:dpo:*", "dpo:*", "caseworker:BUF"], set()),
        ([["Kontrol-BUF"], {"Kontrol-BUF": True}, 7, None], set()),
        ({"Kontrol-BUF": True}, set()),
        (None, set()),
    ],
)
def test_a_group_gives_the_roles_of_the_file_and_nothing_else(tmp_path: Path, said: Any, expected: set[str]) -> None:
    assert rights(settings_with(tmp_path), roles=said) == expected


@pytest.mark.parametrize(
    ("name", "claims", "expected"),
    [
        ("groups", {"groups": ["Kontrol-BUF"]}, {"caseworker:BUF"}),
        ("realm_access.roles", {"realm_access": {"roles": ["Kontrol-BUF"]}}, {"caseworker:BUF"}),
        ("a.b.c", {"a": {"b": {"c": "Kontrol-BUF"}}}, {"caseworker:BUF"}),
        # the claim of that very name comes first, even when it says nothing
        ("a.b", {"a.b": ["Kontrol-BUF"], "a": {"b": ["/databeskyttelse/dpo"]}}, {"caseworker:BUF"}),
        ("a.b", {"a.b": [], "a": {"b": ["Kontrol-BUF"]}}, set()),
        ("a.b", {"a": ["b"]}, set()),
        ("a.b", {"a": "b"}, set()),
        ("a.b", {"b": ["Kontrol-BUF"]}, set()),
        ("realm_access.roles", {"realm_access": None}, set()),
    ],
)
def test_a_dotted_name_leads_into_claims(tmp_path: Path, name: str, claims: Any, expected: set[str]) -> None:
    assert rights(settings_with(tmp_path, roles_claim=name), **claims) == expected


def test_without_a_file_values_say_role_and_administration_nested_or_not(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, roles_claim="realm_access.roles")
    assert load_groups(settings) is None
    assert rights(settings, realm_access={"roles": ["adressekontrol:caseworker:BUF", "Kontrol-BUF"]}) == {
        "caseworker:BUF"
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        '"A" = "caseworker:BUF"',
        '"A" = []',
        '"A" = [7]',
        '"A" = ["caseworker"]',
        '"A" = ["king:BUF"]',
        '"A" = ["caseworker:STATE"]',
        '"A" = ["caseworker:"]',
        '"A" = ["caseworker:BUF:KFF"]',
        '"A" = ["Caseworker:buf"]',
        '"A" = ["caseworker:BUF", ""]',
        '"" = ["caseworker:BUF"]',
        '"A" = ["dpo:*"]\n"A" = ["caseworker:BUF"]',
        # without quotes a dot makes a table of a name
        'Kontrol.BUF = ["caseworker:BUF"]',
        '[groups]\n"A" = ["caseworker:BUF"]',
        '"A" = ["caseworker:BUF"',
        b'"\xff" = ["dpo:*"]',
    ],
)
def test_a_file_that_is_wrong_stops_the_start(sqlite_store: Store, tmp_path: Path, text: str | bytes) -> None:
    with pytest.raises(SettingsError) as refused:
        an_app(sqlite_store, roles_file=written(tmp_path, text))
    assert refused.value.item == "ADRESSEKONTROL_ROLES_FILE"
    assert refused.value.remedy


def test_a_file_that_is_not_there_stops_the_start(sqlite_store: Store, tmp_path: Path) -> None:
    for path in (tmp_path / "none.toml", tmp_path):
        with pytest.raises(SettingsError, match="cannot be read"):
            an_app(sqlite_store, roles_file=str(path))


def test_the_api_knows_the_groups(sqlite_store: Store, tmp_path: Path) -> None:
    app = an_app(sqlite_store, roles_file=written(tmp_path), roles_claim="realm_access.roles")
    with InProcess(app) as client:

        def answered(group: str) -> httpx.Response:
            claims = {"realm_access": {"roles": [group]}, "roles": ["adressekontrol:dpo:*"]}
            return client.get(ME, headers=bearer(ANNA, **claims))

        known, unknown = answered("Kontrol-BUF"), answered("Alle-Ansatte")
    assert known.json()["rights"] == [{"role": "caseworker", "office": "BUF"}]
    assert unknown.status_code == 403


def test_a_right_of_the_file_is_a_right(tmp_path: Path) -> None:
    settings = settings_with(tmp_path)
    caller = caller_of({"sub": "anna", "roles": ["Kontrol-BUF"]}, settings, groups=load_groups(settings))
    assert caller.rights == {Right("caseworker", "BUF")}


def test_who_comes_in_by_pages_has_the_roles_of_the_file(sqlite_store: Store, tmp_path: Path) -> None:
    users = [
        {
            "sub": "guest",
            "name": "Gæst Prøve",
            "realm_access": {"roles": ["Alle-Ansatte"]},
            "roles": ["adressekontrol:dpo:*"],
        },
        {"sub": "bo", "name": "Bo Prøve", "realm_access": {"roles": ["Alle-Ansatte", "CN=Ledere, OU=Kontrol"]}},
    ]
    secret = tmp_path / "secret"
    secret.write_text("hemmelig\n", encoding="utf-8")
    with real_provider(users) as issuer:
        named = {"oidc_issuer": issuer, "oidc_client_secret_file": str(secret)}
        app = an_app(sqlite_store, **named, roles_file=written(tmp_path), roles_claim="realm_access.roles")
        with InProcess(app) as client:
            assert client.get(returned(client, "guest")).status_code == 403
            assert client.get(returned(client, "bo")).status_code == 303
            page = client.get("/").text
    assert "Bo Prøve" in page and "teamleder" in page and "/dpo" not in page
