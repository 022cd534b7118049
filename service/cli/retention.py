"""`adressekontrol retention`: let go now of what has been kept for as long as it may."""

from __future__ import annotations

from service.cli.options import AsJson, settings_from_environment
from service.cli.output import say, say_json
from service.cli.state import opened_store


def retention(as_json: AsJson = False) -> None:
    """Remove words and addresses of old cases, words of old leads, expired registers, sessions and keys of requests.

    A running service does the same by itself once a day.
    """
    from service.jobs.retention import retain

    settings = settings_from_environment()
    with opened_store(settings) as store:
        done = retain(store, settings)
    if as_json:
        say_json(vars(done))
        return
    say(f"{done.cases} cases have lost their words and their address.")
    say(f"{done.leads} leads have lost their words.")
    say(f"{done.register_runs} runs' registers ({done.register_tables} tables) have been removed.")
    say(f"{done.sessions} sessions and {done.request_keys} keys of requests have been removed.")
