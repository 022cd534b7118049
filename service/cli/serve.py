"""`adressekontrol serve`: pages and API, until it is told to stop."""

from __future__ import annotations

from typing import Annotated

import typer

from governance.as_of import require_calendar
from governance.errors import SettingsError
from governance.settings import Settings
from service.cli.options import settings_from_environment
from service.cli.output import say
from service.cli.state import opened_store


def serve(
    demo: Annotated[
        bool, typer.Option("--demo", help="Let invented colleagues into the demonstration's state.")
    ] = False,
) -> None:
    """Serve pages and API until SIGINT or SIGTERM; figures of operation are served on a port of their own."""
    from service.auth.safe import refuse_unsafe
    from service.serving import serve_until_stopped

    settings = settings_from_environment()
    if demo:
        settings = _of_the_demonstration(settings)
    # before a database is made for a service that must not run
    require_calendar()
    refuse_unsafe(settings, demo=demo)
    with opened_store(settings) as store:
        say(f"Adressekontrol: {settings.public_url}")
        serve_until_stopped(settings, store, demo=demo)


def _of_the_demonstration(settings: Settings) -> Settings:
    """The settings under which `adressekontrol demo` keeps its state."""
    try:
        from service.demo import demonstration_settings
    except ModuleNotFoundError:
        raise SettingsError(
            "There are no invented colleagues in this installation.", item="--demo", remedy="Serve without --demo."
        ) from None
    return demonstration_settings(settings, settings.home / "demo")
