"""Telling a citizen that access is late: why, and when it can be expected.

Source: forvaltningsloven § 16, stk. 2, which asks for it when a request is not dealt with within 7 working days. Must
not know what an answer holds.
"""

from __future__ import annotations

import datetime as dt

from governance.access.caller import Caller
from governance.as_of import danish_day
from governance.errors import InvalidForm
from governance.store.opening import Store
from service.rights.clocks import due_day
from service.rights.requests import PERMISSION, checked_words, handling, load_request, record_step, require_access


def tell_delay(store: Store, *, caller: Caller, request_id: str, reason: str, expected_on: dt.date) -> None:
    """Record that the citizen was told why access takes longer and when it can be expected (forvaltningsloven § 16).

    `NotFound` for other requests; `InvalidForm` unless the day lies ahead and within the clock of the answer.
    """
    words = checked_words(reason, field="reason", needed=True)
    with handling(store, caller=caller, request_id=request_id, step="delayed") as act:
        request = load_request(act.connection, request_id)
        caller.require(PERMISSION[request.kind])
        require_access(request)
        last = due_day(request.received_on, extended=request.extended)
        if not danish_day(act.at) < expected_on <= last:
            raise InvalidForm(
                "Dagen skal ligge efter i dag og inden for fristen for svaret.",
                item="expected_on",
                remedy="Angiv den dag, borgeren kan vente svaret, eller forlæng fristen først.",
            )
        details = {"expected_on": expected_on.isoformat()}
        record_step(act, request, step="delayed", actor=caller, words=words, store=store, details=details)
