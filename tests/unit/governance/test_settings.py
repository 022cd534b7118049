"""Settings come from `ADRESSEKONTROL_*` alone, each with its type and limits; anything unknown is refused."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from governance.errors import SettingsError
from governance.settings import PREFIX, Settings, load_settings

GIVEN = {
    "home": ("elsewhere", Path("elsewhere")),
    "hourly_cost_ore": ("80000", 80_000),
    "quarantine_share": ("0.5", 0.5),
    "quarantine_rows": ("0", 0),
    "freshness_days": ("1", 1),
    "label_delay_days": ("0", 0),
    "cool_off_months": ("0", 0),
    "signal_months": ("1", 1),
    "random_share": ("1", 1.0),
    "threads": ("1", 1),
    "proxy_auc_feature": ("0.7", 0.7),
    "proxy_auc_matrix": ("0.8", 0.8),
    "innocent_ratio": ("1.1", 1.1),
    "fairness_age_days": ("1", 1),
    "model_age_days": ("1", 1),
    "label_age_days": ("1", 1),
    "random_arm_cases": ("0", 0),
    "random_arm_year_cases": ("0", 0),
    "stability_overlap": ("0.6", 0.6),
    "blind_share": ("0.1", 0.1),
    "needless_per_1000": ("2.5", 2.5),
    "verdict_hours": ("1", 1),
    "legal_bases_file": ("bases.toml", "bases.toml"),
    "mlflow_uri": ("sqlite:///x.db", "sqlite:///x.db"),
    "database": ("sqlite:///y.db", "sqlite:///y.db"),
    "operator": ("natkørsel", "natkørsel"),
    "checkpoint_dir": ("elsewhere", "elsewhere"),
    "checkpoint_events": ("1", 1),
    "record_texts_file": ("texts.toml", "texts.toml"),
    "kept_registers_days": ("1", 1),
    "invented_day": ("2024-06-01", "2024-06-01"),
    "case_retention_days": ("1", 1),
    "list_days": ("1", 1),
    "hearing_days": ("1", 1),
    "appeal_days": ("1", 1),
    "letter_texts_file": ("letters.toml", "letters.toml"),
    "outbox_dir": ("out", "out"),
    "authority_name": ("Prøvekøbing Kommune", "Prøvekøbing Kommune"),
    "public_url": ("https://kontrol.example", "https://kontrol.example"),
    "listen": ("0.0.0.0", "0.0.0.0"),
    "port": ("443", 443),
    "metrics_port": ("9000", 9000),
    "oidc_issuer": ("https://login.example/realms/by", "https://login.example/realms/by"),
    "oidc_client_id": ("kontrol", "kontrol"),
    "oidc_client_secret_file": ("secret", "secret"),
    "jwt_issuer": ("https://tokens.example", "https://tokens.example"),
    "jwt_audience": ("kontrol-api", "kontrol-api"),
    "jwks_file": ("keys.json", "keys.json"),
    "roles_claim": ("groups", "groups"),
    "roles_file": ("groups.toml", "groups.toml"),
    "user_claim": ("employee", "employee"),
    "session_minutes": ("10", 10),
    "session_hours": ("4", 4),
    "rate_per_minute": ("60", 60),
    "peer_rate_per_minute": ("600", 600),
    "body_bytes": ("1000", 1000),
    "business_case_file": ("case.toml", "case.toml"),
    "price_index_file": ("prices.toml", "prices.toml"),
    "trace_endpoint": ("http://127.0.0.1:4318", "http://127.0.0.1:4318"),
}
WRONG = {
    "hourly_cost_ore": ["0", "-1", "1.5", "many", ""],
    "quarantine_share": ["-0.1", "1.1", "nan", "half"],
    "quarantine_rows": ["-1", "1e3"],
    "freshness_days": ["0", "nan"],
    "label_delay_days": ["-1"],
    "cool_off_months": ["-1"],
    "signal_months": ["0"],
    "random_share": ["-0.01", "1.01", "inf"],
    "threads": ["0", "two"],
    "proxy_auc_feature": ["1.1", "nan"],
    "proxy_auc_matrix": ["-0.1"],
    "innocent_ratio": ["0", "nan"],
    "fairness_age_days": ["0"],
    "model_age_days": ["0"],
    "label_age_days": ["0"],
    "random_arm_cases": ["-1"],
    "random_arm_year_cases": ["-1"],
    "stability_overlap": ["1.5"],
    "blind_share": ["-0.2"],
    "needless_per_1000": ["0"],
    "verdict_hours": ["0"],
    "invented_day": ["2024-6-1", "20240601", "today"],
    "case_retention_days": ["0"],
    "list_days": ["0"],
    "hearing_days": ["0"],
    "appeal_days": ["0"],
    "authority_name": ["", "two\nlines"],
    "public_url": ["", "kontrol.example", "ftp://kontrol.example", "https://a.example/", "https://u:p@a.example"],
    "port": ["0", "65536", "-1"],
    "metrics_port": ["0", "65536"],
    "listen": ["", " "],
    "oidc_issuer": ["login.example", "https://a.example?x=1", "file:///etc"],
    "jwt_issuer": ["tokens.example"],
    "trace_endpoint": ["grpc://x"],
    "session_minutes": ["0"],
    "session_hours": ["0"],
    "rate_per_minute": ["0"],
    "peer_rate_per_minute": ["0"],
    "body_bytes": ["0"],
}


def test_an_empty_environment_gives_the_defaults() -> None:
    assert load_settings({}) == Settings()
    assert load_settings({"PATH": "/bin", "HOME": "x"}) == Settings()


def test_every_setting_is_tried_here() -> None:
    assert set(GIVEN) == {setting.name for setting in dataclasses.fields(Settings)}


@pytest.mark.parametrize("name", GIVEN)
def test_a_setting_is_read_by_its_name(name: str) -> None:
    text, value = GIVEN[name]
    loaded = load_settings({PREFIX + name.upper(): text})
    assert loaded == dataclasses.replace(Settings(), **{name: value})
    assert type(getattr(loaded, name)) is type(value)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in WRONG.items() for text in texts])
def test_a_value_that_is_off_is_refused_by_name(name: str, text: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({PREFIX + name.upper(): text})
    assert refused.value.item == PREFIX + name.upper()


@pytest.mark.parametrize("name", ["NO_SUCH", "", "home", "HOURLY_COST"])
def test_an_unknown_setting_is_refused_and_the_known_are_named(name: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load_settings({PREFIX + name: "1"})
    assert refused.value.item == PREFIX + name
    assert PREFIX + "HOURLY_COST_ORE" in refused.value.remedy


def test_the_store_lies_under_home_until_a_server_is_named(tmp_path) -> None:
    assert Settings(home=tmp_path).mlflow_tracking_uri == f"sqlite:///{tmp_path / 'mlflow.db'}"
    assert Settings(mlflow_uri="http://127.0.0.1:5000").mlflow_tracking_uri == "http://127.0.0.1:5000"


def test_settings_do_not_change_once_read() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Settings().threads = 3  # type: ignore[misc]
