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
    Action("database.granted", "En databaserolle fik lov til at udføre arbejdet", "change"),
    Action("database.downgraded", "Databasen blev ført tilbage til en ældre udgave", "change"),
    Action("database.backed_up", "Der blev taget en sikkerhedskopi", "personal_read"),
    Action("database.restored", "En sikkerhedskopi blev lagt tilbage", "change"),
    Action("retention.done", "Det, hvis opbevaringstid var udløbet, blev slettet", "change"),
    Action("log.searched", "Der blev søgt i loggen", "personal_read"),
    Action("right.received", "En anmodning om indsigt, berigtigelse eller indsigelse blev modtaget", "change"),
    Action("right.handled", "En anmodning om en rettighed blev behandlet", "change"),
    Action("right.rescored", "En husstand blev regnet om med en rettelse", "change"),
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
    Action("worklist.taken_in", "En frigivet liste blev til sager", "change"),
    Action("worklist.renewed", "Sager under behandling fik dagens oplysninger fra registrene", "personal_read"),
    Action("worklist.read", "Listen blev vist", "personal_read"),
    Action("case.read", "En sag blev vist", "personal_read"),
    Action("lead.entered", "En henvendelse eller egen undren blev indtastet", "change"),
    Action("case.claim", "En sag blev taget", "change"),
    Action("case.release", "En sag blev sluppet", "change"),
    Action("case.assign", "En sag blev fordelt", "change"),
    Action("case.skip", "En sag blev sprunget over", "change"),
    Action("case.declare_conflict", "Inhabilitet blev meldt", "change"),
    Action("case.first_look", "En første vurdering blev noteret", "change"),
    Action("case.reject", "En sag blev afvist", "change"),
    Action("case.open", "En sag blev åbnet", "change"),
    Action("case.record_fact", "En oplysning blev noteret", "change"),
    Action("case.report_wrong_fact", "En oplysning blev meldt forkert", "change"),
    Action("case.add_note", "Et notat blev skrevet", "change"),
    Action("case.record_hours", "Tid på en sag blev noteret", "change"),
    Action("case.inform", "Borgeren blev orienteret", "change"),
    Action("case.inform_another", "Endnu en voksen blev orienteret", "change"),
    Action("case.demand_information", "Borgeren blev bedt om oplysninger", "change"),
    Action("case.record_answer", "Et svar blev noteret", "change"),
    Action("case.visit", "Et besøg blev noteret", "change"),
    Action("case.suspect", "En mistanke blev registreret", "change"),
    Action("case.clear_suspicion", "En mistanke blev ophævet", "change"),
    Action("case.hear", "En partshøring blev sendt", "change"),
    Action("case.hearing_answer", "Et svar på partshøring blev noteret", "change"),
    Action("case.propose", "En afgørelse blev indstillet", "change"),
    Action("case.second_look", "En anden medarbejders vurdering blev noteret", "change"),
    Action("case.approve", "En afgørelse blev godkendt", "change"),
    Action("case.send_back", "En indstilling blev sendt tilbage", "change"),
    Action("case.withdraw", "En indstilling blev trukket tilbage", "change"),
    Action("case.announce", "En afgørelse blev meddelt", "change"),
    Action("case.refer", "En sag blev oversendt", "change"),
    Action("case.close", "En sag blev afsluttet", "change"),
    Action("case.appeal", "En klage blev registreret", "change"),
    Action("case.reopen", "En afgørelse blev genoptaget efter en anmodning om berigtigelse", "change"),
    Action("case.appeal_outcome", "Udfaldet af en klage blev registreret", "change"),
    Action("case.collect", "En indbetaling blev registreret", "change"),
    Action("case.write_off", "En afskrivning blev registreret", "change"),
    Action("case.veto", "Der blev nedlagt veto mod en sag", "change"),
    Action("case.lift_veto", "Et veto blev løftet", "change"),
    Action("case.end_vetoed", "En standset sag blev afsluttet", "change"),
    Action("case.object", "En indsigelse mod en sag blev registreret", "change"),
    Action("impact.booked", "Kontrollens virkning blev bogført", "change"),
    Action("impact.cost_booked", "En udgift til kontrollen blev bogført", "change"),
    Action("impact.reported", "Rapporten om kontrollens virkning blev lavet", "change"),
    Action("impact.release_asked", "Der blev bedt om at udlevere rapporten om kontrollens virkning", "change"),
    Action("impact.released", "En anden godkendte, at rapporten om kontrollens virkning udleveres", "change"),
    Action("impact.exported", "Rapporten om kontrollens virkning blev udleveret som regneark", "personal_read"),
    Action("impact.explained", "Posterne bag et tal for kontrollens virkning blev vist", "personal_read"),
    Action("session.began", "En medarbejder loggede ind", "change"),
    Action("session.ended", "En medarbejder loggede ud", "change"),
    Action("session.stolen", "En indlogning dukkede op i en anden browser og blev lukket", "change"),
    Action("purpose.chosen", "En medarbejder valgte, hvad oplysninger skal bruges til", "change"),
    Action("glass.broken", "En medarbejder skaffede sig nødadgang til en sag", "change"),
    Action("notice.seen", "En meddelelse til databeskyttelsesrådgiveren blev læst", "change"),
)
ACTIONS: Mapping[str, Action] = {action.code: action for action in _ALL}
