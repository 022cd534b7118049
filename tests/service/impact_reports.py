"""A report of impact made by hand: every section, every drawing, with what is hidden, immature and unknown in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

from governance.store.opening import Store
from service.impact.keeping import KeptReport, keep_report
from service.impact.report_model import (
    HEADLINE,
    HIDDEN,
    SECTIONS,
    Cell,
    Column,
    Figure,
    ImpactReport,
    Section,
    Table,
)

AS_OF = dt.date(2024, 6, 1)
MADE_AT = "2024-06-02T03:15:00Z"
KRONER = 100
HEADLINE_DA = (
    "Forventet kommunal besparelse", "Realiseret kommunal besparelse", "Heraf fremadrettet",
    "Heraf tilbagebetalingskrav", "Rettelser til borgerens fordel", "Statens andel af besparelsen",
    "Besparelse for samfundet", "Tilbageført efter klage", "Indbetalt af tilbagebetalingskrav",
    "Afskrevet af tilbagebetalingskrav", "Kontrollens udgifter", "Kommunal nettoeffekt",
)  # fmt: skip
HEADLINE_KRONER = (
    3_412_000.0, 2_876_543.21, 2_301_000.0, 575_543.21, -48_200.0, 1_204_000.0, 4_080_543.21, 61_500.0, 212_300.0,
    18_400.0, 1_940_000.0, 888_343.21,
)  # fmt: skip
TITLES = {
    "administrations": "Forvaltningerne: forventet og realiseret", "waterfall": "Fra fundet til indbetalt",
    "maturation": "Modning", "arm": "Listen over for den tilfældige gruppe", "promise": "Det lovede over for det realiserede",
    "prevalence": "Forekomst", "business_case": "Sagens regnestykke år for år", "follow_up": "Opfølgning",
    "yearly": "Årlig effekttabel", "power": "Den tilfældige gruppes størrelse",
}  # fmt: skip


def column(code: str, text_da: str, unit: Any = "text", source: str = "", *, by_row: bool = False) -> Column:
    return Column(code=code, text_da=text_da, unit=unit, source=source, by_row=by_row)


def ore(kroner: float) -> int:
    return round(kroner * KRONER)


NAME, MARK = column("text", "Forvaltning"), column("mark", "Bemærkning")
ENDS = (column("low", "Nedre grænse", "ore"), column("high", "Øvre grænse", "ore"))


def a_table(code: str, columns: tuple[Column, ...], *rows: tuple[Cell, ...], **more: Any) -> Table:
    return Table(**{"code": code, "title_da": TITLES.get(code, code), "columns": columns, "rows": rows} | more)


def administrations() -> Table:
    return a_table(
        "administrations_interval",
        (NAME, column("expected", "Forventet", "ore"), column("value", "Realiseret", "ore", "realised_municipal", by_row=True),
         *ENDS, column("cases", "Sager", "cases"), MARK),
        ("BIF", ore(1_500_000), ore(1_420_000), ore(1_100_000), ore(1_800_000), 212, ""),
        ("BUF", ore(1_200_000), ore(744_000), ore(520_000), ore(990_000), 96, ""),
        ("KFF", ore(120_000), HIDDEN, HIDDEN, HIDDEN, HIDDEN, ""),
        chart="intervals", title_da="Forventet og realiseret kommunal besparelse", selections=(":BIF", ":BUF", ":KFF"),
    )  # fmt: skip


def all_twelve() -> Table:
    """More figures than a page is wide."""
    columns = [column(code, text, "ore", code, by_row=True) for code, text in zip(HEADLINE, HEADLINE_DA, strict=True)]
    rows = [
        (
            office,
            *(
                HIDDEN if office == "KFF" and place % 3 == 1 else ore(kroner * part)
                for place, kroner in enumerate(HEADLINE_KRONER)
            ),
        )
        for office, part in (("BIF", 0.5), ("BUF", 0.4), ("KFF", 0.1), ("Staten", 0.0))
    ]
    return a_table(
        "figures_by_administration", (NAME, *columns), *rows, selections=(":BIF", ":BUF", ":KFF", ":STATE"),
        title_da="De tolv tal fordelt på forvaltning",
    )  # fmt: skip


def waterfall() -> Table:
    return a_table(
        "waterfall_steps", (column("text", "Trin"), column("amount", "Beløb", "ore"), MARK),
        ("Fundet", ore(4_100_000), "sum"), ("Ikke afgjort endnu", ore(-600_000), ""), ("Afgjort", ore(3_500_000), "sum"),
        ("Tilbageført efter klage", ore(-61_500), ""), ("Stadfæstet", ore(3_438_500), "sum"),
        ("Ikke indbetalt endnu", ore(-561_957), ""), ("Kontrollens udgifter", ore(-1_940_000), ""),
        ("Netto", ore(936_543), "sum"), chart="waterfall", title_da="Fra fundet til netto",
    )  # fmt: skip


def maturation() -> Table:
    rows = [
        (f"2023K{quarter}", age, 1 - 0.75**age, max(0.0, 0.9 - 0.75**age), min(1.0, 1.08 - 0.75**age),
         "umoden" if age > 14 - 3 * quarter else "")
        for quarter in (1, 2, 3, 4) for age in range(0, 15 - 2 * quarter, 2)
    ]  # fmt: skip
    columns = (
        column("cohort", "Årgang"), column("age_months", "Måneder siden sagen blev åbnet", "months"),
        column("share", "Andel kendt", "share"), column("low", "Nedre grænse", "share"),
        column("high", "Øvre grænse", "share"), MARK,
    )  # fmt: skip
    return a_table(
        "maturation_curves", columns, *rows, chart="maturation", title_da="Andel af sagerne, der er afsluttet"
    )


def arm() -> Table:
    columns = (column("text", "Skøn"), column("value", "Besparelse", "ore"), *ENDS,
               column("effective", "Effektiv stikprøve", "number"), MARK)  # fmt: skip
    return a_table(
        "arm_lists", columns,
        ("Listen (modellen)", ore(2_900_000), ore(2_100_000), ore(3_900_000), 148.0, ""),
        ("De gamle regler", ore(1_500_000), ore(900_000), ore(2_300_000), 88.0, ""),
        ("En almindelig logistisk liste", ore(2_200_000), ore(1_500_000), ore(3_100_000), 110.0, ""),
        ("Listens eget gennemsnit ganget op", ore(6_700_000), None, None, None, "naivt, kun til sammenligning"),
        chart="intervals", title_da="Hvad listen giver over for andre",
    )  # fmt: skip


def promise() -> tuple[Table, Table]:
    columns = (NAME, column("promised", "Lovet", "ore"), column("realised", "Realiseret", "ore"),
               column("ratio", "Realiseret for hver lovet krone", "ratio"), column("low", "Nedre grænse", "ratio"),
               column("high", "Øvre grænse", "ratio"), MARK)  # fmt: skip
    calibration = a_table(
        "promise_calibration", columns,
        ("BIF", ore(1_500_000), ore(1_420_000), 0.947, 0.73, 1.2, ""),
        ("BUF", ore(1_200_000), ore(744_000), 0.62, 0.43, 0.83, "alarm"),
        ("KFF", HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN, ""), chart="calibration", title_da="Lovet og realiseret",
    )  # fmt: skip
    drift = a_table(
        "promise_drift", (column("text", "Årgang"), column("ratio", "Realiseret for hver lovet krone", "ratio"), MARK),
        ("2023K1", 1.02, ""), ("2023K2", 0.96, ""), ("2023K3", HIDDEN, ""), ("2023K4", 0.71, "alarm"),
        chart="drift", title_da="Løftet over tid",
    )  # fmt: skip
    return calibration, drift


def business_case() -> Table:
    columns = (NAME, column("year", "År", "number"), column("expected", "Forventet", "ore"),
               column("realised", "Realiseret", "ore"), *ENDS, MARK)  # fmt: skip
    rows = [
        (name, year, ore(base), ore(base * (0.6 + 0.1 * place)), ore(base * 0.4), ore(base * 1.1),
         "umodent år" if year == 2024 else "")
        for name, base in (("BIF", 1_700_000), ("BUF", 1_800_000)) for place, year in enumerate((2022, 2023, 2024))
    ]  # fmt: skip
    return a_table("business_case_years", columns, *rows, chart="years", title_da="Forventet og realiseret år for år")


def follow_up() -> Table:
    columns = (
        column("text", "Kriterium"), column("how", "Hvordan det måles"), column("who", "Ansvarlig"),
        column("when", "Frist", "day"), column("target", "Mål", "number"), column("value", "Målt", "number"),
        column("low", "Nedre grænse", "number"), column("high", "Øvre grænse", "number"), column("state", "Status"),
        column("sentence", "Forklaring"),
    )  # fmt: skip
    return a_table(
        "criteria", columns,
        ("Højst hver tredje kontrol er forgæves", "Andel af lukkede sager uden ændring", "Kontrolenheden i KFF",
         "2024-12-31", 0.333, 0.284, 0.251, 0.319, "på vej", "Målt 0,284; målet er højst 0,333. Fristen er ikke nået."),
        ("Borgerne oplever processen som fair", "Årlig spørgeskemaundersøgelse", "Kontrolenheden i KFF", "2025-06-30",
         None, None, None, None, "kan ikke måles endnu", "Kriteriet vurderes af den ansvarlige."),
        title_da="Succeskriterier",
    )  # fmt: skip


def sentences() -> Table:
    return a_table(
        "sentences", (column("text", "Sætning"),),
        ("Effekten på økonomisk friplads (BUF) er 62 pct. af det forventede (95 %-interval 43–83 pct.); grænsen for "
         "genforhandling er 75 pct., så det bedste skøn ligger under grænsen, men intervallet rummer den.",),
        ("2024: Effekten i BIF er ikke gjort op.",), title_da="Til udvalget",
    )  # fmt: skip


def yearly() -> Table:
    money = ("forward_municipal", "reclaim_municipal", "corrections_municipal", "forward_society", "reclaim_society",
             "set_aside_municipal", "collected_municipal")  # fmt: skip
    named = ("Heraf fremadrettet", "Heraf tilbagebetalingskrav", "Rettelser til borgerens fordel",
             "Fremadrettet, samfundet", "Tilbagebetalingskrav, samfundet", "Tilbageført efter klage",
             "Indbetalt af tilbagebetalingskrav")  # fmt: skip
    columns = (
        column("year", "År", "number"), column("channel", "Kanal"), column("benefit", "Ydelse"),
        column("case_type", "Sagstype"), column("cases_decided", "Sager", "cases", "cases_decided", by_row=True),
        *(column(code, text, "ore", code, by_row=True) for code, text in zip(money, named, strict=True)),
    )  # fmt: skip
    kinds = ("stoppet", "nedsat", "kun tilbagebetaling", "rettet til borgerens fordel")
    rows = [
        (year, channel, benefit, kind, *((HIDDEN,) * 8 if place == 3 else (64, *(ore(1_812_345.67 / (n + 1)) for n in range(7)))))
        for year in (2022, 2023, 2024) for channel in ("listen", "henvendelser")
        for benefit in ("kontanthjælp", "økonomisk friplads") for place, kind in enumerate(kinds)
    ]  # fmt: skip
    selections = tuple(f"@{row[0]},channel={row[1]},benefit={row[2]},case_type={row[3]}" for row in rows)
    return a_table("effects", columns, *rows, title_da="Kanal, ydelse og sagstype", selections=selections)


def power() -> Table:
    columns = (
        column("share", "Den tilfældige gruppes andel", "share"),
        column("value", "Mindste forskel, der kan ses", "ore"),
        MARK,
    )
    return a_table(
        "power_curve", columns, (0.02, ore(2_400_000), ""), (0.03, ore(1_950_000), ""),
        (0.05, ore(1_500_000), "valgt"), (0.1, ore(1_060_000), ""), (0.2, ore(750_000), ""),
        chart="power", title_da="Hvad en gruppe af hver størrelse kan vise",
    )  # fmt: skip


def prevalence() -> Table:
    columns = (column("text", "Hvad"), column("value", "Andel", "share"), column("low", "Nedre grænse", "share"),
               column("high", "Øvre grænse", "share"), MARK)  # fmt: skip
    return a_table(
        "prevalence_shares", columns, ("Forkert registrering", 0.061, 0.042, 0.088, ""),
        ("Forkert udbetaling", 0.038, 0.022, 0.061, ""), chart="intervals", title_da="Andel af alle mulige sager",
    )  # fmt: skip


TABLES = {
    "administrations": (all_twelve, administrations), "waterfall": (waterfall,), "maturation": (maturation,), "arm": (arm,),
    "promise": (lambda: promise()[0], lambda: promise()[1]), "prevalence": (prevalence,),
    "business_case": (business_case,), "follow_up": (sentences, follow_up), "yearly": (yearly,), "power": (power,),
}  # fmt: skip


def headline() -> tuple[Figure, ...]:
    """The twelve; the expected one has an interval, one is hidden."""
    made = [
        Figure(code=code, text_da=text, unit="ore", value=ore(kroner), source=code, cases=308)
        for code, text, kroner in zip(HEADLINE, HEADLINE_DA, HEADLINE_KRONER, strict=True)
    ]
    made[0] = replace(made[0], low=float(ore(2_900_000)), high=float(ore(3_900_000)), source="promise")
    made[9] = replace(made[9], value=None, cases=None, hidden=True, note_da="Færre end ti sager.")
    return tuple(made)


def a_section(code: str) -> Section:
    figures: tuple[Figure, ...] = ()
    if code == "prevalence":
        figures = (Figure(code="pool", text_da="Mulige sager", unit="cases", value=8_412, note_da="Ved udtrækningen."),)
    return Section(
        code=code, title_da=TITLES[code], intro_da=f"Her står {TITLES[code].lower()}.", figures=figures,
        tables=tuple(make() for make in TABLES[code]),
    )  # fmt: skip


def a_report(**more: Any) -> ImpactReport:
    """The whole report; fields may be given otherwise."""
    return ImpactReport(**{
        "version": 0, "as_of": AS_OF, "made_at": MADE_AT, "booking": 7, "ledger_hash": "ab" * 32,
        "headline": headline(), "sections": tuple(a_section(code) for code in SECTIONS),
        "method": (("Realiseret", "Fremadrettet og tilbagebetalingskrav, der står ved magt."),
                   ("Ikke vist", "Tal, der bygger på under ti sager.")),
    } | more)  # fmt: skip


def a_later_report() -> ImpactReport:
    """The same a quarter later, its realised saving told otherwise."""
    changed = tuple(
        replace(each, value=each.value + ore(10_000)) if each.code == "realised_municipal" else each
        for each in headline()
    )
    return a_report(headline=changed, as_of=dt.date(2024, 9, 1), made_at="2024-09-02T03:15:00Z", booking=9)


def an_empty_report() -> ImpactReport:
    """Nothing was booked: every figure is none, every section says so."""
    bare = tuple(replace(each, value=None, low=None, high=None, cases=None, hidden=False) for each in headline())
    sections = tuple(
        Section(code=code, title_da=TITLES[code], intro_da="Der er endnu intet at vise.") for code in SECTIONS
    )
    return a_report(headline=bare, sections=sections, booking=0, ledger_hash="")


def keep(store: Store, report: ImpactReport) -> KeptReport:
    """Keep the report as the command does."""
    with store.act("impact.reported") as act:
        return keep_report(act.connection, report)
