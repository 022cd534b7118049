"""Who saw whom and why: the officer's searches of the log, each of them an event itself."""

from __future__ import annotations

import re
from dataclasses import dataclass

from governance.access.caller import Caller
from governance.audit.search import LogPage, Sought, search_page
from governance.errors import UsageError
from governance.store.opening import Store
from service.cases.forms import invalid
from service.identities.door import find_person, log_name
from service.rights.rebuilding import Viewing, find_viewings
from service.rights.subject import load_subject

PERMISSION = "log.read"
# however it is written, but not within the hexadecimal digits of an id of ours
_NUMBER = re.compile(r"(?<![0-9a-fA-F])\d{6}[ ./:()+@_-]*\d{4}(?![0-9a-fA-F])")


@dataclass(frozen=True)
class Seen:
    """Who saw or did what with one person's household: under which of our names, the newest first."""

    names: frozenset[str]
    viewings: tuple[Viewing, ...]


def search_log(
    store: Store, *, caller: Caller, sought: Sought, purpose: str, before: int | None = None, size: int = 50
) -> LogPage:
    """A page of the log; event `log.searched` with what was asked. `InvalidForm` for what no event can hold."""
    caller.require(PERMISSION)
    asked = {
        "purpose": purpose,
        "action": sought.action,
        "subject": sought.subject,
        "mentions": sorted(sought.mentions or ()),
        "actor": sought.actor,
        "since": str(sought.since or ""),
        "until": str(sought.until or ""),
        "before": before,
    }
    if any(_NUMBER.search(word) for word in (sought.actor or "", sought.subject or "", *(sought.mentions or ()))):
        raise invalid(("om", "Skriv aldrig et CPR-nummer her. Søg under: Hvem har set en person."))
    try:
        with store.act("log.searched", details=asked, actor=caller.user_id) as act:
            return search_page(act.connection, sought, before=before, size=size)
    except UsageError:
        raise invalid(("om", "Der er intet i loggen, som kan søges sådan.")) from None


def who_saw(store: Store, *, caller: Caller, cpr: str, purpose: str, most: int = 200) -> Seen | None:
    """Who saw the person with that CPR number, or their household; None where nobody has it.

    Events `identity.searched` and `log.searched`, the latter naming the person by pseudonym.
    """
    caller.require(PERMISSION)
    person = find_person(store, caller=caller, cpr=cpr, purpose=purpose)
    if person is None:
        return None
    name = log_name(store.settings, person)
    with store.reading() as connection:
        names = frozenset({name, *load_subject(connection, store.settings, person).names_in_log})
        viewings = find_viewings(connection, names, most=most)
    with store.act("log.searched", subject=name, details={"purpose": purpose}, actor=caller.user_id):
        pass
    return Seen(names, viewings)
