"""Who must be told by a letter before a step may be taken: whoever is changed, and whoever was written to before.

Must not know what a letter says, nor which step asks.
"""

from __future__ import annotations

from collections.abc import Collection

from service.cases.hearing import missed
from service.cases.moving import Moving
from service.cases.sending import letters_to, of_kind, sent_letters
from service.cases.snapshot import adults_of, persons_of


def require_all_informed(moving: Moving, letters: Collection[str]) -> None:
    """Everybody whose data the case rests on is told so (GDPR Article 14), each in a letter of their own."""
    adults = adults_of(moving.snapshot, moving.today)
    informed = letters_to(moving, {*of_kind(moving, sent_letters(moving.history), "orientation"), *letters})
    numbers = sorted(number for number, person in persons_of(moving.snapshot).items() if person in adults - informed)
    missing = ", ".join(f"person {number}" for number in numbers)
    moving.require(not missing, "letters", f"Alle voksne på adressen skal orienteres. Der mangler brev til {missing}.")


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
