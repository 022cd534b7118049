"""An answer on access as headings, paragraphs and tables in Danish, for printing. Knows the answer, no typesetting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from service.letters.kinds import LETTER_KINDS
from service.rights.access_words import COLUMNS, SCORES, TABLES, as_word
from service.web.danish import NOTHING, dansk_dato, dansk_tid, kroner, tal

Block = Mapping[str, Any]
Answer = Mapping[str, Any]
_USED = ("first_used", "last_used")
_HIDDEN_COLUMNS = frozenset({"person_id", "retracted_on"})
NO = "Der er ikke registreret noget."
KEPT_BACK = "holdt tilbage til gennemgang"


def heading(text: str, level: int = 1) -> Block:
    """A heading of a level from 1."""
    return {"kind": "heading", "level": level, "text": text}


def paragraph(text: str) -> Block:
    """A paragraph."""
    return {"kind": "paragraph", "text": text}


def bullets(items: Sequence[str]) -> list[Block]:
    """A list; nothing for none."""
    return [{"kind": "list", "items": list(items)}] if items else []


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Block]:
    """A table with a header row; a sentence instead of an empty one."""
    return [{"kind": "table", "header": list(header), "rows": [list(row) for row in rows]}] if rows else [paragraph(NO)]


def build_blocks(answer: Answer) -> list[Block]:
    """The whole answer in the order in which it is read."""
    return [
        *_about(answer),
        *_why(answer),
        *_places(answer),
        *_cases(answer),
        *_leads(answer),
        *_letters(answer),
        *_viewings(answer),
        *_requests(answer),
        *_registers(answer),
        *_runs(answer),
        heading("Hvad der ikke er med"),
        paragraph(answer["kept_back"]["explanation"]),
        paragraph(f"Fritekster holdt tilbage: {answer['kept_back']['texts']}."),
    ]


def _about(answer: Answer) -> list[Block]:
    person = answer["person"]
    rows = [
        ("Navn", person["name"] or NOTHING),
        ("CPR-nummer", person["cpr_number"] or NOTHING),
        ("Systemets betegnelse for dig", person["person_id"]),
        ("Navne- og adressebeskyttelse", "ja" if person["address_protected"] else "nej"),
        ("Dannet", dansk_tid(answer["made_at"])),
    ]
    return [
        paragraph("Her er alt, hvad systemet Adressekontrol har registreret om dig."),
        *table(("Om dig", ""), rows),
    ]


def _why(answer: Answer) -> list[Block]:
    blocks: list[Block] = []
    for each in answer["why"]:
        blocks += [heading(each["heading"]), paragraph(each["text"])]
    bases = [(each["act"], each["paragraph"], each["text"]) for each in answer["legal_bases"]]
    return [
        *blocks,
        heading("Retsgrundlag"),
        *table(("Lov", "Bestemmelse", "Hvornår"), bases),
        heading("Hvor længe oplysningerne gemmes"),
        *bullets(answer["kept_for"]),
    ]


def _places(answer: Answer) -> list[Block]:
    blocks: list[Block] = [heading("Placeringer på listen")]
    if not answer["places"]:
        return [*blocks, paragraph("Din husstand har ikke stået på nogen liste, som der er gemt oplysninger om.")]
    for place in answer["places"]:
        blocks += _place(place)
    return blocks


def _place(place: Answer) -> list[Block]:
    score = [(SCORES.get(name, name), _score(name, value)) for name, value in sorted(place["score"].items())]
    facts = [(each["sentence"], dansk_dato(each["known_on"])) for each in place["facts"]]
    where = f"Nummer {place['place']} af {place['places_on_list']} på listen for {dansk_dato(place['as_of'])}"
    return [
        heading(where, 2),
        paragraph(f"Model: {place['model_version']}. Kørsel: {place['run']}."),
        heading("Det talte for", 3),
        *(bullets(place["reasons_for"]) or [paragraph(NO)]),
        heading("Det talte imod", 3),
        *(bullets(place["reasons_against"]) or [paragraph(NO)]),
        heading("Modellens tal", 3),
        *table(("Tal", "Værdi"), score),
        heading("Oplysninger om husstanden, som indgik", 3),
        *table(("Oplysning", "Kendt siden"), facts),
    ]


def _score(name: str, value: Any) -> str:
    if value is None:
        return NOTHING
    return kroner(round(value)) if name.endswith("_ore") else tal(value, 3)


def _cases(answer: Answer) -> list[Block]:
    blocks: list[Block] = [heading("Sager")]
    if not answer["cases"]:
        return [*blocks, paragraph("Der er ingen sager om din husstand.")]
    for case in answer["cases"]:
        blocks += _case(case)
    return blocks


def _case(case: Answer) -> list[Block]:
    rows = [
        ("Tilstand", case["state"]),
        ("Forvaltninger", ", ".join(case["administrations"])),
        ("På listen", dansk_dato(case["listed_on"])),
        ("Valgt ved stikprøve", "ja" if case["drawn_at_random"] else "nej"),
        ("Åbnet", dansk_dato(case["opened_on"])),
        ("Afsluttet", dansk_dato(case["closed_on"])),
        ("Udfald", case["outcome"] or NOTHING),
        ("Årsag", case["cause"] or NOTHING),
    ]
    return [
        heading(f"Sag {case['case']}", 2),
        *table(("Sagen", ""), rows),
        *_case_reasons(case),
        *_case_history(case),
        *_case_effects(case),
        *_case_texts(case),
    ]


def _case_reasons(case: Answer) -> list[Block]:
    return [
        heading("Det talte for, at sagen blev vurderet", 3),
        *(bullets(case["reasons_for"]) or [paragraph(NO)]),
        heading("Det talte imod", 3),
        *(bullets(case["reasons_against"]) or [paragraph(NO)]),
    ]


def _case_history(case: Answer) -> list[Block]:
    steps = [(dansk_tid(each["at"]), each["step"], each["by"], each["state_after"]) for each in case["steps"]]
    looks = [(dansk_tid(each["at"]), each["by"], each["assessment"]) for each in case["assessments"]]
    return [
        heading("Hvad der er sket", 3),
        *table(("Tidspunkt", "Trin", "Hvem", "Sagen var derefter"), steps),
        heading("Medarbejdernes egne vurderinger", 3),
        *table(("Tidspunkt", "Hvem", "Vurdering"), looks),
    ]


def _case_effects(case: Answer) -> list[Block]:
    rows = [
        (
            str(each["benefit"]),
            each["effect"],
            kroner(each["monthly_change_ore"]),
            dansk_dato(each["effective_from"]),
            kroner(each["reclaim_ore"]),
            dansk_dato(each["reversed_on"]),
        )
        for each in case["effects"]
    ]
    header = ("Ydelse", "Hvad", "Ændring pr. måned", "Fra", "Tilbagebetaling", "Omgjort")
    others = f"Ændringer for andre i husstanden: {case['effects_on_others']}."
    return [
        heading("Ændringer af dine ydelser", 3), *table(header, rows), paragraph(others),
        heading("Din registrering i CPR", 3), *(paragraph(said) for said in _correction(case)),
    ]  # fmt: skip


def _correction(case: Answer) -> list[str]:
    own, others, ended = (
        case[name] for name in ("registration_corrected", "registrations_of_others_corrected", "correction_reversed_on")
    )
    if own is None:
        return ["Sagens tekster er slettet, så det kan ikke længere ses, hvem rettelsen gælder."]
    aside = f" Det er omgjort {dansk_dato(ended)}." if ended else ""
    decided = "Din registrering rettes." if case["outcome"] else "Det er indstillet, at din registrering rettes."
    said = decided if own else "Din registrering rettes ikke."
    return [said + (aside if own else ""), f"Rettelser for andre i husstanden: {others}.{'' if own else aside}"]


def _case_texts(case: Answer) -> list[Block]:
    rows = [(dansk_tid(each["at"]), each["kind"], each.get("words", KEPT_BACK)) for each in case["texts"]]
    return [heading("Tekster i sagen", 3), *table(("Tidspunkt", "Art", "Tekst"), rows)]


def _leads(answer: Answer) -> list[Block]:
    rows = [(dansk_dato(each["recorded_on"]), each["kind"], each.get("words", KEPT_BACK)) for each in answer["leads"]]
    return [heading("Henvendelser, som kommunen selv har noteret"), *table(("Registreret", "Art", "Tekst"), rows)]


def _letters(answer: Answer) -> list[Block]:
    rows = [
        (
            dansk_tid(each["at"]),
            LETTER_KINDS[each["kind"]].text_da if each["kind"] in LETTER_KINDS else each["kind"],
            "vedlagt" if each["enclosed"] else "ikke vedlagt",
        )
        for each in answer["letters"]
    ]
    return [heading("Breve til dig"), *table(("Tidspunkt", "Brev", "Kopi"), rows)]


def _viewings(answer: Answer) -> list[Block]:
    rows = [(dansk_tid(each["at"]), each["by"], each["what"], each["purpose"]) for each in answer["viewings"]]
    return [
        heading("Hvem har set eller behandlet oplysninger om dig"),
        *table(("Tidspunkt", "Hvem", "Hvad", "Formål"), rows),
    ]


def _requests(answer: Answer) -> list[Block]:
    rows = [
        (dansk_dato(each["received_on"]), each["kind"], dansk_dato(each["answered_on"])) for each in answer["requests"]
    ]
    return [heading("Dine anmodninger"), *table(("Modtaget", "Om", "Besvaret"), rows)]


def _registers(answer: Answer) -> list[Block]:
    blocks: list[Block] = [heading("Oplysninger fra registrene")]
    for name, rows in answer["registers"].items():
        blocks += [heading(TABLES.get(name, name), 2), *_register(rows)]
    return blocks


def _register(rows: Sequence[Answer]) -> list[Block]:
    columns = [name for name in COLUMNS if rows and name in rows[0] and name not in _HIDDEN_COLUMNS]
    header = [COLUMNS[name] for name in columns]
    return table(header, [[_cell(name, row[name]) for name in columns] for row in rows])


def _cell(column: str, value: Any) -> str:
    if value is None or isinstance(value, bool):
        return NOTHING if value is None else ("ja" if value else "nej")
    if column.endswith("_ore"):
        return kroner(int(value))
    if isinstance(value, str) and len(value) == 10 and value[4:5] == value[7:8] == "-":
        return dansk_dato(value)
    return str(as_word(column, value))


def _runs(answer: Answer) -> list[Block]:
    rows = [
        (
            dansk_dato(each["as_of"]),
            each["model_version"],
            "ja" if each["listed"] else "nej",
            NOTHING if each["other_residents"] is None else str(each["other_residents"]),
        )
        for each in answer["runs"]
    ]
    return [
        heading("Kørsler, hvor oplysninger om dig indgik"),
        paragraph("Kom husstanden ikke på listen, er der ikke gemt noget tal om den."),
        *table(("Dag", "Model", "På listen", "Andre på adressen"), rows),
    ]
