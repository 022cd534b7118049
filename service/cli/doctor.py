"""`adressekontrol doctor`: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import ctypes.util
import platform
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import typer

from governance.as_of import DENMARK, require_calendar
from governance.errors import SettingsError, UserError
from service.cli.options import AsJson, settings_from_environment
from service.cli.output import say_json, say_table

OLDEST_PYTHON = (3, 11)
FREE_BYTES_WANTED = 5 * 1024**3
PRODUCT = "adressekontrol"


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `state` is ok, missing or wrong; `remedy` says what to do."""

    what: str
    state: str
    found: str
    remedy: str = ""


def findings() -> list[Finding]:
    """Everything that can be looked at without changing anything."""
    checks: Sequence[Callable[[], list[Finding]]] = (_python, _libraries, _lightgbm, _calendar, _settings, _java)
    return [finding for check in checks for finding in check()]


def _python() -> list[Finding]:
    fine = sys.version_info[:2] >= OLDEST_PYTHON
    return [Finding("Python", "ok" if fine else "wrong", platform.python_version(), "" if fine else "Use Python 3.11.")]


def _libraries() -> list[Finding]:
    """Every library that the installed product itself asks for; those of its extras are not needed to run it."""
    asked = metadata.requires(PRODUCT) or []
    return [_library(re.split(r"[^\w.-]", each)[0]) for each in sorted(asked) if "extra ==" not in each]


def _library(name: str) -> Finding:
    try:
        return Finding(name, "ok", metadata.version(name))
    except metadata.PackageNotFoundError:
        return Finding(name, "missing", "-", "Run: make venv")


def _lightgbm() -> list[Finding]:
    found = ctypes.util.find_library("gomp")
    remedy = "" if found else "Install the system package libgomp1 (apt-get install libgomp1)."
    return [Finding("libgomp (for LightGBM)", "ok" if found else "missing", found or "-", remedy)]


def _calendar() -> list[Finding]:
    """Without it nobody could say which day a letter or a deadline has."""
    try:
        require_calendar()
    except SettingsError as error:
        return [Finding(error.item, "missing", "-", error.remedy)]
    return [Finding("time zone", "ok", DENMARK)]


def _settings() -> list[Finding]:
    try:
        settings = settings_from_environment()
    except UserError as error:
        return [Finding("settings", "wrong", error.item, error.remedy)]
    place = settings.home if settings.home.exists() else Path()
    free = shutil.disk_usage(place).free
    room = Finding(
        "disk",
        "ok" if free > FREE_BYTES_WANTED else "wrong",
        f"{free // 1024**3} GiB free",
        f"Free space in {place.absolute()}.",
    )
    return [Finding("settings", "ok", f"home is {settings.home}"), room]


def _java() -> list[Finding]:
    java = shutil.which("java")
    return [
        Finding(
            "Java (only for --engine spark)", "ok" if java else "missing", java or "-", "Install Java 17 for Spark."
        )
    ]


def doctor(as_json: AsJson = False) -> None:
    """Look at Python, libraries, time zone, settings, disk and Java; exit 10 when something needed is wrong."""
    found = findings()
    if as_json:
        say_json([vars(finding) for finding in found])
    else:
        rows = [(f.state, f.what, f.found, f.remedy if f.state != "ok" else "") for f in found]
        say_table(("state", "what", "found", "what to do"), rows)
    broken = [finding for finding in found if finding.state != "ok" and "only for" not in finding.what]
    if broken:
        raise SettingsError("The installation is not ready.", item=broken[0].what, remedy=broken[0].remedy)


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command("doctor")(doctor)
