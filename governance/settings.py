"""One frozen object of settings; the only reader of the environment.

Every setting is a field here with its unit in the name; an `ADRESSEKONTROL_*` variable that is not one is refused.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from governance.errors import SettingsError

PREFIX = "ADRESSEKONTROL_"


def _positive(value: float) -> bool:
    return value > 0


def _not_negative(value: float) -> bool:
    return value >= 0


def _share(value: float) -> bool:
    return 0 <= value <= 1


def _one_line(value: str) -> bool:
    return bool(value.strip()) and value.isprintable()


def _day_or_nothing(value: str) -> bool:
    try:
        return not value or dt.date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _port(value: int) -> bool:
    return 0 < value < 65_536


def _web_address(value: str) -> bool:
    """`http(s)://host[:port]` and nothing after it; what is safe where is for whoever serves to judge."""
    return re.fullmatch(r"https?://(\[[0-9a-f:.]+\]|[A-Za-z0-9.-]+)(:[0-9]{1,5})?", value) is not None


def _issuer_or_nothing(value: str) -> bool:
    return not value or re.fullmatch(r"https?://[A-Za-z0-9.\[\]:-]+(/[A-Za-z0-9._~/-]*)?", value) is not None


def _setting(default: Any, text: str, allowed: Callable[[Any], bool] = lambda _: True) -> Any:
    return field(default=default, metadata={"text": text, "allowed": allowed})


@dataclass(frozen=True)
class Settings:
    """What an installation may choose; one field a setting, read as `ADRESSEKONTROL_<FIELD>`."""

    home: Path = _setting(Path(".local"), "directory of all state: MLflow store, keys, runs")
    hourly_cost_ore: int = _setting(70_000, "cost of one caseworker hour, øre", _positive)
    quarantine_share: float = _setting(0.02, "largest share of a table's rows that may be quarantined", _share)
    quarantine_rows: int = _setting(10, "rows that may be quarantined however small the table", _not_negative)
    freshness_days: int = _setting(45, "largest age of the newest residence, payment and signal, days", _positive)
    label_delay_days: int = _setting(180, "age at which a case may be used as a label, days", _not_negative)
    cool_off_months: int = _setting(12, "months without a control after one closed with no change", _not_negative)
    signal_months: int = _setting(24, "months in which a signal may give a concrete presumption", _positive)
    random_share: float = _setting(0.05, "share of the capacity that goes to the random arm", _share)
    threads: int = _setting(2, "threads that training may use", _positive)
    record_texts_file: str = _setting("", "file of what records cannot know; empty means the shipped one")
    proxy_auc_feature: float = _setting(0.75, "largest AUC of one feature for a protected group", _share)
    proxy_auc_matrix: float = _setting(0.85, "largest AUC of all features for a protected group", _share)
    innocent_ratio: float = _setting(1.25, "largest lower end of a group's innocent-control ratio", _positive)
    fairness_age_days: int = _setting(100, "days after which a fairness run or a proxy screen lapses", _positive)
    model_age_days: int = _setting(200, "days after its training at which a model lapses", _positive)
    label_age_days: int = _setting(450, "largest age of the newest case that a model learned from, days", _positive)
    random_arm_cases: int = _setting(15, "random controls with a known outcome that a promotion needs", _not_negative)
    random_arm_year_cases: int = _setting(5, "random controls of the last year that a publication needs", _not_negative)
    stability_overlap: float = _setting(0.7, "smallest share of a list that another seed must list too", _share)
    blind_share: float = _setting(0.2, "share of cases whose reasons stay hidden until the first look", _share)
    needless_per_1000: float = _setting(200.0, "needless controls a year that 1,000 adults may bear", _positive)
    list_days: int = _setting(35, "days after its making for which a list may be used to open cases", _positive)
    hearing_days: int = _setting(14, "days that a citizen has at least to answer a hearing", _positive)
    appeal_days: int = _setting(28, "days in which a decision can be appealed", _positive)
    verdict_hours: int = _setting(24, "hours for which a verdict of a gate may be used", _positive)
    legal_bases_file: str = _setting("", "file of dated legal bases; empty means the shipped ones")
    kept_registers_days: int = _setting(1_096, "days for which a run's registers as known then are kept", _positive)
    case_retention_days: int = _setting(
        1_827, "days after its closing for which a case keeps its words and its address", _positive
    )
    letter_texts_file: str = _setting("", "file of sender and legal rules of letters; empty means the shipped one")
    outbox_dir: str = _setting("", "where the outbox puts what leaves the house; empty means home/outbox")
    mlflow_uri: str = _setting("", "MLflow tracking address; empty means a SQLite store under home")
    database: str = _setting("", "SQLAlchemy address of our database; empty means a SQLite file under home")
    operator: str = _setting("kommandolinje", "who the audit log says is acting on the command line", _one_line)
    invented_day: str = _setting(
        "", "day that gates take for today, in an invented town; empty: today", _day_or_nothing
    )
    checkpoint_dir: str = _setting("", "where signed checkpoints of the audit log go; empty means home/checkpoints")
    checkpoint_events: int = _setting(1_000, "events of the audit log that may await a checkpoint", _positive)
    authority_name: str = _setting("Kontrolenheden", "who serves the pages, as it stands at their top", _one_line)
    public_url: str = _setting("http://127.0.0.1:8000", "address under which people reach the service", _web_address)
    listen: str = _setting("127.0.0.1", "address of this machine on which the service listens", _one_line)
    port: int = _setting(8000, "port on which the service listens", _port)
    metrics_port: int = _setting(9100, "port on which the figures of operation are read", _port)
    oidc_issuer: str = _setting(
        "", "issuer of the OpenID provider; empty means that nobody logs in", _issuer_or_nothing
    )
    oidc_client_id: str = _setting("adressekontrol", "name of the service at the OpenID provider", _one_line)
    oidc_client_secret_file: str = _setting("", "file of the secret at the provider; empty: a public client with PKCE")
    jwt_issuer: str = _setting("", "issuer of the API's bearer tokens; empty means oidc_issuer", _issuer_or_nothing)
    jwt_audience: str = _setting("adressekontrol-api", "audience that a bearer token must name", _one_line)
    jwks_file: str = _setting("", "file of the issuer's public keys; empty means fetched from the issuer")
    roles_claim: str = _setting(
        "roles", "claim that holds a user's roles or groups; a.b is the claim b within a", _one_line
    )
    roles_file: str = _setting(
        "", "file of the provider's groups and the roles they give; empty: values adressekontrol:ROLE:OFFICE"
    )
    user_claim: str = _setting("sub", "claim that names the user in the log; never a CPR number", _one_line)
    session_minutes: int = _setting(30, "minutes without a page after which a session ends", _positive)
    session_hours: int = _setting(8, "hours after its login at which a session ends", _positive)
    rate_per_minute: int = _setting(300, "requests a minute that one user may make", _positive)
    peer_rate_per_minute: int = _setting(6_000, "requests a minute that one network address may make", _positive)
    body_bytes: int = _setting(1_000_000, "largest body of a request, bytes", _positive)
    business_case_file: str = _setting(
        "", "file of the business case that impact is held against; empty means the shipped address control"
    )
    price_index_file: str = _setting("", "file of the yearly changes of prices; empty means the shipped assumptions")
    trace_endpoint: str = _setting("", "OpenTelemetry collector (OTLP over HTTP); empty: no traces", _issuer_or_nothing)

    @property
    def checkpoints(self) -> Path:
        """The directory in force for signed checkpoints."""
        return Path(self.checkpoint_dir) if self.checkpoint_dir else self.home / "checkpoints"

    @property
    def mlflow_tracking_uri(self) -> str:
        """The tracking address in force."""
        return self.mlflow_uri or f"sqlite:///{(self.home / 'mlflow.db').absolute()}"


def load_settings(environment: Mapping[str, str]) -> Settings:
    """Read the settings from `environment`; an unknown or malformed one raises `SettingsError`."""
    known = {PREFIX + f.name.upper(): f for f in fields(Settings)}
    chosen: dict[str, Any] = {}
    for name, text in environment.items():
        if not name.startswith(PREFIX):
            continue
        if name not in known:
            raise SettingsError(
                "There is no such setting.", item=name, remedy=f"Remove it, or use one of: {', '.join(sorted(known))}."
            )
        setting = known[name]
        chosen[setting.name] = _read(name, text, type(setting.default), setting.metadata["allowed"])
    return Settings(**chosen)


def _read(name: str, text: str, kind: type, allowed: Callable[[Any], bool]) -> Any:
    try:
        value = kind(text)
    except ValueError:
        raise SettingsError(
            f"'{text}' is not a value of type {kind.__name__}.", item=name, remedy="Correct the environment variable."
        ) from None
    if not allowed(value):
        raise SettingsError(f"'{text}' lies outside what is allowed.", item=name, remedy="Choose another value.")
    return value
