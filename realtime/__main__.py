"""`python -m realtime COMMAND`: parses the arguments, calls what does it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from realtime.errors import BadSetting
from realtime.places.imports.lines import BadFile
from realtime.settings import Settings, from_environ


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code. A wrong setting is one line on standard error."""
    asked = _parser().parse_args(arguments)
    try:
        settings = from_environ()
        _run(asked, settings)
    except BadSetting as error:
        print(f"palier: {error}", file=sys.stderr)
        return 2
    except BadFile as error:
        print(f"palier: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def _run(asked: argparse.Namespace, settings: Settings) -> None:
    # Imported late: `--help` and a wrong setting should not wait for the whole house.
    from realtime import card_commands, commands, key_commands, organisation_commands

    organisations: dict[str, Callable[[], None]] = {
        "create": lambda: organisation_commands.found_organisation(
            settings, asked.name, asked.territory, asked.staff
        ),
        "dismiss": lambda: organisation_commands.dismiss_staff(settings, asked.staff),
    }
    what: dict[str, Callable[[], None]] = {
        "serve": lambda: commands.serve(settings, asked.host, asked.port),
        "worker": lambda: commands.worker(settings),
        "migrate": lambda: commands.migrate_now(settings),
        "demo": lambda: commands.demo(
            settings, asked.members, asked.cell, asked.tokens, asked.seed
        ),
        "postcards": lambda: card_commands.export_postcards(
            settings, asked.out, new_only=asked.new
        ),
        "keys": lambda: key_commands.push_keys(settings, asked.act),
        "accounts": lambda: commands.revoke_account(settings, asked.account),
        "places": lambda: commands.import_places(settings, asked.file, asked.postcode),
        "organisations": lambda: organisations[asked.act](),
    }
    what[asked.command]()


def _parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="python -m realtime", description=__doc__)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    serve = commands.add_parser("serve", help="serve residents")
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=8000)
    commands.add_parser("worker", help="mail, push, schedules, expiry, retention")
    commands.add_parser("migrate", help="bring the database to the newest schema")
    demo = commands.add_parser("demo", help="add members to try things with")
    demo.add_argument("--members", type=int, default=100)
    demo.add_argument("--cell", help="put every home in this geohash cell")
    demo.add_argument("--tokens", help="write their session tokens here, one JSON line each")
    demo.add_argument("--seed", type=int, default=1)
    cards = commands.add_parser("postcards", help="codes by post").add_subparsers(
        dest="about", required=True, metavar="WHAT"
    )
    export = cards.add_parser("export", help="the pending ones: a PDF to print and a JSON list")
    export.add_argument("--out", type=Path, required=True, metavar="DIR")
    export.add_argument("--new", action="store_true", help="those never exported, in dated files")
    people = commands.add_parser("accounts", help="who is a member").add_subparsers(
        dest="act", required=True, metavar="ACT"
    )
    revoke = people.add_parser("revoke", help="a fake account, and those it alone vouched for")
    revoke.add_argument("account", metavar="ACCOUNT")
    keys = commands.add_parser("keys", help="the VAPID keys that push services know us by")
    keys.add_argument(
        "act", nargs="?", choices=("create", "show", "rotate"), default="show",
        help="create: make the first; rotate: a new one in front, the old go on for who has them",
    )  # fmt: skip
    places = commands.add_parser("places", help="addresses of communes").add_subparsers(
        dest="act", required=True, metavar="ACT"
    )
    load = places.add_parser("import", help="replace a commune's addresses from its BAL or BAN CSV")
    load.add_argument("file", type=Path, metavar="FILE.csv")
    load.add_argument("--postcode", default="", help="for BAL files, which have none")
    houses = commands.add_parser(
        "organisations", help="municipal houses and the like"
    ).add_subparsers(dest="act", required=True, metavar="ACT")
    found = houses.add_parser("create", help="an organisation, its territory, its staff")
    found.add_argument("--name", required=True)
    found.add_argument("--territory", type=Path, required=True, metavar="FILE.geojson")
    found.add_argument("--staff", action="append", required=True, metavar="EMAIL")
    dismiss = houses.add_parser("dismiss", help="who speaks for an organisation no longer")
    dismiss.add_argument("--staff", action="append", required=True, metavar="EMAIL")
    return top


if __name__ == "__main__":
    sys.exit(main())
