"""Puts the door together from the settings, once, when the app is made."""

from __future__ import annotations

import dataclasses
import datetime as dt
from importlib import import_module
from pathlib import Path

from governance.as_of import Clock
from governance.errors import SettingsError
from governance.pseudonyms import load_key
from governance.sealing import load_sealer
from governance.settings import Settings
from governance.store.opening import Store
from service.auth.bearer import ByToken, FileKeys, Keys
from service.auth.by_session import BySession
from service.auth.cookies import Cookies
from service.auth.door import Door
from service.auth.groups import Groups, load_groups
from service.auth.limits import Buckets
from service.auth.logging_in import ByProvider, Entrance, Lobby, LoggingIn
from service.auth.provider import Provider
from service.auth.safe import is_encrypted, refuse_unsafe
from service.auth.sessions import Sessions

INVENTED_COLLEAGUES = "service.demo_identities"


def make_door(settings: Settings, *, store: Store, clock: Clock, demo: bool) -> tuple[Door, Lobby]:
    """Door and lobby of an app; `SettingsError` for settings that are not safe or cannot be read."""
    refuse_unsafe(settings, demo=demo)
    sessions = Sessions(
        store, load_key(settings.home, name="sessions"),
        idle=dt.timedelta(minutes=settings.session_minutes), lasting=dt.timedelta(hours=settings.session_hours),
    )  # fmt: skip
    cookies = Cookies(secure=is_encrypted(settings))
    provider, groups = Provider(settings) if settings.oidc_issuer else None, load_groups(settings)
    way_in = _way_in(settings, Entrance(store, sessions, cookies), provider, groups, demo=demo)
    by_session, by_token = (
        BySession(sessions, cookies, settings.public_url),
        ByToken(settings, _keys(settings, provider), groups),
    )
    door = Door(store, {"page": by_session, "api": by_token}, Buckets(settings.rate_per_minute, clock))
    return door, Lobby(sessions, cookies, way_in)


def _keys(settings: Settings, provider: Provider | None) -> Keys | None:
    """The keys of the API's tokens; None where nobody was named who might sign one."""
    if not (settings.jwt_issuer or settings.oidc_issuer):
        return None
    if settings.jwks_file:
        return FileKeys(Path(settings.jwks_file))
    if settings.jwt_issuer in ("", settings.oidc_issuer) and provider is not None:
        return provider.keys
    other = Provider(_as_issuer(settings))
    return other.keys


def _as_issuer(settings: Settings) -> Settings:
    """The settings of a provider that signs tokens and lets nobody in."""
    return dataclasses.replace(settings, oidc_issuer=settings.jwt_issuer, oidc_client_secret_file="")


def _way_in(
    settings: Settings, entrance: Entrance, provider: Provider | None, groups: Groups | None, *, demo: bool
) -> LoggingIn | None:  # fmt: skip
    if demo:
        return _invented(entrance)
    if provider is None:
        return None
    return ByProvider(entrance, provider, load_sealer(settings.home, purpose="logins"), groups)


def _invented(entrance: Entrance) -> LoggingIn:
    """The invented colleagues, whose module is not part of the image for production."""
    try:
        module = import_module(INVENTED_COLLEAGUES)
    except ModuleNotFoundError:
        raise SettingsError(
            "There are no invented colleagues in this installation.", item="--demo", remedy="Serve without --demo."
        ) from None
    way: LoggingIn = module.open_demonstration(entrance)
    return way
