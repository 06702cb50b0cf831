"""The console command: each command of the product, its exit code, and JSON whatever happens."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from typing import Any, NoReturn

from django.conf import settings
from django.core.management import ManagementUtility
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connection

from maillage.site.environment import Misset
from maillage.site.logs import Lasting

USAGE = 2
# Commands that go on until they are stopped: what they say is a log, and a full log stops nothing.
GOING_ON = {"serve", "worker"}


def run(words: Sequence[str]) -> None:
    """Run the command of these words; ends with 0 when done, 1 when refused, 2 when misused.

    With `--json` a program finds JSON on the standard output even then: what it was refused for,
    unless the command answered in its own terms.
    """
    as_json = "--json" in words
    try:
        settings.configured or settings.DEBUG  # noqa: B018 -- read for the first time here
    except Misset as fault:
        if as_json:
            _say(sys.stdout, fault, USAGE)
        sys.stderr.write(f"{fault}.\n")
        sys.exit(USAGE)
    if GOING_ON & set(words[1:2]):
        sys.stdout, sys.stderr = Lasting(sys.stdout), Lasting(sys.stderr)
    Console(list(words), as_json=as_json).execute()


class Console(ManagementUtility):
    """Finds the commands, and has them answer a program in JSON even when they refuse."""

    def __init__(self, words: list[str], *, as_json: bool) -> None:
        super().__init__(words)
        self.as_json = as_json

    def fetch_command(self, subcommand: str) -> BaseCommand:
        """The command of this name; one that does not exist is a misuse."""
        try:
            command = super().fetch_command(subcommand)
        except SystemExit:
            sys.exit(USAGE)
        command.execute = _refused_by_database(command.execute)  # type: ignore[method-assign]
        return _answering(command) if self.as_json else command


def _refused_by_database(execute: Callable[..., Any]) -> Callable[..., Any]:
    """The same command, refused in a sentence when its database is away or was never prepared."""

    def refusing(*args: Any, **options: Any) -> Any:
        try:
            return execute(*args, **options)
        except DatabaseError as fault:
            from maillage.site import health  # its models exist once the command was found

            connection.close()  # whatever the fault left of the session
            if reason := health.unready():
                raise CommandError(reason) from fault
            raise

    return refusing


def _answering(command: BaseCommand) -> BaseCommand:
    """The same command, which says on its standard output why it refuses, once."""
    execute, create_parser, write = command.execute, command.create_parser, command.stdout.write
    said: list[bool] = []

    def noting(*words: Any, **how: Any) -> Any:
        said.append(True)
        return write(*words, **how)

    def refusing(*args: Any, **options: Any) -> Any:
        try:
            return execute(*args, **options)
        except CommandError as refusal:
            if not said:
                _say(command.stdout, refusal, refusal.returncode)
            raise

    def parsing(*names: Any, **options: Any) -> Any:
        parser = create_parser(*names, **options)
        parser.error = _misused(command, parser.error)  # type: ignore[method-assign, assignment]
        return parser

    command.stdout.write = noting  # type: ignore[method-assign]
    command.execute = refusing  # type: ignore[method-assign]
    command.create_parser = parsing  # type: ignore[method-assign]
    return command


def _misused(command: BaseCommand, error: Callable[[str], NoReturn]) -> Callable[[str], NoReturn]:
    def refuse(message: str) -> NoReturn:
        _say(command.stdout, message, USAGE)
        error(message)

    return refuse


def _say(out: Any, refusal: object, code: int) -> None:
    out.write(json.dumps({"refused": str(refusal), "exit": code}, ensure_ascii=False) + "\n")
