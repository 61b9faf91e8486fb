"""What an operator prints: pending postcards, noted as exported once their files are there."""

from __future__ import annotations

from pathlib import Path

from realtime.accounts.postcards.actions import CHUNK, Sheet, list_sheets, note_exported
from realtime.clock import Clock
from realtime.commands import prepare, run_loop
from realtime.db import open_database
from realtime.errors import BadSetting
from realtime.keyring import open_keyring
from realtime.settings import Settings


def export_postcards(settings: Settings, folder: Path, *, new_only: bool) -> None:
    """Pending postcards as one PDF and a JSON list.

    All of them replace the last list of all. New ones get files of their own: what lies there may
    not be printed yet.
    """
    # Imported late: only this command sets type.
    from realtime.accounts.postcards import printing

    prepare(settings)
    sheets = run_loop(lambda: _pending(settings, new_only=new_only))
    if new_only and not sheets:
        print("No postcard is new.")
        return
    try:
        day = Clock(settings.clock_offset).now().date()
        name = printing.free_name(folder, day) if new_only else printing.ALL
        files = printing.print_cards(sheets, settings.origin, folder, name)
    except OSError as error:
        raise BadSetting(f"--out: {error}") from None
    run_loop(lambda: _note(settings, sheets))
    print(f"{len(sheets)} postcards are in {folder}: {', '.join(files)}")


async def _pending(settings: Settings, *, new_only: bool) -> list[Sheet]:
    clock = Clock(settings.clock_offset)
    keyring = open_keyring(settings.data_dir, settings.secret)
    db = open_database(settings.database)
    sheets: list[Sheet] = []
    try:
        after = ""
        while True:
            some, after = await db.read(list_sheets, keyring, after, clock.now(), new_only=new_only)
            sheets += some
            if not after:
                return sheets
    finally:
        await db.close()


async def _note(settings: Settings, sheets: list[Sheet]) -> None:
    now = Clock(settings.clock_offset).now()
    db = open_database(settings.database)
    try:
        for start in range(0, len(sheets), CHUNK):
            await db.write(note_exported, sheets[start : start + CHUNK], now)
    finally:
        await db.close()
