"""From an opened case to the hearing: the citizen is told, information is gathered, and the citizen is heard.

Sources: databeskyttelsesforordningen article 14, forvaltningsloven §§ 7 and 19-21, retssikkerhedsloven § 11 and § 12 a
(a visit to a home has no legal basis of its own), tvangsindgrebsloven §§ 9-10. Letters are of `service.letters`;
sending one is queueing it in the same act.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from governance.as_of import danish_day
from service.cases import guards
from service.cases.forms import checkbox, choice, choices, day, long, text
from service.cases.hearing import last_deadline, untold_of_silence
from service.cases.moving import Moving
from service.cases.registry import step
from service.cases.sending import SUSPICION, LetterRule, require_letters, send_letters
from service.cases.states import OPEN, VISIT_GROUNDS, State
from service.cases.telling import everybody_informed, require_all_informed
from service.working_days import open_day

_ASKING: frozenset[State] = frozenset({"informed", "gathering"})
_WORKED_ON = OPEN - {"proposed", "decided"}


@dataclass(frozen=True)
class Letters:
    """The letters that are sent, one for each adult."""

    letters: tuple[str, ...] = choices("Breve", hint="Ét brev til hver voksen.", source="letters")


@step(
    "Send orientering",
    help_da="Borgeren får at vide, at der er åbnet en sag, og hvilken oplysning den bygger på.",
    from_states={"opened"},
    to_states=("informed",),
    permission="case.work",
    form=Letters,
    guards=(guards.any_fact,),
    form_rules=(
        "letters of this case of kind orientation, made since it was opened and not sent before,"
        " and since a suspicion was registered or cleared",
        "one for every adult resident",
    ),
)
def inform(moving: Moving, form: Letters) -> State:
    require_letters(moving, form.letters, LetterRule(("orientation",), after=("open", *SUSPICION)))
    require_all_informed(moving, form.letters)
    send_letters(moving, form.letters)
    return "informed"


@step(
    "Send orientering til flere",
    help_da="En voksen, der endnu ikke har fået brev om sagen, får det nu. Sagen fortsætter, hvor den er.",
    from_states={"informed", "gathering", "hearing"},
    permission="case.work",
    form=Letters,
    guards=(guards.any_fact,),
    form_rules=(
        "letters of this case of kind orientation, made since it was opened and not sent before,"
        " and since a suspicion was registered or cleared",
    ),
)
def inform_another(moving: Moving, form: Letters) -> State:
    require_letters(moving, form.letters, LetterRule(("orientation",), after=("open", *SUSPICION)))
    send_letters(moving, form.letters)
    return moving.state


@dataclass(frozen=True)
class Demand:
    """What the citizen is asked for."""

    text: str = long("Hvilke oplysninger bedes borgeren om, og hvorfor?")
    deadline: dt.date = day("Frist")


@step(
    "Bed om oplysninger",
    help_da="Notér hvad borgeren er bedt om, og hvornår der skal svares.",
    from_states=_ASKING,
    to_states=("gathering",),
    permission="case.work",
    form=Demand,
    guards=(guards.no_suspicion, everybody_informed),
    form_rules=("deadline after today; one on a weekend or a holiday moves to the next day that is none",),
)
def demand_information(moving: Moving, form: Demand) -> State:
    moving.require(form.deadline > moving.today, "deadline", "Fristen skal ligge efter i dag.")
    deadline = open_day(form.deadline)
    moving.write_text("demand", text=form.text, deadline=deadline.isoformat())
    moving.change(deadline=deadline)
    return "gathering"


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    text: str = long("Svaret")
    received_on: dt.date = day("Modtaget den")


@step(
    "Notér et svar",
    help_da="Hvad borgeren eller andre har svaret.",
    from_states=_ASKING,
    to_states=("gathering",),
    permission="case.work",
    form=Answer,
    form_rules=("received_on is not in the future",),
)
def record_answer(moving: Moving, form: Answer) -> State:
    moving.require(form.received_on <= moving.today, "received_on", "Dagen ligger i fremtiden.")
    moving.write_text("answer", text=form.text, received_on=form.received_on.isoformat())
    moving.change(deadline=None)
    return "gathering"


@dataclass(frozen=True)
class Visit:
    """A visit to the home: on what ground, and what was seen."""

    ground: str = choice("Grundlag", VISIT_GROUNDS, hint="Uden samtykke eller retskendelse må ingen besøge et hjem.")
    reference: str = text("Samtykkets eller kendelsens journalnummer")
    visited_on: dt.date = day("Besøgt den")
    text: str = long("Hvad blev konstateret?")


@step(
    "Notér et besøg",
    help_da="Et besøg i et hjem kræver skriftligt samtykke eller retskendelse.",
    from_states=_ASKING,
    to_states=("gathering",),
    permission="case.work",
    form=Visit,
    form_rules=(
        "a written consent or a court order, by its reference; after a suspicion a court order",
        "visited_on from the opening to today",
    ),
)
def visit(moving: Moving, form: Visit) -> State:
    opened = moving.case.opened_on or moving.today
    moving.require(opened <= form.visited_on <= moving.today, "visited_on", "Dagen ligger uden for sagens tid.")
    ordered = form.ground == "court_order" or not moving.case.suspicion
    moving.require(ordered, "ground", "Når der er registreret en mistanke, kræver et besøg retskendelse.")
    moving.write_text(
        "visit", text=form.text, ground=form.ground, reference=form.reference, visited_on=form.visited_on.isoformat()
    )
    moving.reason = form.ground
    return "gathering"


@dataclass(frozen=True)
class Suspicion:
    """What the suspicion rests on."""

    text: str = long("Hvad bygger mistanken på?")


@step(
    "Registrér mistanke",
    help_da="Ved konkret mistanke om et strafbart forhold må borgeren ikke længere afkræves oplysninger. Er borgeren i"
    " partshøring, skal en ny partshøring straks vejlede om retten til ikke at udtale sig.",
    from_states=_WORKED_ON,
    permission="case.work",
    form=Suspicion,
    guards=(guards.no_suspicion, guards.any_fact),
)
def suspect(moving: Moving, form: Suspicion) -> State:
    moving.write_text("suspicion", text=form.text)
    # what was demanded need not be answered any more; whoever is being heard must be told so at once
    moving.change(suspicion=True, deadline=moving.today if moving.state == "hearing" else None)
    return moving.state


@step(
    "Ophæv mistanken",
    help_da="Der er ikke længere en konkret mistanke.",
    from_states=_WORKED_ON,
    permission="case.work",
    form=Suspicion,
    guards=(guards.suspicion,),
)
def clear_suspicion(moving: Moving, form: Suspicion) -> State:
    moving.write_text("suspicion", text=form.text)
    moving.change(suspicion=False)
    if moving.state == "hearing":
        moving.change(deadline=last_deadline(moving))
    return moving.state


@dataclass(frozen=True)
class Hearing:
    """The letters of the hearing; their deadline is the case's."""

    letters: tuple[str, ...] = choices("Breve", hint="Ét brev til hver voksen.", source="letters")
    rights_told: bool = checkbox(
        "Borgeren er vejledt om retten til ikke at udtale sig",
        hint="Kræves, når der er registreret en mistanke.",
    )


@step(
    "Send partshøring",
    help_da="Borgeren får oplysningerne og det, kommunen overvejer, og kan udtale sig inden fristen.",
    from_states={"informed", "gathering", "hearing"},
    to_states=("hearing",),
    permission="case.work",
    form=Hearing,
    guards=(guards.any_fact,),
    form_rules=(
        "letters of this case of kind hearing, made since the newest fact and not sent before,"
        " and since a suspicion was registered or cleared",
        "their deadline is at least `hearing_days` away",
        "after a suspicion the citizen is told of the right to remain silent, and so at once is everybody whom a"
        " hearing asked before it",
        "every adult resident has been informed",
    ),
)
def hear(moving: Moving, form: Hearing) -> State:
    require_all_informed(moving, ())
    moving.require(
        form.rights_told or not moving.case.suspicion, "rights_told",
        "Der er registreret en mistanke: vejled borgeren om retten til ikke at udtale sig.",
    )  # fmt: skip
    deadlines = require_letters(moving, form.letters, LetterRule(("hearing",), after=("record_fact", *SUSPICION)))
    moving.require(
        not untold_of_silence(moving, form.letters), "letters",
        "Alle, der er partshørt før mistanken, skal have et nyt brev, der vejleder om retten til ikke at udtale sig.",
    )  # fmt: skip
    earliest = moving.today + dt.timedelta(days=moving.settings.hearing_days)
    in_time = all(deadlines.get(letter, dt.date.min) >= earliest for letter in form.letters)
    moving.require(in_time, "letters", f"Svarfristen skal være mindst {moving.settings.hearing_days} dage.")
    send_letters(moving, form.letters)
    moving.change(deadline=max(deadlines.values()))
    moving.keep(deadlines={letter: last.isoformat() for letter, last in deadlines.items()})
    return "hearing"


@dataclass(frozen=True)
class HearingAnswer:
    """What one of those heard has answered."""

    letter: str = choice("Hvilket brev er besvaret?", source="letters")
    text: str = long("Svaret")
    received_on: dt.date = day("Modtaget den")


@step(
    "Notér svar på partshøring",
    help_da="Hvad borgeren har svaret. Skriv også, hvis borgeren ikke har bemærkninger.",
    from_states={"hearing"},
    permission="case.work",
    form=HearingAnswer,
    form_rules=("a letter of a hearing", "received_on from the day of the hearing to today"),
)
def hearing_answer(moving: Moving, form: HearingAnswer) -> State:
    sent = [each for each in moving.history if form.letter in each.details.get("deadlines", ())]
    moving.require(bool(sent), "letter", "Vælg et af de breve, der er sendt i høring.")
    earliest = danish_day(sent[0].at)
    inside = earliest <= form.received_on <= moving.today
    moving.require(inside, "received_on", "Dagen ligger uden for høringens tid.")
    moving.write_text("hearing_answer", text=form.text, received_on=form.received_on.isoformat(), letter=form.letter)
    moving.keep(letter=form.letter)
    return moving.state
