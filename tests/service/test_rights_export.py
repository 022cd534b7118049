"""An answer on access is complete, and holds nothing of anybody else."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from typing import Any

import pypdf
import pytest

from governance.audit.search import Sought, search_page
from governance.errors import InvalidForm, NotFound, PermissionDenied
from governance.store.opening import Store
from service.cases.leads import enter_lead
from service.identities.door import log_name
from service.letters.making import Letter
from service.letters.opening import KeptLetter
from service.rights.access_blocks import paragraph
from service.rights.exporting import make_access_export, preview_export
from service.rights.printing import print_blocks
from service.rights.requests import load_request, receive_request
from service.rights.subject import load_subject
from tests.builders import DAY, a_case, a_person, a_relation, a_residence, a_signal, a_world
from tests.service.people import ANNA, BO, DPO, EVALUATOR
from tests.service.rights_town import CPR_OF, a_known_town, keep_the_run, name_of, with_hyphen
from tests.service.town import HOMES, REDUCE, STOP, TownList, a_proposal

NOON = dt.datetime(2024, 6, 1, 12, tzinfo=dt.UTC)
WHO = "home-1-a"
SECRET = "Naboen Otto siger, at han flyttede."


@pytest.fixture
def town(sqlite_store: Store) -> TownList:
    town = a_known_town(sqlite_store)
    town.take("home-1", "claim", ANNA)
    town.take("home-1", "first_look", ANNA, assessment="would_open", note=SECRET)
    return town


def an_answer(town: TownList, person_id: str = WHO, **asked: Any) -> tuple[dict[str, Any], str, list[str]]:
    """JSON, text of the PDF, and file names."""
    export = make_access_export(town.store, caller=DPO, person_id=person_id, purpose="party_access", **asked)
    with zipfile.ZipFile(io.BytesIO(export.content)) as archive:
        answer = json.loads(archive.read("svar.json"))
        pages = pypdf.PdfReader(io.BytesIO(archive.read("svar.pdf"))).pages
        return answer, "\n".join(page.extract_text() for page in pages), archive.namelist()


def events(store: Store, action: str) -> list[dict[str, Any]]:
    with store.reading() as connection:
        found = search_page(connection, Sought(action=action)).events
    return [{"actor": each.actor, "subject": each.subject, **json.loads(each.details)} for each in found]


def test_everything_held_about_the_person_is_in_the_answer(town: TownList) -> None:
    answer, _, names = an_answer(town)
    assert answer["person"] == {
        "person_id": WHO, "name": name_of(WHO), "cpr_number": with_hyphen(WHO), "address_protected": False,
    }  # fmt: skip
    [place] = answer["places"]
    assert (place["place"], place["places_on_list"], place["model_version"]) == (1, 6, "adressekontrol:1")
    assert place["score"]["hit_probability"] == 0.3
    assert place["reasons_for"] == ["Det talte for plads 1."]
    assert {each["feature"]: each["known_on"] for each in place["facts"]} == {"adults": "2021-12-14", "made_up": None}
    [case] = answer["cases"]
    assert case["case"] == town.ids["home-1"]
    assert [each["step"] for each in case["steps"]] == [
        "Sagen kom på listen",
        "Sagen er taget",
        "Første vurdering er noteret",
    ]
    assert case["assessments"][0]["assessment"] == "jeg ser grundlag for at åbne sagen"
    tables = answer["registers"]
    assert [row["address_id"] for row in tables["residence"]] == ["home-1"]
    assert [row["benefit"] for row in tables["benefit_grant"]] == ["kontanthjaelp"]
    assert [row["amount_ore"] for row in tables["benefit_payment"]] == [1_155_400] * 3
    assert names == ["svar.pdf", "svar.json", "indhold.txt"]


def test_a_second_look_is_told_in_danish(town: TownList) -> None:
    town.answer("home-2", ANNA)
    town.take("home-2", "propose", ANNA, **a_proposal(STOP))
    town.take("home-2", "second_look", BO, assessment="no_change")
    [case] = an_answer(town, "home-2-a")[0]["cases"]
    assert [each["assessment"] for each in case["assessments"]] == [
        "jeg ser grundlag for at åbne sagen", "jeg ser ikke grundlag for en ændring",
    ]  # fmt: skip


def test_a_correction_is_told_to_whose_it_is_and_of_others_only_how_many(town: TownList) -> None:
    town.answer("home-2", ANNA)
    town.take("home-2", "propose", ANNA, **a_proposal(REDUCE, corrected=["1"]))
    names = ("registration_corrected", "registrations_of_others_corrected", "correction_reversed_on")

    def told(person_id: str) -> tuple[tuple[Any, ...], str]:
        answer, text, _ = an_answer(town, person_id)
        [case] = answer["cases"]
        return tuple(case[name] for name in names), " ".join(text.split())

    for person_id, figures, said in (
        ("home-2-a", (True, 0, None), "Din registrering rettes. Rettelser for andre i husstanden: 0."),
        ("home-2-b", (False, 1, None), "Din registrering rettes ikke. Rettelser for andre i husstanden: 1."),
    ):
        found, text = told(person_id)
        assert found == figures
        assert said in text
    town.take("home-2", "withdraw", ANNA)
    assert told("home-2-a")[0] == (False, 0, None)


def test_the_pdf_tells_the_same_in_danish(town: TownList) -> None:
    _, text, _ = an_answer(town)
    told = " ".join(text.split())
    for words in (
        "Det talte for plads 1.", "Nummer 1 af 6 på listen for 1. juni 2024", name_of(WHO), "11.554,00 kr.",
        "Du kan klage til Datatilsynet", "medarbejder 1", "Valgt ved stikprøve",
    ):  # fmt: skip
        assert words in told


@pytest.mark.parametrize("person", ["home-1-a", "home-1-b"])
def test_nobody_else_is_in_the_answer_but_as_a_number(town: TownList, person: str) -> None:
    export = make_access_export(town.store, caller=DPO, person_id=person, purpose="party_access")
    with zipfile.ZipFile(io.BytesIO(export.content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    pages = pypdf.PdfReader(io.BytesIO(files["svar.pdf"])).pages
    whole = files["svar.json"].decode() + files["indhold.txt"].decode()
    whole += "".join(page.extract_text() for page in pages)
    others = [each for each in CPR_OF if each != person]
    for other in others:
        assert other not in whole
        assert name_of(other) not in whole
        assert with_hyphen(other) not in whole
        assert CPR_OF[other] not in whole
    answer = json.loads(files["svar.json"])
    assert [run["other_residents"] for run in answer["runs"]] == [1]
    assert answer["cases"][0]["facts_shown"][0]["other_residents"] == 1
    assert len(answer["cases"][0]["facts_shown"][0]["residents"]) == 1


def test_other_households_cases_and_places_are_not_in_it(town: TownList) -> None:
    answer, text, _ = an_answer(town, "home-3-b")
    assert [case["case"] for case in answer["cases"]] == [town.ids["home-3"]]
    assert [place["place"] for place in answer["places"]] == [3]
    assert town.ids["home-1"] not in text


def test_free_words_are_kept_back_until_they_were_read_through(town: TownList) -> None:
    kept_back, text, _ = an_answer(town)
    assert SECRET not in json.dumps(kept_back, ensure_ascii=False) + text
    assert kept_back["kept_back"]["texts"] == 1
    request = receive_request(
        town.store, caller=DPO, kind="access", person_id=WHO, received_on=DAY, words="", purpose="party_access"
    )
    preview = preview_export(town.store, caller=DPO, request_id=request, person_id=WHO, purpose="party_access")
    [words] = preview.words
    assert (preview.places, preview.cases, words.told) == (1, 1, SECRET)
    given, text, _ = an_answer(town, given=frozenset({words.text.text_id}), request_id=request)
    assert given["cases"][0]["texts"][0]["words"] == SECRET
    assert given["kept_back"]["texts"] == 0
    assert SECRET.split(",", maxsplit=1)[0] in " ".join(text.split())


TIP = "Genboen Grethe har set flyttebilen."


def a_lead(town: TownList, home: str = "home-1", **more: Any) -> str:
    return enter_lead(
        town.store, caller=ANNA, address_id=home, kind="citizen_tip", text=TIP, settings=town.settings, **more
    )


def test_the_words_of_a_lead_are_kept_back_until_they_were_read_through(town: TownList) -> None:
    signal = a_lead(town)
    answer, text, _ = an_answer(town)
    assert TIP not in json.dumps(answer, ensure_ascii=False) + " ".join(text.split())
    today = town.today().isoformat()
    assert answer["leads"] == [{"kind": "henvendelse fra en borger", "recorded_on": today, "kept_back": True}]
    assert answer["kept_back"]["texts"] == 2
    assert "Henvendelser, som kommunen selv har noteret" in " ".join(text.split())
    request = receive_request(
        town.store, caller=DPO, kind="access", person_id=WHO, received_on=DAY, words="", purpose="party_access"
    )
    preview = preview_export(town.store, caller=DPO, request_id=request, person_id=WHO, purpose="party_access")
    assert [(each.case_id, each.text.text_id, each.told) for each in preview.words][1:] == [("", signal, TIP)]
    answer, text, _ = an_answer(town, given=frozenset({signal}))
    assert answer["leads"][0]["words"] == TIP
    assert TIP in " ".join(text.split())


def test_a_lead_on_another_person_or_another_home_is_not_in_the_answer(town: TownList) -> None:
    a_lead(town, "home-2")
    about_the_other = a_lead(town, person_id="home-1-b")
    assert an_answer(town)[0]["leads"] == []
    with pytest.raises(InvalidForm):
        an_answer(town, given=frozenset({about_the_other}))
    assert len(an_answer(town, "home-1-b")[0]["leads"]) == 1


def test_a_text_of_somebody_elses_case_is_refused(town: TownList) -> None:
    town.take("home-2", "claim", BO)
    town.take("home-2", "first_look", BO, assessment="unsure", note="andet")
    request = receive_request(
        town.store, caller=DPO, kind="access", person_id="home-2-a", received_on=DAY, words="", purpose="party_access"
    )
    preview = preview_export(town.store, caller=DPO, request_id=request, person_id="home-2-a", purpose="party_access")
    with pytest.raises(InvalidForm):
        an_answer(town, given=frozenset({preview.words[0].text.text_id}))
    with pytest.raises(NotFound):
        an_answer(town, request_id=request)


def test_who_looked_is_told_by_number_and_by_name_only_when_decided(town: TownList) -> None:
    answer, text, _ = an_answer(town)
    acted = [(each["by"], each["what"]) for each in answer["viewings"]]
    assert ("medarbejder 2", "En sag blev taget") in acted
    assert "anna" not in json.dumps(answer) + text
    named, _, _ = an_answer(town, named_staff=True)
    assert ("anna", "En sag blev taget") in [(each["by"], each["what"]) for each in named["viewings"]]
    # the answer before this one is itself something that somebody looked at
    assert ("dpo", "En persons oplysninger blev udleveret") in [
        (each["by"], each["what"]) for each in named["viewings"]
    ]


def test_one_answer_is_one_event_with_its_hash_and_no_person(town: TownList) -> None:
    request = receive_request(
        town.store, caller=DPO, kind="access", person_id=WHO, received_on=DAY, words="", purpose="party_access"
    )
    before = len(events(town.store, "person.exported"))
    export = make_access_export(town.store, caller=DPO, person_id=WHO, purpose="party_access", request_id=request)
    [event] = events(town.store, "person.exported")[: len(events(town.store, "person.exported")) - before]
    assert event["sha256"] == export.sha256
    assert event["actor"] == "dpo"
    assert event["person"] == log_name(town.settings, WHO)
    assert WHO not in json.dumps(event)
    with town.store.reading() as connection:
        assert [each.step for each in load_request(connection, request).steps] == ["exported"]


@pytest.mark.parametrize("caller", [ANNA, EVALUATOR])
def test_only_the_officer_may_answer(town: TownList, caller: Any) -> None:
    with pytest.raises(PermissionDenied):
        make_access_export(town.store, caller=caller, person_id=WHO, purpose="party_access")
    assert not events(town.store, "person.exported")


def test_whoever_moved_out_before_the_list_has_no_part_in_it(sqlite_store: Store) -> None:
    """The list is about the household of its day: earlier residents are not answered with it, nor it with them."""
    records = [
        a_person("gone"), a_residence("gone", "home-1", from_days_ago=2000, to_days_ago=400),
        a_person("here"), a_residence("here", "home-1", from_days_ago=300),
    ]  # fmt: skip
    keep_the_run(sqlite_store, town=a_world(*records), homes=("home-1",))
    with sqlite_store.reading() as connection:
        gone, here = (load_subject(connection, sqlite_store.settings, who) for who in ("gone", "here"))
    assert (len(gone.decisions), len(here.decisions)) == (0, 1)
    assert [run.known.others_at_home for run in gone.runs if run.known] == [0]


def test_a_person_of_whom_nothing_is_known_gets_an_empty_answer(town: TownList) -> None:
    answer, text, _ = an_answer(town, "nobody")
    assert (answer["places"], answer["cases"], answer["runs"], answer["registers"]) == ([], [], [], {})
    assert "Der er ingen sager om din husstand." in text
    assert HOMES


def test_characters_that_no_font_has_are_shown_as_boxes_and_kept_whole_in_the_json() -> None:
    pdf = print_blocks("Svar", [paragraph("Tegn: 😀 łódź æøå #panic[x]")], at=NOON)
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "Tegn: □ łódź æøå #panic[x]" in text
    assert print_blocks("Svar", [paragraph("Tegn: 😀 łódź æøå #panic[x]")], at=NOON) == pdf


def test_only_letters_to_the_person_are_enclosed(town: TownList, monkeypatch: pytest.MonkeyPatch) -> None:
    def letters(_: object, case_id: str, __: object) -> tuple[KeptLetter, ...]:
        made = [
            Letter(f"brev-{who}", case_id, "decision", "2024-06-01T10:00:00Z", "anna", "0" * 64, None) for who in "ab"
        ]
        return tuple(
            KeptLetter(each, f"home-1-{who}", f"%PDF {who}".encode()) for each, who in zip(made, "ab", strict=True)
        )

    monkeypatch.setattr("service.rights.exporting.kept_letters", letters)
    answer, text, names = an_answer(town)
    assert [each["letter"] for each in answer["letters"]] == ["brev-a"]
    assert "breve/brev-a.pdf" in names
    assert "brev-b" not in json.dumps(answer) + text + "".join(names)


def test_relatives_are_numbers_and_what_was_said_of_somebody_else_at_home_is_theirs(sqlite_store: Store) -> None:
    records = [
        a_person("me"), a_person("mother"), a_person("flatmate"),
        a_residence("me", "home-1"), a_residence("flatmate", "home-1"), a_residence("mother", "home-2"),
        a_relation("mother", "me", "parent"), a_relation("me", "child", "parent"), a_person("child"),
        a_signal("home-1", person_id="flatmate", signal_id="s1"), a_signal("home-1", signal_id="s2"),
        a_signal("home-1", person_id="me", signal_id="s3"),
        a_case("home-1", opened_days_ago=900, closed_days_ago=800),
    ]  # fmt: skip
    keep_the_run(sqlite_store, town=a_world(*records), homes=("home-1",))
    with sqlite_store.reading() as connection:
        [run] = load_subject(connection, sqlite_store.settings, "me").runs
    assert run.known is not None
    tables = run.known.tables
    told = {(row["person_id"], row["related_id"]) for row in tables["relation"]}
    assert len(told) == 2
    assert {name for pair in told for name in pair} == {"me", "person 1", "person 2"}
    assert [row["person_id"] for row in tables["signal"]] == ["me", None]
    assert [set(row) & {"caseworker_id"} for row in tables["control_case"]] == [set()]
    assert "flatmate" not in str(tables)
    assert "mother" not in str(tables)
