"""The parts of pages that need no server: addresses, menus, files, forms as they come back."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest

from governance.errors import InvalidForm
from service.cases import states
from service.cases.forms import FormField
from service.cases.happenings import DONE
from service.cases.step import STEPS
from service.web.addresses import UNKNOWN, Roads
from service.web.names import NAMES
from service.web.navigation import build_menu
from service.web.notices import notice_of
from service.web.rendering import TEMPLATES
from service.web.static_files import FOR_EVER, ROOT, digest, load_assets, read_static, static
from service.web.step_pages import Filled, count_rows, labels_of, values_of, version_of
from service.web.team_pages import minutes_of
from tests.service.people import ANNA, DPO, EVALUATOR, LEADER

CELLS = FormField("effects", "Ændringer", "rows", False, "", rows=(FormField("person", "Person", "text", True, ""),))
RULES = FormField("rules", "Regler", "choices", True, "")
TEXT = FormField("text", "Begrundelse", "long", True, "")


def home(**parts: str) -> Mapping[str, str]:
    return {
        "municipality_code": "0101", "road_code": "0012", "house_number": "", "floor": "", "door": "",
        "postal_code": "",
    } | parts  # fmt: skip


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        (home(house_number="014", floor="02", door="tv", postal_code="2100"), "Prøvebakken 14, 2. tv, 2100"),
        (home(house_number="007A"), "Prøvebakken 7A"),
        (home(house_number="3", floor="st"), "Prøvebakken 3, st."),
        (home(house_number="3", door="12"), "Prøvebakken 3, 12"),
        (home(road_code="0099", house_number="5"), "Vejkode 0099 5"),
        ({}, UNKNOWN),
    ],
)
def test_an_address_reads_as_people_write_it(parts, line):
    assert Roads({("0101", "0012"): "Prøvebakken"}).line(parts) == line


def test_a_menu_leads_to_what_its_owner_may_see():
    menus = {one.user_id: [link.href for link in build_menu(one, "/")] for one in (ANNA, LEADER, DPO, EVALUATOR)}
    assert menus["anna"] == ["/", "/liste", "/henvendelser/ny", "/omgoerelser"]
    assert menus["ledelse"] == ["/", "/liste", "/henvendelser/ny", "/fordeling", "/kapacitet", "/omgoerelser"]
    assert "/dpo" in menus["dpo"] and "/liste" not in menus["dpo"]
    assert menus["eva"] == ["/", "/effekt", "/dpo/ligebehandling", "/dpo/porte", "/dpo/dokumentation"]
    assert build_menu(None, "/") == ()


@pytest.mark.parametrize(
    ("path", "active", "current"),
    [("/liste", "/liste", "/liste"), ("/sager/sag-1/claim", "/liste", None), ("/", "/", "/"), ("/listen", None, None)],
)
def test_a_menu_says_where_one_is(path, active, current):
    menu = build_menu(ANNA, path)
    assert [link.href for link in menu if link.active] == [active] * (active is not None)
    assert [link.href for link in menu if link.current] == [current] * (current is not None)


def test_every_step_has_words_for_what_was_done():
    assert set(DONE) == set(STEPS)


def test_a_notice_is_a_code_and_never_words():
    assert notice_of("claim") == "Gemt: sagen er taget."
    assert notice_of("kapacitet") == "Kapaciteten er gemt."
    assert notice_of("<b>hej</b>") is None
    assert notice_of(None) is None


def test_a_file_is_kept_for_ever_under_the_name_of_its_content():
    kept = read_static(digest(), "app.css")
    assert (kept.headers["cache-control"], kept.media_type) == (FOR_EVER, "text/css; charset=utf-8")
    assert read_static("000000000000", "app.css").headers["cache-control"] == "no-cache"
    assert static("app.css") == f"/static/{digest()}/app.css"


@pytest.mark.parametrize("path", ["../rendering.py", "VENDORED.md", "dkfds/LICENSE.md", "", "app.css/"])
def test_nothing_but_the_listed_files_is_served(path):
    with pytest.raises(Exception, match="Siden findes ikke"):
        read_static(digest(), path)


def test_everything_that_the_style_asks_for_is_there():
    sheets = [(path, content.decode()) for path, content in load_assets().items() if path.endswith(".css")]
    asked = [(ROOT / path).parent / name for path, text in sheets for name in re.findall(r"url\(([^)]+)\)", text)]
    assert len(asked) > 30
    assert [path for path in asked if not path.resolve().is_file()] == []


def test_every_icon_that_a_page_shows_is_in_the_sprite():
    sprite = load_assets()["dkfds/img/all-svg-icons.svg"].decode()
    known = set(re.findall(r'<symbol id="([^"]+)"', sprite))
    shown = {
        name for page in TEMPLATES.rglob("*.html") for name in re.findall(r'icon\("([^"]+)"', page.read_text("utf-8"))
    }
    assert shown <= known
    assert len(shown) >= 5


def test_no_page_carries_style_or_script_of_its_own():
    faults = [
        f"{page.name}: {found}"
        for page in TEMPLATES.rglob("*.html")
        for found in re.findall(
            r"<style|\sstyle=|<script(?! src=)|\son\w+=|javascript:|https?://", page.read_text("utf-8")
        )
    ]
    assert faults == []


def test_every_code_that_a_page_names_has_danish_words():
    told = {"besoeg": states.VISIT_GROUNDS, "modtager": states.REFERRED_TO, "vurdering": states.SECOND_ASSESSMENTS}
    assert [code for name, words in told.items() for code in words if NAMES[name](code) != words[code]] == []
    assert [state for state in states.STATES if NAMES["tilstand"](state) == state] == []
    assert NAMES["tilstand"](None) == "–"
    assert [NAMES["anvendelse"](code) for code in (140, 150, 321, None)] == [
        "bolig",
        "kollegiebolig",
        "ikke en bolig",
        "–",
    ]


def test_a_form_comes_back_as_it_was_filled_in():
    sent = {"csrf": ("x",), "version": ("3",), "text": ("Hej",), "rules": ("a", "b"), "effects.0.person": ("1",)}
    values = values_of((TEXT, RULES, CELLS), sent)
    assert values == {"text": "Hej", "rules": ["a", "b"], "effects.0.person": "1"}


@pytest.mark.parametrize(
    ("values", "more", "rows"),
    [
        ({}, "", 1),
        ({"effects.0.person": ""}, "effects", 2),
        ({"effects.1.person": "1"}, "", 2),
        ({"effects.999999.person": "1", "effects.x.person": "", "effects.": "", "effects": ""}, "", 1),
        ({"effects.500.person": "1"}, "effects", 40),
    ],
)
def test_rows_are_as_many_as_are_filled_in_and_never_too_many(values, more, rows):
    assert count_rows((TEXT, CELLS), Filled(values, more=more)) == {"effects": rows}


def test_a_fault_is_called_by_the_name_of_its_field():
    filled = Filled({}, (("text", "mangler"), ("effects.1.person", "mangler"), ("effects", "for få"), ("sag", "nej")))
    labels = {"text": "Begrundelse", "effects.1.person": "Linje 2, Person", "effects": "Ændringer"}
    assert labels_of((TEXT, CELLS), filled) == labels


@pytest.mark.parametrize("word", ["", "x", "-1", "1.0", "²", "12345678901"])
def test_a_form_without_the_version_of_a_page_is_refused(word):
    with pytest.raises(InvalidForm):
        version_of({"version": (word,)} if word else {})


def test_the_version_of_a_page():
    assert version_of({"version": ("12",)}) == 12


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [
        ("37", 2220),
        ("37,5", 2250),
        ("0", 0),
        ("0,25", 15),
        ("7.75", 465),
        ("mange", None),
        ("-1", None),
        ("1,234", None),
    ],
)
def test_hours_are_read_as_they_are_written(hours, minutes):
    assert minutes_of(hours) == minutes
