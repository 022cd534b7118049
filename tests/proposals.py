"""Proposals as files: plain mappings that tests change, and the TOML that a person would have written."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

from governance.impact.business_case.case import BusinessCase
from governance.impact.business_case.reading import read_case

YEARS = [2015, 2016, 2017, 2018]


def an_item(kind: str = "effect", **changes: Any) -> dict[str, Any]:
    area = "construction" if kind == "investment" else "service"
    amounts = {"effect": [-100] * 4, "running": [30] * 4, "investment": [90, 0, 0, 0]}[kind]
    return {"name": f"An item ({kind})", "kind": kind, "area": area, "committee": "KFF", "amounts": amounts, **changes}


def a_proposal(*items: dict[str, Any], **changes: Any) -> dict[str, Any]:
    standing = list(items) or [an_item(), an_item("running"), an_item("investment")]
    return {"title": "A proposal", "unit": 1000, "price_level": 2015, "years": YEARS, "item": standing, **changes}


def parkeringsbutik(**stated: Any) -> dict[str, Any]:
    """The example as it was given, with its investments."""
    saving = an_item(name="Net operating saving by channel shift", amounts=[-665] * 4)
    paid = [("TMU", 530), ("TMU", Decimal("37.5")), ("KFF", Decimal("37.5")), ("KFF", 25)]
    investments = [
        an_item("investment", area="service", committee=committee, amounts=[amount, 0, 0, 0])
        for committee, amount in paid
    ]
    printed = {"permanent_change": [-665] * 4, "cash_flow": [-35, -665, -665, -665], "payback_years": 1}
    share = {"kind": "effect", "committee": "KFF", "key": Decimal("100.0"), "amounts": [-665] * 4}
    return a_proposal(
        saving, *investments, title="Parkeringsbutik", stated={**printed, "distribution": [share], **stated}
    )


def as_toml(table: dict[str, Any], path: tuple[str, ...] = ()) -> str:
    """The table as TOML: plain fields first, then tables and lists of tables."""
    plain = [f"{name} = {_value(value)}" for name, value in table.items() if not _is_table(value)]
    inner = []
    for name, value in table.items():
        if isinstance(value, dict):
            inner.append(f"[{'.'.join((*path, name))}]\n{as_toml(value, (*path, name))}")
        elif _is_table(value):
            inner += [f"[[{'.'.join((*path, name))}]]\n{as_toml(each, (*path, name))}" for each in value]
    return "\n".join([*plain, *inner]) + "\n"


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and bool(value) and isinstance(value[0], dict))


def _value(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_value, value))}]"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Decimal) and not value.is_finite():
        return "nan" if value.is_nan() else "inf"
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def case_of(proposal: dict[str, Any]) -> BusinessCase:
    return read_case(as_toml(proposal).encode())


def written(directory: Path, proposal: dict[str, Any]) -> Path:
    path = directory / "proposal.toml"
    path.write_text(as_toml(proposal), encoding="utf-8")
    return path
