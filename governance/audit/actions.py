"""What can be done, by code: every change and every read of personal data that leaves an event.

A code that is not here cannot be recorded, and so what it stands for cannot be done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Kind = Literal["change", "personal_read"]


@dataclass(frozen=True)
class Action:
    """One thing that can be done: its code, what the log says of it in Danish, and why it leaves an event."""

    code: str
    text_da: str
    kind: Kind


_ALL = (
    Action("registers.checked", "Registre blev kontrolleret mod kontrakten", "personal_read"),
    Action("matrix.built", "Grunddata for alle kandidater blev beregnet", "personal_read"),
    Action("rows.explained", "Rækkerne bag en adresses tal blev vist", "personal_read"),
    Action("model.trained", "En model blev trænet", "change"),
    Action("seed.committed", "Lodtrækningens frø blev bundet før lodtrækningen", "change"),
    Action("list.made", "En liste blev dannet", "change"),
    Action("decision.replayed", "En tidligere placering blev regnet efter", "personal_read"),
    Action("fairness.measured", "Ligebehandling blev målt", "personal_read"),
    Action("gate.judged", "En kontrolport afgjorde en sag", "change"),
    Action("model.promoted", "En model blev godkendt til brug", "change"),
    Action("list.published", "En liste blev frigivet", "change"),
    Action("exception.signed", "En undtagelse blev underskrevet", "change"),
    Action("assessment.recorded", "En konsekvensanalyse blev registreret", "change"),
    Action("role_key.registered", "En rolles nøgle blev registreret", "change"),
    Action("system.stopped", "Systemet blev stoppet", "change"),
    Action("system.resumed", "Systemet blev sat i gang igen", "change"),
    Action("mitigation.approved", "Et indgreb i rækkefølgen blev godkendt", "change"),
    Action("log.exported", "Loggen blev udleveret", "personal_read"),
    Action("records.built", "Dokumentationen blev dannet", "change"),
    Action("database.upgraded", "Databasen blev ført frem til en nyere udgave", "change"),
    Action("database.downgraded", "Databasen blev ført tilbage til en ældre udgave", "change"),
    Action("database.backed_up", "Der blev taget en sikkerhedskopi", "personal_read"),
    Action("database.restored", "En sikkerhedskopi blev lagt tilbage", "change"),
    Action("retention.done", "Det, hvis opbevaringstid var udløbet, blev slettet", "change"),
    Action("log.searched", "Der blev søgt i loggen", "personal_read"),
    Action("right.received", "En anmodning om indsigt, berigtigelse eller indsigelse blev modtaget", "change"),
    Action("right.handled", "En anmodning om en rettighed blev behandlet", "change"),
    Action("right.read", "En anmodning om en rettighed blev læst", "personal_read"),
    Action("person.exported", "En persons oplysninger blev udleveret", "personal_read"),
    Action("breach.recorded", "Et brud på persondatasikkerheden blev registreret", "change"),
    Action("breach.handled", "Et brud på persondatasikkerheden blev behandlet", "change"),
    Action("breach.read", "Et brud på persondatasikkerheden blev læst", "personal_read"),
    Action("identities.imported", "Navne, CPR-numre og vejnavne blev indlæst", "change"),
    Action("identity.read", "Navn og CPR-nummer blev vist eller sendt", "personal_read"),
    Action("identity.searched", "Et CPR-nummer blev slået op", "personal_read"),
    Action("letter.made", "Et brev blev dannet", "change"),
    Action("letter.read", "Et brev blev vist", "personal_read"),
    Action("outbox.sent", "En meddelelse blev sendt til et andet system", "change"),
    Action("outbox.received", "En kvittering blev modtaget", "change"),
    Action("nightly.begun", "Nattens kørsel begyndte, og dens frø blev bundet", "change"),
    Action("nightly.merged", "Egne sager og henvendelser blev lagt sammen med dagens registre", "personal_read"),
    Action("nightly.stopped", "Nattens kørsel blev standset", "change"),
    Action("nightly.finished", "Nattens kørsel blev færdig", "change"),
    Action("protection.refreshed", "Sager med adressebeskyttede beboere blev skjult", "change"),
    Action("outcomes.exported", "Sagers udfald blev udleveret i registerform", "personal_read"),
    Action("capacity.set", "Kapacitet blev angivet", "change"),
)
ACTIONS: Mapping[str, Action] = {action.code: action for action in _ALL}
