"""`docs/access.md`: who may do what, rendered from the permission table and from the routes that are in force."""

from __future__ import annotations

from collections.abc import Iterator

from fastapi import FastAPI

from governance.access.permissions import PERMISSIONS, PURPOSES, PURPOSES_OF, ROLE_NAMES, ROLES
from service.auth.declared import Declared, DeclaredRoute, Requirement, declared_routes
from service.auth.glass import MINUTES, READABLE

_HEAD = """# Identity and access

Generated from `governance.access`, `service.auth` and the routes; do not edit it by hand. A right is a role in an
administration (BIF, BUF or KFF). What no row gives is denied, and a route that declares no permission keeps the
service from starting.

## How somebody is recognised

**Pages** by OpenID Connect: code flow with PKCE, `state` and `nonce`. Register the service at your provider with the
redirect address `<ADRESSEKONTROL_PUBLIC_URL>/log-ind/retur`, and name the provider in `ADRESSEKONTROL_OIDC_ISSUER`.
A client secret stands in a file (`ADRESSEKONTROL_OIDC_CLIENT_SECRET_FILE`), never in the environment; without one the
service is a public client. Accepted signatures are RS256, ES256 and EdDSA; issuer, audience, expiry and time of issue
are required. The log-in under way lives sealed in a cookie for ten minutes and can be answered once: the same answer a
second time, or to another browser, is a page with status 400.

**The API** by a bearer token (JWT) of the same rules, whose audience is `ADRESSEKONTROL_JWT_AUDIENCE`: an ID token for
the pages is none. Keys come from the issuer (kept five minutes, asked for an unknown `kid` at most every thirty
seconds) or from `ADRESSEKONTROL_JWKS_FILE`. The API takes no cookie and pages take no token. No header of a proxy says
who somebody is or from where.

**Roles** come from one claim, `ADRESSEKONTROL_ROLES_CLAIM` (a list, or words separated by blanks), in the form
`adressekontrol:ROLE:OFFICE`, for example `adressekontrol:caseworker:BUF` or `adressekontrol:dpo:*`. Anything else in
the claim gives nothing. Where no claim has that very name, its dots lead into claims: `realm_access.roles` is `roles`
within `realm_access`. A provider with groups of its own needs no new ones: `ADRESSEKONTROL_ROLES_FILE` names a TOML
file of each group, exactly as the claim has it, and the roles that it gives. Then nothing but the groups of the file
counts, for pages and API alike; a group that is not in it gives nothing, and a group whose name has blanks must come in
a list. The file is read at the start, and a role or administration that there is not stops the service:

```toml
"Kontrol-BUF-Sagsbehandlere" = ["caseworker:BUF"]
"Kontrol-Ledere" = ["team_leader:BUF", "team_leader:KFF"]
"/databeskyttelse/dpo" = ["dpo:*"]
```

`ADRESSEKONTROL_USER_CLAIM` names the user in the audit log for ever: a value with ten digits
like a CPR number is refused, unless it is a UUID.

**Sessions** live in our database under a hash of a random name. One ends after `ADRESSEKONTROL_SESSION_MINUTES` without
a page, `ADRESSEKONTROL_SESSION_HOURS` after its login, at log-out, and when its cookie shows up in another browser: it
then ends for both, and the data-protection officer gets a notice. The time of the last page stands sealed in the
cookie, so that reading writes nothing but the events of reading. Rights are those of the login: whoever loses one keeps
it until the session ends. Logging out ends the session here, not at the provider.

**Cookies** are `__Host-session` and `__Host-login` (Secure, HttpOnly, SameSite=Lax) behind https. On this machine
without https they are `session-loopback` and `login-loopback` without Secure: Chromium takes a `__Host-` cookie from
`http://127.0.0.1` (a test shows it), other browsers need not. `serve` refuses http for any other address.

**Forms** carry a token of the session, and a change that the browser says comes from another site is refused.

**Invented colleagues** (`adressekontrol serve --demo`) come in without proof, only on this machine, only on a database
whose first event says that its town was invented, and never beside a real provider. Their module is not in the image.
"""


def render_access_page() -> str:
    """`docs/access.md`."""
    return "\n".join([_HEAD, *_permissions(), "", *_purposes(), "", *_glass(), "", *_routes()]).rstrip() + "\n"


def _permissions() -> Iterator[str]:
    yield "## Permissions\n"
    yield "`personal` ones read about persons: they need a purpose, and leave an event.\n"
    yield from _table("permission", "in Danish", *ROLES, "personal")
    for each in PERMISSIONS.values():
        held = ["yes" if role in each.roles else "" for role in ROLES]
        yield _row(f"`{each.code}`", each.text_da, *held, "yes" if each.personal else "")


def _purposes() -> Iterator[str]:
    yield "## Purposes\n"
    yield "Chosen once a session on pages, sent as `X-Purpose` with every call to the API.\n"
    yield from _table("purpose", "in Danish", "who may name it")
    for code, text in PURPOSES.items():
        roles = ", ".join(ROLE_NAMES[role] for role in ROLES if code in PURPOSES_OF[role])
        yield _row(f"`{code}`", text, roles or "nobody: it comes with a broken glass")


def _glass() -> Iterator[str]:
    yield "## Breaking the glass\n"
    read = " and ".join(f"`{code}`" for code in sorted(READABLE))
    yield (
        f"In an emergency `glass.break` gives {read} in one case of another administration for {MINUTES} minutes. The"
        " reason is sealed with the case, and the data-protection officer gets a notice in the same act. A case that is"
        " hidden for address protection stays hidden."
    )


def _routes() -> Iterator[str]:
    yield "## Routes\n"
    yield "Where the path names a case, the permission is asked for in the administrations of that case.\n"
    yield from _table("route", "method", "permission", "purpose")
    for route in sorted(_declared(), key=lambda each: (each.path, each.methods)):
        yield _row(f"`{route.path}`", ", ".join(route.methods), *_needed(route.declared))


def _needed(declared: Declared) -> tuple[str, str]:
    if isinstance(declared, Requirement):
        return f"`{declared.permission}`", "yes" if declared.purpose else ""
    return "everybody", ""


def _declared() -> tuple[DeclaredRoute, ...]:
    import service.api
    import service.web

    app = FastAPI(openapi_url=None)
    for router in (*service.web.routers(), *service.api.routers()):
        app.include_router(router)
    return declared_routes(app)


def _table(*header: str) -> list[str]:
    return [_row(*header), _row(*["---"] * len(header))]


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
