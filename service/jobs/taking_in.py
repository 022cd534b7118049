"""A released list on its way to the caseworkers: its rows as they were made, with what the registers say of each.

Rows come from the run that the log sealed, facts from the registers as the run knew them, so that what stands in a case
is what the ranking saw. Must not judge: only what the gate released comes in.
"""

from __future__ import annotations

from governance.as_of import AsOf
from governance.audit.search import newest_details
from governance.errors import GateClosed
from governance.explained.keeping import load_run
from governance.registers import Registers
from governance.settings import Settings
from governance.store.opening import Store
from service.cases.intake import Intake, take_in
from service.cases.snapshot import build_snapshots
from service.jobs.protection import protected_addresses
from service.kept_registers import load_kept
from service.list_evidence import PUBLISHED
from service.rights.applying import uncorrected_addresses
from service.run_files import load_made_run


def take_in_published(store: Store, run_id: str, *, settings: Settings, registers: Registers | None = None) -> Intake:
    """Make cases of a released list; the same list again changes nothing.

    `registers` where others than the run's own are to be looked into: a list made without the model kept none.
    `GateClosed` for a list that was not released, `DataContractError` when its registers are no longer kept.
    """
    with store.reading() as connection:
        if newest_details(connection, PUBLISHED, run_id) is None:
            raise GateClosed(
                "The list was not released: no case comes of it.",
                item=run_id,
                remedy=f"Run: adressekontrol gate publish {run_id}",
            )
        made = load_made_run(settings, connection, run_id)
        if registers is None:
            registers = load_kept(str(load_run(connection, run_id).grounds["kept_registers"]), home=settings.home)
        as_of = AsOf.parse(str(made.record["as_of"]))
        protected = protected_addresses(connection, registers, as_of=as_of)
        wrong = uncorrected_addresses(connection, settings, registers, as_of=as_of)
    snapshots = build_snapshots(registers, made.rows["address_id"].to_list(), as_of=as_of)
    return take_in(
        store, run_id=run_id, rows=made.rows, snapshots=snapshots, protected=protected, as_of=as_of.day,
        settings=settings, kept_off=wrong,
    )  # fmt: skip
