"""From what was promised to what is left: decided, upheld, collected or no longer paid, and what the control cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from service.impact.basis import Basis
from service.impact.report_model import HIDDEN, Cell, Column, Section, Table
from service.impact.sections.headline import why_unmeasured
from service.impact.sections.words import text_column
from service.impact.strata import read_code
from service.impact.telling import Telling

CODE, TITLE = "waterfall", "Fra fund til resultat"
SUM = "sum"
STEPS: tuple[tuple[str, str, int], ...] = (
    ("expected_municipal", "Fundet: forventet ved udvælgelsen", 0),
    ("decided_municipal", "Afgjort", 0),
    ("overlap_municipal", "Måneder, der allerede er talt med", -1),
    ("set_aside_municipal", "Omgjort efter klage", -1),
    ("realised_municipal", "Står ved magt", 0),
    ("uncollected_municipal", "Krav, der ikke er indbetalt", -1),
    ("secured_municipal", "Udbetales ikke længere eller er indbetalt", 0),
    ("cost_control", "Kontrollens udgifter", -1),
    ("", "Tilbage før rettelser til borgerens fordel", 0),
    ("corrections_municipal", "Rettelser til borgerens fordel", 1),
    ("secured_net_municipal", "Tilbage", 0),
)
"""Code, words, and how it counts: 0 is a sum, 1 is added, -1 is taken off. Without a code: the sum before it less what
was taken off since, which tells nothing that the two do not."""
UNPAID = ("net_municipal", "Tilbage, om alle krav betales", 0)
"""Where the steps end while no payment is known."""


def codes(_: Basis) -> Iterable[str]:
    """What the steps are."""
    return [code for code, _, _ in (*STEPS, UNPAID) if code]


def steps_of(basis: Basis) -> list[tuple[str, str, int]]:
    """The steps that were measured."""
    measured = [step for step in STEPS if not step[0] or not why_unmeasured(basis, step[0])]
    return measured if measured[-1] == STEPS[-1] else [*measured, UNPAID]


def build(basis: Basis, telling: Telling) -> Section:
    """The steps in order, as a table that is drawn."""
    steps = steps_of(basis)
    rows = tuple(
        (text, _signed(telling.cell(code), sign) if code else _before_corrections(steps, telling), "" if sign else SUM)
        for code, text, sign in steps
    )
    columns = (text_column("text", "Trin"), Column(code="amount", text_da="Kommunal andel", unit="ore", by_row=True))
    return Section(
        code=CODE,
        title_da=TITLE,
        intro_da="Det fundne er et løfte fra udvælgelsen; alt derefter er afgørelser og betalinger i regnskabet.",
        tables=(
            Table(
                code="steps",
                title_da="Fundet, afgjort, står ved magt, indbetalt, minus udgifter",
                columns=(*columns, text_column("mark", "Art")),
                rows=rows,
                note_da="Det, der trækkes fra, vises med minus; slås tallet op, står det uden. "
                f"Udgifterne er {read_code('cost_control').figure.text_da.lower()} i alt. "
                "Indbetalt er den kommunale del af betalte krav.",
                chart="waterfall",
                selections=tuple(code for code, _, _ in steps),
            ),
        ),
    )


def _signed(cell: Cell, sign: int) -> Cell:
    return cell if isinstance(cell, str) or cell is None or not sign else sign * cell


def _before_corrections(steps: Sequence[tuple[str, str, int]], telling: Telling) -> Cell:
    """What stands before the cost less the cost; hidden where either is."""
    place = next(place for place, (code, _, _) in enumerate(steps) if code == "cost_control")
    standing, cost = telling.cell(steps[place - 1][0]), telling.cell("cost_control")
    return standing - cost if isinstance(standing, int) and isinstance(cost, int) else HIDDEN
