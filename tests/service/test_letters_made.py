"""Each kind of letter along the life of a case: what the law asks for stands in it, in both senses of the word."""

from __future__ import annotations

import hashlib
import io
import json
import subprocess
import sys

import pypdf
import pytest

from governance.audit.search import newest_details
from service.identities.door import log_name
from service.letters.kinds import LETTER_KINDS
from service.letters.making import Letter
from service.letters.rendering import render_pdf
from tests.audit_logs import TickingClock, a_store
from tests.service.named import ROAD, hearing_fields, name_everybody, name_of, opened, pdf_of, text_of, write
from tests.service.people import ANNA, BO
from tests.service.town import AGAINST, DAY, FOR, TownList, a_town_list

# what a template would act on if it were markup, code, a path, a label or a comment
EVIL = (
    '#panic("x") #eval("1+1") #read("/etc/passwd") #import "base.typ": * #include "base.typ" $x^2$ *fed* _kursiv_ `kode`'
    ' <mark> @mark \\ [a] {b} // c /* d */ = e ~ -- ... " # https://eksempel.dk'
)
LINES = f"{EVIL}\n= Overskrift\n- punkt\n\n+ {EVIL}"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> TownList:
    """One list for the module; everybody is named."""
    place = tmp_path_factory.mktemp("letters")
    database = f"sqlite:///{place / 'letters.db'}"
    store = a_store(place / "home", clock=TickingClock(), database=database, blind_share=0.0)
    found = a_town_list(store)
    name_everybody(store, place)
    return found


@pytest.fixture(scope="module")
def letters(town: TownList) -> dict[str, Letter]:
    """A letter of each kind, with evil text in every field that takes text."""
    opened(town, facts=(LINES, "Anden oplysning."))
    made = {"orientation": write(town, "home-1", "orientation", rules=["cpr_10", "rsl_11a"], message=LINES)}
    told = [made["orientation"], write(town, "home-1", "orientation", rules=["cpr_10"], recipient="2")]
    town.take("home-1", "inform", ANNA, letters=[letter.letter_id for letter in told])
    asked = hearing_fields(considered_text=LINES, questions=LINES, benefits=["kontanthjaelp", "boligstoette"])
    made["hearing"] = write(town, "home-1", "hearing", **asked)
    other = write(town, "home-1", "hearing", **hearing_fields(benefits=["friplads"]), recipient="2")
    sent = [made["hearing"].letter_id, other.letter_id]
    town.take("home-1", "hear", ANNA, letters=sent)
    for letter in sent:
        town.take("home-1", "hearing_answer", ANNA, letter=letter, text="Nej.", received_on="2024-06-01")
    decide(town)
    rules = ["cpr_11", "lasp_25", "lasp_91", "dtb_27", "udk"]
    made["decision"] = write(town, "home-1", "decision", rules=rules, reasoning=LINES, answer=LINES, registration=LINES)
    opened(town, "home-2")
    made["closing"] = write(town, "home-2", "closing", message=LINES)
    return made


def decide(town: TownList) -> None:
    """The registration is corrected, two benefits of the first adult change, and one that others decide about."""
    effect = {"person": 1, "grant": 0, "effective_from": "2024-07-01", "monthly_change_ore": 0, "reclaim_ore": 0}
    effects = [
        effect
        | {"benefit": "kontanthjaelp", "effect": "reduced", "monthly_change_ore": -123_456, "reclaim_ore": 1_000_000},
        effect | {"benefit": "friplads", "effect": "increased", "monthly_change_ore": 50_000},
        effect | {"benefit": "boligstoette", "effect": "reclaim", "reclaim_ore": 777_700},
        effect | {"benefit": "friplads", "effect": "reclaim", "reclaim_ore": 999_900, "person": 2},
    ]
    town.take(
        "home-1", "propose", ANNA, outcome="registration_corrected", cause="better_knowledge", effects=effects,
        corrected=["1"], rules=["cpr_11", "lasp_91", "dtl_93"], grounds="Fordi.",
    )  # fmt: skip
    town.take("home-1", "second_look", BO, assessment="change")
    town.take("home-1", "approve", BO)


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_a_letter_is_a_tagged_pdf_in_danish_with_its_fonts(
    town: TownList, letters: dict[str, Letter], kind: str
) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf_of(town, letters[kind])))
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"], root["/ViewerPreferences"]["/DisplayDocTitle"]) == (
        "da-DK",
        True,
        True,
    )
    assert "/StructTreeRoot" in root
    assert b"pdfuaid:part>1<" in root["/Metadata"].get_data()
    assert reader.metadata.author == "Demokommunen"
    assert reader.metadata.creation_date.isoformat() == "2024-06-01T00:00:00+00:00"
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    inner = [font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font for font in fonts]
    assert inner
    assert all("/FontFile3" in font["/FontDescriptor"] or "/FontFile2" in font["/FontDescriptor"] for font in inner)


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_every_letter_says_to_whom_from_whom_about_what_and_which_rights(
    town: TownList, letters: dict[str, Letter], kind: str
) -> None:
    text = text_of(pdf_of(town, letters[kind]))
    home = "home-2" if kind == "closing" else "home-1"
    said = (
        f"Demokommunen Kontrolenheden Prøve {home}-a Person {ROAD} 1 2100 Dato: 1. juni 2024",
        f"Sagsnummer: {town.ids[home]}", "forvaltningsloven § 9", "forvaltningsloven § 8", "forvaltningsloven § 7",
        "artikel 15, 16 og 21", "Datatilsynet", "Digital Post", "Side 1 af", "tolk",
    )  # fmt: skip
    assert [each for each in said if each not in text] == []
    forbidden = ("mistænk", "snyd", "svindel", "bedrag", "mistanke", "score", "sandsynlighed", "placering")
    fixed = text.replace(" ".join(LINES.split()), "").lower()
    assert [word for word in forbidden if word in fixed] == []


def test_the_orientation_names_the_match_the_ground_and_how_cases_are_chosen(
    town: TownList, letters: dict[str, Letter]
) -> None:
    text = text_of(pdf_of(town, letters["orientation"]))
    said = (
        "Der er ikke truffet nogen afgørelse", "betyder ikke, at nogen har gjort noget forkert",
        "sammenholder oplysninger i offentlige registre", "Anden oplysning. (kilde: udlejer, oplyst 1. juni 2024)",
        "CPR-loven § 10, stk. 1:", "Retssikkerhedsloven § 11 a, stk. 2:", "stikprøver", "Et it-system foreslår",
        "Kontanthjælp: Kontanthjælpens størrelse afhænger",
        "Systemet afgør ikke noget", "dataansvarlig", "artikel 6, stk. 1, litra e", "Databeskyttelsesrådgiveren",
    )  # fmt: skip
    assert [each for each in said if each not in text] == []


def test_another_adults_benefits_are_not_told(town: TownList, letters: dict[str, Letter]) -> None:
    for kind in ("orientation", "hearing"):
        text = text_of(pdf_of(town, letters[kind]))
        assert "fripladstilskud" not in text
        assert "Kontanthjælp" in text
    opened(town, "home-3")
    to_the_other = text_of(pdf_of(town, write(town, "home-3", "orientation", rules=["cpr_10"], recipient="2")))
    assert "Økonomisk friplads: Økonomisk fripladstilskud beregnes" in to_the_other
    assert "Kontanthjælp" not in to_the_other


def test_the_hearing_says_what_is_considered_on_what_facts_and_until_when(
    town: TownList, letters: dict[str, Letter]
) -> None:
    text = text_of(pdf_of(town, letters["hearing"]))
    said = (
        "forvaltningsloven § 19", "Der er ikke truffet nogen afgørelse endnu", "Frist: Svar senest den 1. juli 2024",
        "at rette registreringen i CPR", "at standse en ydelse: kontanthjælp og boligstøtte",
        "at kræve for meget udbetalte beløb tilbage: kontanthjælp og boligstøtte",
        "Anden oplysning. (kilde: udlejer", "bed om det inden fristen", "CPR-loven § 6, stk. 1", "borger.dk",
        "Spørgsmål, som du kan hjælpe os med",
    )  # fmt: skip
    assert [each for each in said if each not in text] == []
    assert letters["hearing"].deadline.isoformat() == "2024-07-01"


def test_the_decision_has_effects_grounds_and_an_appeal_for_each_part(
    town: TownList, letters: dict[str, Letter]
) -> None:
    text = text_of(pdf_of(town, letters["decision"]))
    said = (
        "Din registrering i CPR rettes.", "Kontanthjælp nedsættes 1. juli 2024 -1.234,56 kr. 10.000,00 kr.",
        "forhøjes 1. juli 2024 500,00 kr. –", "i alt betale 10.000,00 kr. tilbage",
        "Udbetaling Danmark besked om oplysninger, der har betydning for: boligstøtte",
        "Lov om aktiv socialpolitik § 25:", "Lov om aktiv socialpolitik § 91, stk. 1, nr. 1 og 2:",
        "Du kan klage til Digitaliseringsministeriet senest 4 uger", "CPR-loven § 56, stk. 1",
        "Du kan klage til Ankestyrelsen senest 4 uger", "dagtilbudsloven § 97", "lov om aktiv socialpolitik § 98",
        "Du får en særskilt afgørelse derfra", "domstolene",
    )  # fmt: skip
    assert [each for each in said if each not in text] == []
    # what another adult must pay, and what another authority decides, is not said as ours
    assert "9.999,00" not in text
    assert "7.777,00" not in text
    assert "lov om social pension" not in text


def test_the_closing_says_that_nothing_changes(town: TownList, letters: dict[str, Letter]) -> None:
    text = text_of(pdf_of(town, letters["closing"]))
    assert "En anden myndighed har fået de oplysninger" in text
    assert "Du behøver ikke gøre noget" in text


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_what_was_filled_in_is_only_ever_shown(town: TownList, letters: dict[str, Letter], kind: str) -> None:
    text = text_of(pdf_of(town, letters[kind])).replace(" ", "")
    written = [each for each in LETTER_KINDS[kind].fields if each.kind == "long"]
    facts = 0 if kind == "closing" else 1
    assert text.count(EVIL.replace(" ", "")) == 2 * (len(written) + facts)
    assert text.count("=Overskrift-punkt") == len(written) + facts


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_nothing_of_the_explanation_is_in_a_letter(town: TownList, letters: dict[str, Letter], kind: str) -> None:
    text = text_of(pdf_of(town, letters[kind]))
    case = town.case("home-2" if kind == "closing" else "home-1")
    assert case.reasons_for[0] == FOR
    sentences = {*case.reasons_for, *case.reasons_against, FOR.split("(")[0].strip(), AGAINST.split("(")[0].strip()}
    assert [sentence for sentence in sentences if sentence in text] == []
    assert case.model_version not in text
    assert case.run_id not in text


@pytest.mark.parametrize("kind", LETTER_KINDS)
def test_the_log_holds_the_hash_of_the_copy_that_is_kept(town: TownList, letters: dict[str, Letter], kind: str) -> None:
    letter = letters[kind]
    pdf = pdf_of(town, letter)
    assert hashlib.sha256(pdf).hexdigest() == letter.sha256
    with town.store.reading() as connection:
        details = newest_details(connection, "letter.made", letter.case_id)
    if kind in ("decision", "closing"):
        assert details["letter"] == letter.letter_id
        assert (details["kind"], details["sha256"], details["purpose"]) == (kind, letter.sha256, "case_work")
        person = "home-2-a" if kind == "closing" else "home-1-a"
        assert details["persons"] == [log_name(town.settings, person)]
        assert name_of(person) not in json.dumps(details)


def test_the_log_says_which_rules_no_counsel_has_confirmed(town: TownList, letters: dict[str, Letter]) -> None:
    with town.store.reading() as connection:
        details = newest_details(connection, "letter.made", letters["decision"].case_id)
    assert details["rules"] == ["cpr_11", "lasp_25", "lasp_91", "dtb_27", "udk"] == details["unconfirmed"]


VALUES = {
    "title": "Titel", "description": "Brev", "recipient": "Prøve 1 Person", "address": ["Prøvevej 1", "2100"],
    "home": "Prøvevej 1", "date": "1. juni 2024", "case_id": "sag-1", "suspicion": True, "registration": [["Rettes."]],
    "registration_line": "Din registrering i CPR rettes.",
    "sender": {"authority": "Kommunen", "unit": "Enheden", "contact": ["Skriv."], "data_protection": "Skriv."},
    "facts": [{"lines": ["En", "To"], "source": "CPR", "known_on": "1. maj 2024"}],
    "rules": [{"named": "Loven § 1", "text": "Teksten."}], "message": [["En", "To"], ["Tre"]], "adverse": True, "registration_considered": True,
    "benefits": [{"name": "økonomisk friplads", "text": "Afhænger."}], "next": [],
    "considered": ["at rette"], "considered_text": [["Tekst."]], "questions": [], "deadline": "1. juli 2024",
    "effects": [{"benefit": "Hjælp", "effect": "standses", "from": "1. juli 2024", "monthly": "–", "reclaim": "–"}],
    "reclaim": "1,00 kr.", "handed_over": [], "reasoning": [["Fordi."]], "answer": [], "outcome": "no_change",
    "appeals": [{"heading": "Sag", "own": True, "body": "Nævnet", "weeks": 4, "text": "Sådan.", "rule": "loven § 2"}],
}  # fmt: skip
ANEW = "import json, sys, datetime; from service.letters.rendering import render_pdf; import hashlib\n"
ANEW += "values = json.load(sys.stdin)\n"
ANEW += (
    "print([hashlib.sha256(render_pdf(k, values, day=datetime.date(2024, 6, 1))).hexdigest() for k in sys.argv[1:]])"
)


def test_equal_input_gives_equal_bytes_in_every_process() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ANEW, *LETTER_KINDS],
        input=json.dumps(VALUES),
        capture_output=True,
        text=True,
        check=False,
    )
    here = [hashlib.sha256(render_pdf(kind, VALUES, day=DAY)).hexdigest() for kind in LETTER_KINDS]
    assert (done.stderr, done.stdout.strip()) == ("", repr(here))
    other = VALUES | {"recipient": "Prøve 2 Person"}
    assert all(hashlib.sha256(render_pdf(kind, other, day=DAY)).hexdigest() not in here for kind in LETTER_KINDS)
