"""What must not be served: combinations of settings under which a session or a person could be read by others."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

from governance.errors import SettingsError
from governance.settings import PREFIX, Settings


def refuse_unsafe(settings: Settings, *, demo: bool) -> None:
    """`SettingsError` for a combination that is not safe to serve."""
    here = is_loopback(host_of(settings.public_url))
    listens_here = is_loopback(settings.listen)
    if not is_encrypted(settings) and not here:
        raise _unsafe("PUBLIC_URL", "Without https everybody on the way reads what is sent.", "Write https://...")
    if not is_encrypted(settings) and not listens_here:
        raise _unsafe(
            "LISTEN", "Without https the service must not be reached from other machines.",
            f"Listen on 127.0.0.1, or set {PREFIX}PUBLIC_URL to the https address in front of it.",
        )  # fmt: skip
    for name in ("oidc_issuer", "jwt_issuer"):
        issuer = str(getattr(settings, name))
        if issuer.startswith("http://") and not is_loopback(host_of(issuer)):
            raise _unsafe(name.upper(), "Keys fetched without https are anybody's.", "Write https://...")
    _refuse_one_audience(settings)
    if demo and not (here and listens_here):
        raise _unsafe(
            "PUBLIC_URL" if listens_here else "LISTEN", "Invented colleagues log in on this machine alone.",
            "Listen on 127.0.0.1, and use an http://127.0.0.1 address.",
        )  # fmt: skip
    if demo and settings.oidc_issuer:
        raise _unsafe("OIDC_ISSUER", "Invented colleagues and real ones do not share a service.", "Leave it out.")


def _refuse_one_audience(settings: Settings) -> None:
    one_issuer = bool(settings.oidc_issuer) and settings.jwt_issuer in ("", settings.oidc_issuer)
    if one_issuer and settings.jwt_audience == settings.oidc_client_id:
        raise _unsafe(
            "JWT_AUDIENCE", "An ID token for the pages would open the API.",
            f"Name another audience than {PREFIX}OIDC_CLIENT_ID.",
        )  # fmt: skip


def is_encrypted(settings: Settings) -> bool:
    """Whether people reach the service by https."""
    return settings.public_url.startswith("https://")


def host_of(address: str) -> str:
    """The host of a web address, without port and brackets."""
    return urlsplit(address).hostname or ""


def addressed_host(settings: Settings) -> str:
    """What a browser puts into `Host`: the port only where it is not the usual one."""
    address = urlsplit(settings.public_url)
    usual = 443 if address.scheme == "https" else 80
    return address.netloc.removesuffix(f":{usual}").lower()


def is_loopback(host: str) -> bool:
    """Whether a host is this machine and can be no other."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _unsafe(name: str, what: str, remedy: str) -> SettingsError:
    return SettingsError(what, item=PREFIX + name, remedy=remedy)
