"""What may never be an input is struck by its name, its words or its columns, and passes only by a dated exception."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest

from governance.errors import SettingsError
from governance.prohibited import (
    STRUCK,
    InputException,
    load_input_exceptions,
    prohibited_inputs,
    read_input_exceptions,
    struck_in,
)

DAY = dt.date(2024, 6, 1)
EXCEPTION = InputException(
    code="x", features=("difference",), columns=("person.birth_date",), words=("age",), reason="why", authority="who",
    valid_from=dt.date(2020, 1, 1), valid_to=dt.date(2025, 1, 1),
)  # fmt: skip
# ground: names, texts and Danish sentences of features that have been built elsewhere, or could be
SAID = {
    "citizenship": [
        "citizenship_group", "Nationality of the residents.", "country_of_birth", "Born abroad.", "Antal statsborgere fra andre lande",
        "Days since the residence permit was given.", "Opholdstilladelsen udløber om {value} dage", "Place of birth of the holder.",
        "home_country_share",
    ],
    "origin": ["origin", "ethnic_background", "Immigrants at the address.", "Antal efterkommere på adressen", "Share of western names."],
    "language": ["language_level", "Interpreter used at the last meeting.", "Modersmål er ikke dansk", "needs_translation", "Taler sproget dårligt"],
    "religion": ["religion", "Medlem af et trossamfund"],
    "sex": ["sex", "is_male", "gender", "Women at the address.", "Antal kvinder på adressen", "Number of men registered.", "mother_alone"],
    "age": [
        "age", "age_band", "Age of the oldest resident.", "Beboerens alder er {value}", "holder_born_after_1990", "Young adults at the address.",
        "Unge på adressen", "years_old", "Days since the date of birth.", "birth_year",
    ],
    "health": ["health_score", "Disability pension at the address.", "Antal diagnoser", "sick_days", "Modtageren er syg"],
    "name": ["first_name", "Surname of the holder.", "Efternavnet er sjældent", "last_name_length", "name"],
    "place": ["district", "Neighbourhood of the dwelling.", "Boligen ligger i en bydel med", "postal_code", "post code of the address", "Udsat boligområde"],
    "free text": ["free_text_length", "Words in the caseworker's notes.", "Antal ord i notatet", "Fritekst i journalen"],
    "caseworker": ["caseworker_id", "Identity of the caseworker.", "Caseworker identity", "Sagsbehandlerens erfaring"],
}  # fmt: skip


@pytest.mark.parametrize(("ground", "said"), [(ground, each) for ground, words in SAID.items() for each in words])
def test_what_is_said_of_an_input_is_struck_by_its_ground(ground: str, said: str) -> None:
    named, told = prohibited_inputs({said: ""}, {}, on=DAY), prohibited_inputs({"x": said}, {}, on=DAY)
    assert any(f"({ground})" in each for each in named)
    assert any(f"({ground})" in each for each in told)


def test_every_ground_is_tried() -> None:
    assert set(SAID) == set(STRUCK)


@pytest.mark.parametrize(
    "said",
    ["Rooms of the dwelling.", "Adults and children registered.", "Helbredstillæg på adressen er {value} kr.", "Manglende betaling",
     "Antal henvendelser fra andre myndigheder", "Storage of goods", "An oldest_grant_days of the household", "Managed by a landlord",
     "Notices from a landlord.", "Tips from citizens about the address."],
)  # fmt: skip
def test_words_that_only_look_alike_are_not_struck(said: str) -> None:
    assert struck_in(said) == ()


@pytest.mark.parametrize(
    "column",
    ["protected.sex", "protected.disability_pension", "address.district", "control_case.caseworker_id", "person.last_name",
     "person.fornavn", "person.name_protected", "person.citizenship", "person.country_of_birth", "person.language", "person.shoe_size",
     "shoes.size", "person.birth_date", "address.postal_code", "address.house_number"],
)  # fmt: skip
def test_columns_are_struck(column: str) -> None:
    assert prohibited_inputs({"x": "plain"}, {"x": ("residence.care_of", column)}, on=DAY)[0].startswith(
        f"x: {column} ("
    )


@pytest.mark.parametrize("column", ["residence.care_of", "person.person_id", "address.rooms", "signal.kind"])
def test_columns_of_the_contract_pass(column: str) -> None:
    assert prohibited_inputs({"x": "plain"}, {"x": (column,)}, on=DAY) == ()


@pytest.mark.parametrize(("day", "passes"), [
    (dt.date(2019, 12, 31), False), (dt.date(2020, 1, 1), True), (dt.date(2024, 12, 31), True), (dt.date(2025, 1, 1), False),
    (None, False),
])  # fmt: skip
def test_an_exception_stands_from_its_first_day_until_it_lapses_and_never_without_a_day(day, passes: bool) -> None:
    columns = {"difference": ("person.birth_date",)}
    struck = prohibited_inputs({"difference": "Difference in age."}, columns, on=day, exceptions=[EXCEPTION])
    assert struck == (() if passes else ("difference: age (age)", "difference: person.birth_date (not as a value)"))


def test_an_exception_is_for_its_features_words_and_columns_only() -> None:
    def struck(name: str, text: str, column: str) -> tuple[str, ...]:
        return prohibited_inputs({name: text}, {name: (column,)}, on=DAY, exceptions=[EXCEPTION])

    assert struck("other", "age", "person.birth_date") == (
        "other: age (age)",
        "other: person.birth_date (not as a value)",
    )
    assert struck("difference", "sex", "person.birth_date") == ("difference: sex (sex)",)
    assert struck("difference", "age", "address.postal_code") == ("difference: address.postal_code (not as a value)",)


@pytest.mark.parametrize("column", ["protected.sex", "address.district", "control_case.caseworker_id"])
def test_no_exception_can_be_written_for_what_is_never_an_input(column: str) -> None:
    forced = dataclasses.replace(EXCEPTION, columns=())
    assert prohibited_inputs({}, {"difference": (column,)}, on=DAY, exceptions=[forced])
    with pytest.raises(SettingsError):
        read_input_exceptions(an_entry(columns=f'["{column}"]').encode())


GOOD = {
    "code": '"x"', "features": '["f"]', "columns": '["person.birth_date"]', "words": "[]", "reason": '"r"', "authority": '"a"',
    "valid_from": "2020-01-01", "valid_to": "2021-01-01",
}  # fmt: skip


def an_entry(**changed: str | None) -> str:
    fields = {**GOOD, **changed}
    return "[[exception]]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items() if value is not None)


def test_a_good_entry_is_read() -> None:
    (read,) = read_input_exceptions(an_entry().encode())
    assert (read.features, read.valid_to) == (("f",), dt.date(2021, 1, 1))


@pytest.mark.parametrize(
    "changed",
    [{name: None} for name in GOOD] + [
        {"reason": '" "'}, {"authority": "1"}, {"features": "[]"}, {"columns": '["person.*"]'}, {"columns": '["person.shoe_size"]'},
        {"words": '"age"'}, {"valid_to": "2020-01-01"}, {"until": "2021-01-01"},
    ],
)  # fmt: skip
def test_an_entry_without_reason_authority_or_end_is_refused(changed: dict[str, str | None]) -> None:
    with pytest.raises(SettingsError) as refusal:
        read_input_exceptions((an_entry() + an_entry(**changed)).encode())
    assert refusal.value.item.startswith("exception 2")


def test_the_shipped_entries_have_codes_of_their_own() -> None:
    shipped = load_input_exceptions()
    assert len({each.code for each in shipped}) == len(shipped) > 0
