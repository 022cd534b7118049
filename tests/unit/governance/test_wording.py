"""What a reason may not say, and the innocent words that look like it."""

from __future__ import annotations

import pytest

from features.definitions import load_catalogue_of_features
from governance.wording import grounds, struck_words


@pytest.mark.parametrize(
    ("word", "ground"),
    [
        ("statsborgerskab", "citizenship"), ("Statsborgere", "citizenship"), ("nationaliteten", "citizenship"),
        ("herkomst", "origin"), ("oprindelse", "origin"), ("etnisk", "origin"), ("Indvandrer", "origin"),
        ("efterkommere", "origin"), ("vestlige", "origin"), ("fødeland", "origin"),
        ("sprog", "language"), ("fremmedsproget", "language"), ("modersmål", "language"), ("tolk", "language"),
        ("religion", "religion"), ("muslimsk", "religion"), ("kirken", "religion"),
        ("køn", "sex"), ("Mand", "sex"), ("mænd", "sex"), ("kvinden", "sex"), ("hun", "sex"), ("kønsfordeling", "sex"),
        ("alder", "age"), ("alderen", "age"), ("ældre", "age"), ("unge", "age"), ("født", "age"),
        ("sygdom", "health"), ("sindssygdom", "health"), ("diagnose", "health"), ("handicappet", "health"),
        ("førtidspension", "health"), ("politisk", "politics"), ("fagforening", "politics"),
        ("navn", "name"), ("efternavnet", "name"), ("bydel", "place"), ("bydelen", "place"), ("postnummeret", "place"),
        ("snyd", "accusation"), ("snyder", "accusation"), ("bedrageri", "accusation"), ("mistanke", "accusation"),
        ("mistænkelig", "accusation"), ("socialbedrageri", "accusation"), ("fiktiv", "accusation"),
    ],
)  # fmt: skip
def test_a_word_of_each_ground_is_struck(word: str, ground: str) -> None:
    (found,) = struck_words(f"Der er {word}, ifølge CPR")
    assert (found.word, found.ground) == (word, ground)


@pytest.mark.parametrize(
    "word",
    [
        "mandag", "mandat", "formand", "ægtemand", "skøn", "kønt", "svigerforældre", "aldersforskellen", "forvalter",
        "helbredstillæg", "ungefær", "passer", "politi", "kvartal", "hundrede", "navnlig", "synger", "hanen",
        "ældste", "husstand", "voksne", "børn", "forælder", "ægtefælle", "enlig", "gift", "sagen", "kommunen",
    ],
)  # fmt: skip
def test_words_that_only_look_like_it_may_be_said(word: str) -> None:
    assert struck_words(f"Der er {word} her") == ()


def test_every_ground_strikes_something() -> None:
    assert set(grounds()) == {
        "citizenship", "origin", "language", "religion", "sex", "age", "health", "politics", "name", "place",
        "accusation",
    }  # fmt: skip


def test_words_are_found_in_their_order_wherever_they_stand() -> None:
    found = struck_words("Mistanke om snyd (bydel), SPROG.")
    assert [each.word for each in found] == ["Mistanke", "snyd", "bydel", "SPROG"]


def test_no_declared_sentence_says_one() -> None:
    said = [text for each in load_catalogue_of_features().values() for text in (each.fact_da, each.absence_da)]
    assert {text: struck_words(text) for text in said if struck_words(text)} == {}
