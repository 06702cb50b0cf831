"""What `maillage init` does around its questions: prepare the database, load the geography, answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from getpass import getpass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import CommandParser

from maillage import places
from maillage.accounts import identity
from maillage.accounts.models import Membership
from maillage.kernel.errors import Invalid, Refusal
from maillage.places.actions import load_geography
from maillage.places.sources import GeographyMissing
from maillage.site import health
from maillage.site.first_day import asking, key, opening
from maillage.site.first_day.asking import FLAGS, Terminal, Unanswered

Tell = Callable[[str], None]
MISUSED = 2


def arguments(parser: CommandParser) -> None:
    """One flag a question, each asked on the terminal when it is missing."""
    for name, words in FLAGS.items():
        parser.add_argument(asking.flag(name), help=words)
    parser.add_argument(
        "--password-stdin", action="store_true", help="password, read from standard input"
    )
    parser.add_argument(
        "--yes", action="store_true", help="take the territory without asking again"
    )
    parser.add_argument(
        "--key", action="store_true", help="print the address of the first page instead"
    )
    parser.add_argument("--node-modules", type=Path, default=settings.NODE_MODULES,
                        metavar="FOLDER", help="where the geography was installed")  # fmt: skip
    parser.add_argument("--json", action="store_true", help="answer as JSON")


def run(options: Mapping[str, Any], tell: Tell) -> dict[str, Any]:
    """Begin the instance, unless it has begun: then nothing is changed.

    Raises:
        CommandError: refused, with the field and the reason; 2 when something needed is missing.
    """
    if not health.pending_migrations() and not identity.is_empty():
        return {"created": False, "told": "This instance exists already; nothing was changed."}
    asked = terminal(options, tell)
    if asked is None and not options["key"]:
        _refuse_incomplete(options)  # before the minute that the geography may take
    call_command("migrate", verbosity=0)
    _load(options["node_modules"], tell)
    if options["key"]:
        address = key.address(f"http://{settings.ALLOWED_HOSTS[0]}:8000")
        told = f"Serve the instance (maillage serve), then open: {address}"
        return {"created": False, "first_page": address, "told": told}
    try:
        return _told(opening.begin(**asking.gather(_given(options), asked)))
    except Unanswered as lack:
        raise CommandError(str(lack), returncode=MISUSED) from lack
    except EOFError as fault:
        raise CommandError("The questions were not answered to the end; nothing began.") from fault
    except Refusal as refusal:
        raise CommandError(_in_words(refusal)) from refusal


def _refuse_incomplete(options: Mapping[str, Any]) -> None:
    missing = [asking.flag(name) for name in asking.NEEDED if not options[name]]
    if missing:
        needed = f"{', '.join(missing)}: needed when nobody can be asked"
        raise CommandError(needed, returncode=MISUSED)


def _load(node_modules: Path, tell: Tell) -> None:
    if places.is_loaded():
        return
    tell("geography")
    try:
        load_geography(node_modules=node_modules, tell=tell)
    except GeographyMissing as fault:
        raise CommandError(str(fault)) from fault


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else ""
    return {**options, "password": password}


def terminal(options: Mapping[str, Any], tell: Tell) -> Terminal | None:
    """Somebody to ask: nobody behind a pipe, and nobody when every needed flag was given."""
    complete = all(options[name] for name in asking.NEEDED)
    asked_by_nobody = options["json"] or options["password_stdin"] or not sys.stdin.isatty()
    if asked_by_nobody or complete:
        return None
    return Terminal(ask=input, ask_secret=getpass, tell=tell)


def _told(begun: Membership) -> dict[str, Any]:
    owner, face = begun.organisation, identity.current()
    territory = places.perimeter(face.territory, begun.starts_on)
    return {
        "created": True,
        "organisation": {"key": str(owner.key), "name": owner.name},
        "administrator": begun.person.email,
        "territory": territory.told(),
        "told": f"{owner.name} begins, on {asking.shown(territory)}. "
        f"{begun.person.email} administers it: serve it (maillage serve), then sign in.",
    }


def _in_words(refusal: Refusal) -> str:
    """The reason, and each flag with what is wrong with it."""
    fields = refusal.fields if isinstance(refusal, Invalid) else {}
    wrong = [f"  {asking.flag(name)}: {words}" for name, words in fields.items()]
    reason = [] if str(refusal) in map(str, fields.values()) else [str(refusal)]
    return "\n".join([*reason, *wrong])


def answer(told: Mapping[str, Any], *, as_json: bool) -> str:
    """What the command writes."""
    if not as_json:
        return str(told["told"])
    return json.dumps({name: what for name, what in told.items() if name != "told"})
