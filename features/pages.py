"""The published page of the features, written from the catalogue so that page and model cannot disagree.

Knows the declarations only: no row, no value, no address.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from features.definitions import load_catalogue_of_features
from features.feature import FAMILIES, Family, Feature
from features.lineage import STRUCTURE, feature_columns
from governance.legal_bases import load_legal_bases
from governance.registers import TABLES

DIRECTIONS = {1: "more can only raise the probability", -1: "more can only lower the probability", 0: "free"}
FAMILY_TITLES: dict[Family, str] = {
    "address": "The dwelling",
    "household": "The household",
    "payments": "Benefits",
    "history": "Moves, stays and earlier control",
    "signals": "What came in",
    "consistency": "Where registers do not fit together",
}
HEAD = """# Features

Generated from the declarations in `features/definitions` by `features.pages.render_features_page`; do not edit.

Each feature is one number of one address at the close of one day, computed only from rows that were known on that day
(registers, *known at*). *Direction* is the monotone direction that law or sense gives the probability of a hit. The
Danish sentences are what a caseworker reads, for the value and for its absence. A relative elsewhere who has
name and address protection is in no feature, and an address where such a person is registered is no candidate. No
feature reads citizenship, origin, language, sex, district, names, free text or who the caseworker was. Of age it reads
which side of eighteen a person is, on which the law turns, and in `single_nearest_age_years` alone how many years lie
between a holder paid as single and an unrelated adult at the address; nobody's age is a feature.
"""


def render_features_page() -> str:
    """The Markdown of `docs/features.md`."""
    catalogue = load_catalogue_of_features()
    families = {family: [each for each in catalogue.values() if each.family == family] for family in FAMILIES}
    lines = [HEAD, *_summary(families), *_bases()]
    for family, features in families.items():
        lines += [f"## {FAMILY_TITLES[family]} (`{family}`)", ""]
        for declared in features:
            lines += _section(declared)
    return "\n".join(lines).rstrip() + "\n"


def _summary(families: dict[Family, list[Feature]]) -> Iterator[str]:
    yield f"{sum(map(len, families.values()))} features in {len(families)} families:"
    yield ""
    yield "| family | features | with a direction |"
    yield "|---|---:|---:|"
    for family, features in families.items():
        yield f"| {family} | {len(features)} | {sum(each.direction != 0 for each in features)} |"
    yield ""


def _bases() -> Iterator[str]:
    yield "| legal basis | act | phase | in force from |"
    yield "|---|---|---|---|"
    named = {declared.legal_basis for declared in load_catalogue_of_features().values()}
    for basis in load_legal_bases():
        if basis.code in named:
            phases, since = ", ".join(basis.phases), basis.valid_from.isoformat()
            yield f"| `{basis.code}` | {basis.act} {basis.paragraph} | {phases} | {since} |"
    yield ""


def _section(declared: Feature) -> Sequence[str]:
    absent = "unknown" if declared.absent is None else f"{declared.absent:g}"
    origin = f"computed from {_codes(declared.sources)}" if declared.sources else f"without rows: {absent}"
    return [
        f"### `{declared.name}`",
        "",
        declared.text,
        "",
        f"- unit: {declared.unit} · {origin}",
        f"- legal basis: `{declared.legal_basis}` · registers: {_codes(_in_order(declared.registers))}",
        f"- rests on: {_resting_on(declared.name)}",
        f"- direction: {DIRECTIONS[declared.direction]}",
        f"- in Danish: *{declared.fact_da.format(value='n')}* / *{declared.absence_da}*",
        "",
    ]


def _resting_on(name: str) -> str:
    """The register columns behind a feature; keys and times by the name of their register."""
    columns = feature_columns(name)
    tables = {column.partition(".")[0] for column in columns}
    keys = {f"{table}.{column}" for table in tables for column in STRUCTURE[table]}
    values = _codes(sorted(columns - keys))
    return f"{values}{', ' if values else ''}keys and times of {_codes(_in_order(tuple(tables)))}"


def _in_order(registers: Sequence[str]) -> Sequence[str]:
    return [name for name in TABLES if name in registers]


def _codes(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)
