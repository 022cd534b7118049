"""Danish words of an answer on access: what each register, column and code is called to the citizen. No logic."""

from __future__ import annotations

from collections.abc import Mapping

TABLES: Mapping[str, str] = {
    "person": "CPR: stamoplysninger",
    "residence": "CPR: dine adresser",
    "relation": "CPR: familieforhold",
    "address": "DAR og BBR: dine adresser og boliger",
    "benefit_grant": "Bevillinger af ydelser",
    "benefit_payment": "Udbetalte ydelser",
    "signal": "Henvendelser om dig eller din adresse",
    "control_case": "Kontrolsager på din adresse, mens du var registreret der",
    "control_effect": "Ændringer af dine ydelser efter en kontrolsag",
}
COLUMNS: Mapping[str, str] = {
    "person_id": "person",
    "related_id": "i forhold til",
    "birth_date": "født",
    "civil_status": "civilstand",
    "status": "CPR-status",
    "address_protected": "navne- og adressebeskyttelse",
    "address_id": "adresse (DAR-id)",
    "channel": "anmeldt via",
    "care_of": "c/o-adresse",
    "kind": "art",
    "municipality_code": "kommunekode",
    "road_code": "vejkode",
    "house_number": "husnummer",
    "floor": "etage",
    "door": "dør",
    "postal_code": "postnummer",
    "unit_use_code": "anvendelse (BBR)",
    "area_m2": "areal, m²",
    "rooms": "værelser",
    "tenure": "ejerforhold",
    "grant_id": "bevilling",
    "benefit": "ydelse",
    "basis": "grundlag",
    "children": "antal børn i bevillingen",
    "month": "måned",
    "amount_ore": "beløb",
    "signal_id": "henvendelse",
    "case_id": "sag",
    "opened_on": "åbnet",
    "closed_on": "afsluttet",
    "outcome": "udfald",
    "hours": "timer",
    "selection_probability": "sandsynlighed for udtræk",
    "effect_id": "ændring",
    "effect": "hvad der skete",
    "monthly_change_ore": "ændring pr. måned",
    "effective_from": "virkning fra",
    "reclaim_ore": "tilbagebetalingskrav",
    "reversed_on": "omgjort",
    "valid_from": "gælder fra",
    "valid_to": "gælder til",
    "recorded_on": "registreret",
    "retracted_on": "rettet",
}
CODES: Mapping[str, Mapping[str, str]] = {
    "civil_status": {
        "U": "ugift", "G": "gift", "F": "fraskilt", "E": "enke eller enkemand", "P": "registreret partnerskab",
        "O": "ophævet partnerskab", "L": "længstlevende partner", "D": "død",
    },
    "channel": {
        "self_service": "selvbetjening", "counter": "Borgerservice", "authority": "myndighed", "import": "indlæst",
        "rule_list": "regelliste", "own_lead": "egen undren", "tip": "henvendelse", "data_unit": "dataenhed",
        "random": "stikprøve", "model": "prioriteret liste",
    },
    "kind": {
        "spouse": "ægtefælle", "registered_partner": "registreret partner", "parent": "forælder til",
        "custody": "forældremyndighed over", "citizen_tip": "henvendelse fra borger", "returned_mail": "returpost",
        "moving_notice_mismatch": "flyttemeddelelse stemmer ikke", "landlord_notice": "oplysning fra udlejer",
        "other_authority": "anden myndighed", "data_unit_list": "liste fra dataenhed",
        "caseworker_notice": "medarbejders undren",
    },
    "tenure": {
        "rented": "udlejet", "owner": "ejerbolig", "cooperative": "andelsbolig", "unused": "benyttes ikke",
        "unknown": "ukendt",
    },
    "basis": {
        "single": "enlig", "single_provider": "enlig forsørger", "couple": "samlevende",
        "couple_provider": "samlevende forsørger", "living_at_home": "hjemmeboende", "living_out": "udeboende",
    },
    "outcome": {
        "no_change": "ingen ændring", "registration_corrected": "registreringen er rettet",
        "benefit_changed": "ydelsen er ændret", "referred": "oversendt", "inconclusive": "kunne ikke afklares",
    },
    "effect": {
        "stopped": "standset", "reduced": "nedsat", "increased": "forhøjet", "reclaim": "kræves tilbage",
    },
}  # fmt: skip
SCORES: Mapping[str, str] = {
    "hit_probability": "skønnet sandsynlighed for, at en registrering eller udbetaling er forkert",
    "hit_low": "sandsynlighedens nedre grænse (95 %)",
    "hit_high": "sandsynlighedens øvre grænse (95 %)",
    "hit_logit": "modellens rå tal (log-odds)",
    "expected_hours": "forventede timer til sagen",
    "expected_municipal_ore": "forventet beløb for kommunen",
    "expected_society_ore": "forventet beløb for samfundet",
    "expected_net_ore": "forventet beløb efter kommunens egne udgifter",
    "net_low_ore": "det samme, nedre grænse",
    "net_high_ore": "det samme, øvre grænse",
    "expected_bif_ore": "forventet beløb, beskæftigelse",
    "expected_buf_ore": "forventet beløb, børn og unge",
    "expected_kff_ore": "forventet beløb, Borgerservice",
}
TEXT_KINDS: Mapping[str, str] = {
    "fact": "noteret oplysning",
    "note": "notat",
    "answer": "svar fra en borger",
    "visit": "besøg",
    "demand": "anmodning om oplysninger",
    "grounds": "begrundelse",
    "objection": "indsigelse",
    "correction": "rettelse",
}
OWN_STEPS: Mapping[str, str] = {
    "listed": "Sagen kom på listen",
    "relisted": "Sagen kom på en ny liste",
    "expired": "Sagen udgik med listen",
    "renewed": "Oplysningerne i sagen blev fornyet fra registrene",
}
"""What happens to a case without anybody taking a step."""
WHY: tuple[tuple[str, str], ...] = (
    (
        "Hvorfor kommunen behandler oplysningerne",
        "Kommunen kontrollerer, om folkeregisteradresser og udbetalinger af sociale ydelser er rigtige. Systemet "
        "ordner husstande på en liste efter, hvor der er størst grund til at se efter. En plads på listen betyder "
        "kun, at en medarbejder vurderer, om der skal åbnes en sag. Systemet træffer ingen afgørelser.",
    ),
    (
        "Hvordan rækkefølgen bliver til",
        "En statistisk model skønner ud fra tidligere kontrolsager, hvor ofte husstande med lignende oplysninger "
        "viste sig at have en forkert registrering eller udbetaling. En lille del af listen er trukket tilfældigt. "
        "Køn, statsborgerskab, herkomst, sprog, bydel og helbred indgår ikke.",
    ),
    (
        "Hvor oplysningerne kommer fra",
        "Det Centrale Personregister (CPR), Danmarks Adresseregister og Bygnings- og Boligregistret (DAR og BBR), "
        "kommunens ydelsessystemer, kommunens egne kontrolsager og henvendelser til kommunen.",
    ),
    (
        "Hvem der får dem",
        "Medarbejdere, der behandler din sag, i de forvaltninger, som sagen handler om. Bliver der truffet en "
        "afgørelse, går den til ydelsessystemet, til Digital Post og til journalen. Oplysningerne føres ikke ud "
        "af EU.",
    ),
    (
        "Dine rettigheder",
        "Du kan bede om at få forkerte oplysninger rettet eller behandlingen begrænset, og du kan gøre indsigelse mod "
        "behandlingen. Du kan klage til Datatilsynet (www.datatilsynet.dk). Er der truffet en afgørelse i en sag om "
        "dig, står det i afgørelsen, hvordan du klager over den.",
    ),
)
"""GDPR Article 15(1)(a)-(h) and (2), what is the same in every answer; what differs stands in the answer itself."""


def as_word(column: str, value: object) -> object:
    """The Danish word of a code; whatever has none stays as it is."""
    return CODES.get(column, {}).get(str(value), value) if value is not None else None
