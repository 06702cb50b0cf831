"""What the reading commands share: arguments read as the field's notions, refusals told with their remedy."""

from __future__ import annotations

import json
from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Q

from maillage.accounts.actors import System
from maillage.conventions.models import Convention
from maillage.kernel import clock
from maillage.kernel.errors import Invalid, Refusal
from maillage.kernel.periods import Period
from maillage.kernel.text import Words

T = TypeVar("T")


def _argument(read: Callable[[str], T], remedy: Words) -> Callable[[str], T]:
    def argument(text: str) -> T:
        try:
            return read(text)
        except (ValueError, OverflowError) as error:
            raise ArgumentTypeError(f"“{text}”: {remedy}") from error

    return argument


period: Callable[[str], Period] = _argument(
    Period.parse,
    Words(
        fr="une période s’écrit 2019-04-05..2020-06-30, 2019 ou 2019-06",
        en="a period is written 2019-04-05..2020-06-30, 2019 or 2019-06",
    ),
)
instant: Callable[[str], datetime] = _argument(
    clock.parse_instant,
    Words(
        fr="un instant s’écrit 2020-06-30 (sa fin, à Paris) ou 2020-06-30T09:00",
        en="an instant is written 2020-06-30 (its end, in Paris) or 2020-06-30T09:00",
    ),
)


class ReadingCommand(BaseCommand):
    """A command that answers in words or, with `--json`, in JSON; a refusal exits with 1."""

    def add_arguments(self, parser: Any) -> None:
        """Every reading command can answer as JSON."""
        parser.add_argument("--json", action="store_true", help="answer as JSON")

    def handle(self, *_args: Any, **options: Any) -> None:
        """Answer, or say what was refused and what to do."""
        try:
            told = self.tell(**options)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        if options["json"]:
            self.stdout.write(json.dumps(told, ensure_ascii=False))
        else:
            self.stdout.write(self.words(told))

    def tell(self, **options: Any) -> Any:
        """The answer as data."""
        raise NotImplementedError

    def words(self, told: Any) -> str:
        """The answer as lines."""
        return "\n".join(lines(told))


def lines(told: Any, indent: str = "") -> list[str]:
    """Data as indented lines, for a person at a terminal."""
    if isinstance(told, dict):
        found = []
        for name, value in told.items():
            if isinstance(value, dict | list) and value:
                found += [f"{indent}{name}:", *lines(value, indent + "  ")]
            else:
                found.append(f"{indent}{name}: {'-' if value in (None, [], {}) else value}")
        return found
    if isinstance(told, list):
        return [
            line
            for value in told
            for line in ([f"{indent}{value}"] if isinstance(value, str) else lines(value, indent))
        ]
    return [f"{indent}{told}"]


def convention(identifier: str) -> Convention:
    """The convention of this permanent address or public key.

    Raises:
        Invalid: there is none, with those there are.
    """
    every = Convention.objects.visible_to(System("a command reads a convention"))
    found = every.filter(_named(identifier)).first()
    if found is None:
        slugs = ", ".join(every.order_by("slug").values_list("slug", flat=True)) or "–"
        raise Invalid(
            Words(
                f"Aucune convention ne s’appelle «\u00a0{identifier}\u00a0».",
                f"No convention is called “{identifier}”.",
            ),
            remedy=Words(f"Celles de l’instance\u00a0: {slugs}.", f"Those there are: {slugs}."),
        )
    return found


def _named(identifier: str) -> Q:
    try:
        return Q(key=UUID(identifier))
    except ValueError:
        return Q(slug=identifier)


def write(files: dict[Path, bytes]) -> None:
    """Write what was made, once all of it is made.

    Raises:
        Invalid: a file cannot be written, with what the machine says.
    """
    for path, content in files.items():
        try:
            path.write_bytes(content)
        except OSError as fault:
            raise Invalid(
                Words(
                    f"{path} n’a pas pu être écrit\u00a0: {fault.strerror}.",
                    f"{path} could not be written: {fault.strerror}.",
                ),
                remedy=Words(
                    "Donnez un fichier d’un dossier qui existe et où vous pouvez écrire.",
                    "Name a file in a folder that exists and where you may write.",
                ),
            ) from fault
