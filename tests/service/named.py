"""Everybody of the town list with a name and an impossible CPR number, and cases taken as far as a letter needs."""

from __future__ import annotations

import datetime as dt
import io
from pathlib import Path
from typing import Any

import pypdf

from governance.access.caller import Caller
from governance.store.opening import Store
from service.identities.importing import Imported, import_identities
from service.letters.making import Letter, make_letter
from service.letters.opening import open_letter
from tests.service.people import ANNA, BO
from tests.service.town import DAY, HOMES, TownList

ROAD = "Prøvehejrevej"
FACT = "Lejekontrakten nævner kun én beboer."


def cpr_of(person_id: str) -> str:
    """An impossible number: home-2-b has 02.15."""
    _, home, side = person_id.split("-")
    return f"{int(home):02d}{'1415'['ab'.index(side) * 2 :][:2]}80-40{int(home):02d}"


def name_of(person_id: str) -> str:
    return f"Prøve {person_id} Person"


def write_delivery(directory: Path, *, persons: str = "", roads: str = "") -> Path:
    """The files of a delivery: everybody of the list and its road, unless other text is given."""
    directory.mkdir(exist_ok=True)
    everybody = [f"{home}-{side}" for home in HOMES for side in "ab"]
    rows = "".join(f"{person},{cpr_of(person)},{name_of(person)}\n" for person in everybody)
    (directory / "persons.csv").write_text(persons or f"person_id,cpr_number,name\n{rows}", encoding="utf-8")
    head = "municipality_code,road_code,road_name\n"
    (directory / "roads.csv").write_text(roads or f"{head}0101,0001,{ROAD}\n", encoding="utf-8")
    return directory


def name_everybody(store: Store, tmp_path: Path) -> Imported:
    """Import the identities of the town list."""
    return import_identities(store, write_delivery(tmp_path / "delivery"), invented=True)


def opened(town: TownList, home: str = "home-1", *, facts: tuple[str, ...] = (FACT,)) -> None:
    """A case of Anna's, opened on these facts."""
    town.take(home, "claim", ANNA)
    town.take(home, "first_look", ANNA, assessment="would_open")
    for fact in facts:
        town.take(home, "record_fact", ANNA, text=fact, source="landlord", known_on=DAY.isoformat())
    town.take(home, "open", ANNA)


def informed(town: TownList, home: str = "home-1", **more: Any) -> Letter:
    """Opened, and both adults have been told; the letter to the first."""
    opened(town, home, **more)
    letter = write(town, home, "orientation", rules=["cpr_10"])
    other = write(town, home, "orientation", rules=["cpr_10"], recipient="2")
    town.take(home, "inform", ANNA, letters=[letter.letter_id, other.letter_id])
    return letter


def heard(town: TownList, home: str = "home-1", **more: Any) -> Letter:
    """Informed, heard and answered."""
    informed(town, home, **more)
    letter = write(town, home, "hearing", **hearing_fields())
    town.take(home, "hear", ANNA, letters=[letter.letter_id])
    today = DAY.isoformat()
    town.take(home, "hearing_answer", ANNA, letter=letter.letter_id, text="Jeg bor alene.", received_on=today)
    return letter


def decided(town: TownList, home: str = "home-1", *, outcome: str = "benefit_changed", **effect: Any) -> None:
    """Heard, proposed by Anna and approved by Bo: the first adult's kontanthjælp ends and a part is claimed back."""
    heard(town, home)
    own = {
        "person": 1, "grant": 1, "benefit": "kontanthjaelp", "effect": "stopped", "monthly_change_ore": -1_155_400,
        "effective_from": "2024-07-01", "reclaim_ore": 250_050,
    } | effect  # fmt: skip
    town.take(
        home, "propose", ANNA, outcome=outcome, cause="better_knowledge", effects=[own],
        corrected=["1"] if outcome == "registration_corrected" else [], rules=["lasp_11", "lasp_91", "cpr_11"],
        grounds="Oplysningerne viser, at der er to voksne.",
    )  # fmt: skip
    town.take(home, "second_look", BO, assessment="change")
    town.take(home, "approve", BO)


def hearing_fields(**changes: Any) -> dict[str, Any]:
    """What a hearing asks for, besides recipient and facts."""
    last = (DAY + dt.timedelta(days=30)).isoformat()
    return {
        "rules": ["cpr_6"], "considered": ["registration", "stop", "reclaim"], "benefits": ["kontanthjaelp"],
        "considered_text": "Vi overvejer at standse kontanthjælpen.", "deadline": last,
    } | changes  # fmt: skip


def fact_ids(town: TownList, home: str) -> list[str]:
    """The recorded facts of a case, in order."""
    from service.cases.vault import load_vault

    with town.store.reading() as connection:
        texts = load_vault(town.settings).read_texts(connection, town.ids[home], ("fact",))
    return [text.text_id for text in texts]


def write(town: TownList, home: str, kind: str, *, caller: Caller = ANNA, **fields: Any) -> Letter:
    """Make a letter to the first adult on every recorded fact, unless the fields say otherwise."""
    usual: dict[str, Any] = {"recipient": "1"} | ({} if kind == "closing" else {"facts": fact_ids(town, home)})
    return make_letter(
        town.store, case_id=town.ids[home], kind=kind, fields=usual | fields, caller=caller, purpose="case_work",
        settings=town.settings,
    )  # fmt: skip


def pdf_of(town: TownList, letter: Letter) -> bytes:
    return open_letter(town.store, caller=ANNA, letter_id=letter.letter_id, purpose="case_work")


def text_of(pdf: bytes) -> str:
    """The words of a PDF on one line."""
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())
