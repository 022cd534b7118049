"""Who must be told by a letter before a step may be taken: whoever is changed, and whoever was written to before.

Must not know what a letter says, nor which step asks.
"""

from __future__ import annotations

from collections.abc import Collection

from service.cases.hearing import missed
from service.cases.moving import Moving
from service.cases.registry import Guard
from service.cases.sending import letters_to, of_kind, sent_letters
from service.cases.snapshot import adults_of, persons_of
from service.cases.standing import Standing


def require_all_informed(moving: Moving, letters: Collection[str]) -> None:
    """Everybody whose data the case rests on is told so (GDPR Article 14), each in a letter of their own."""
    why = why_not_informed(moving, letters)
    moving.require(why is None, "letters", why or "")


def why_not_informed(standing: Standing, letters: Collection[str] = ()) -> str | None:
    """Which adult of the case has had no orientation and has none among the letters, in Danish; None for nobody."""
    adults = adults_of(standing.snapshot, standing.today)
    informed = letters_to(standing, {*of_kind(standing, sent_letters(standing.history), "orientation"), *letters})
    numbers = sorted(number for number, person in persons_of(standing.snapshot).items() if person in adults - informed)
    missing = ", ".join(f"person {number}" for number in numbers)
    return f"Alle voksne på adressen skal orienteres. Der mangler brev til {missing}." if missing else None


def _everybody_informed(standing: Standing) -> str | None:
    return None if standing.case.state == "opened" else why_not_informed(standing)


everybody_informed = Guard(
    "every adult resident has been informed, also whoever came later (unless nobody has been written to yet)",
    _everybody_informed,
)


def require_decisions(moving: Moving, letters: Collection[str], changed: Collection[str]) -> None:
    """Whoever is changed is told so, with grounds and guidance on appeal (forvaltningsloven §§ 22-25).

    `changed`: person_id of whoever has an effect or a corrected registration. That the letter says which is the
    letters' own to require (`service.letters.filled`), and no letter older than the decision is taken.
    """
    decisions = of_kind(moving, letters, "decision")
    moving.require(bool(decisions), "letters", "Afgørelsen skal meddeles ved et brev af arten »Afgørelse«.")
    left_out = missed(moving, changed, decisions)
    moving.require(not left_out, "letters", "Alle voksne, som afgørelsen gælder, skal have afgørelsen i et brev.")
    told_of_nothing = letters_to(moving, of_kind(moving, letters, "closing"))
    moving.require(
        not told_of_nothing & letters_to(moving, decisions).union(changed), "letters",
        "Den, som afgørelsen ændrer noget for, må ikke få et brev om, at intet ændres.",
    )  # fmt: skip


def require_all_told(moving: Moving, letters: Collection[str]) -> None:
    """The orientation promises word of the end: whoever was written to is waiting for it."""
    written_to = letters_to(moving, sent_letters(moving.history))
    moving.require(
        not missed(moving, written_to, letters), "letters", "Alle voksne, der har fået brev i sagen, skal have besked."
    )
