"""Which pages a caller is led to: the main menu, by permission. Knows no page's content."""

from __future__ import annotations

from dataclasses import dataclass

from governance.access.caller import Caller


@dataclass(frozen=True)
class MenuLink:
    """One entry of the main menu as the caller sees it on this page."""

    text: str
    href: str
    current: bool
    active: bool


@dataclass(frozen=True)
class _Entry:
    text: str
    href: str
    # any of them leads here
    permissions: tuple[str, ...]
    # paths that belong to this entry too
    also: tuple[str, ...] = ()


_ENTRIES = (
    _Entry("Start", "/", ("own.session",)),
    _Entry("Listen", "/liste", ("worklist.read",), ("/sager",)),
    _Entry("Ny henvendelse", "/henvendelser/ny", ("lead.write",)),
    _Entry("Fordeling", "/fordeling", ("case.assign",)),
    _Entry("Kapacitet", "/kapacitet", ("capacity.read",)),
    _Entry("Omgørelser", "/omgoerelser", ("case.settle",)),
    _Entry("Effekt", "/effekt", ("impact.read",)),
    _Entry("Tilsyn", "/dpo", ("log.read",)),
    _Entry("Ligebehandling", "/dpo/ligebehandling", ("fairness.read",)),
    _Entry("Kontrolporte", "/dpo/porte", ("gates.read",)),
    _Entry("Dokumentation", "/dpo/dokumentation", ("records.read",)),
)


def _belongs(path: str, root: str) -> bool:
    return path == root or (root != "/" and path.startswith(root + "/"))


def _closest(path: str) -> str | None:
    """The entry under which a path falls: the longest that matches."""
    matching = [(len(root), each.href) for each in _ENTRIES for root in (each.href, *each.also) if _belongs(path, root)]
    return max(matching)[1] if matching else None


def build_menu(caller: Caller | None, path: str) -> tuple[MenuLink, ...]:
    """The caller's menu; empty for somebody who is not logged in."""
    if caller is None:
        return ()
    here = _closest(path)
    return tuple(
        MenuLink(text=each.text, href=each.href, current=each.href == path, active=each.href == here)
        for each in _ENTRIES
        if any(caller.may(permission) for permission in each.permissions)
    )
