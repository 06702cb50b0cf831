"""A convention loaded from its TOML file: read, checked, compared, then applied whole or not at all.

Loading again changes nothing. A signed text is never overwritten: a file that says otherwise is refused.
Only what is not yet here is added: a later amendment, or a draft that changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from importlib.resources import files
from pathlib import Path

from django.utils.translation import gettext_lazy as _

from maillage import ledger
from maillage.accounts.actors import Actor, System
from maillage.conventions import checks
from maillage.conventions.actions.texts import sign
from maillage.conventions.actions.writing import rewrite_draft, write_draft
from maillage.conventions.models import Convention, Version
from maillage.conventions.permissions import can_create_convention
from maillage.conventions.readings import text_of
from maillage.conventions.text.document import ConventionText, VersionText
from maillage.conventions.text.naming import renamed
from maillage.conventions.text.problems import Problem, TextRefused
from maillage.conventions.text.reading import place, read
from maillage.kernel.errors import Invalid, NotAllowed


class Outcome(StrEnum):
    """What loading made of the file."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Loaded:
    """The convention as it stands after loading."""

    convention: Convention
    outcome: Outcome


def library() -> dict[str, str]:
    """The conventions of the public sources that ship with the product: file name → text."""
    folder = files("maillage.conventions") / "library"
    return {
        item.name: item.read_text(encoding="utf-8")
        for item in sorted(folder.iterdir(), key=lambda item: item.name)
        if item.name.endswith(".toml")
    }


LARGEST = 1_000_000


def incoming(path: Path) -> str:
    """The text of a file, or of one of the library called by its name.

    Raises:
        Invalid: no such file, unreadable or too large.
        TextRefused: it is not UTF-8, and where.
    """
    try:
        if not path.is_file():
            return _shipped(path)
        if path.stat().st_size > LARGEST:
            raise Invalid(_("The file is too large for a convention."), remedy=_("Check the file."))
        return _decoded(path.read_bytes(), path.name)
    except OSError as error:
        raise Invalid(
            _("The file cannot be read: %(error)s.") % {"error": error.strerror},
            remedy=_("Check its name and who may read it."),
        ) from None


def _shipped(path: Path) -> str:
    shipped = library()
    if (name := f"{path.stem}.toml") in shipped:
        return shipped[name]
    raise Invalid(
        _("There is no file %(file)s.") % {"file": path},
        remedy=_("Conventions that ship: %(names)s.") % {"names": ", ".join(sorted(shipped))},
    )


def _decoded(content: bytes, file: str) -> str:
    """UTF-8, with or without its mark; a NUL byte betrays UTF-16."""
    before = content.partition(b"\x00")[0] if b"\x00" in content else None
    if before is None:
        try:
            return content.decode("utf-8-sig").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            before = content[: error.start]
    lines = before.split(b"\n")
    problem = Problem(
        (),
        _("The file is not in UTF-8."),
        _("Save it again in UTF-8, then load it."),
        len(lines),
        len(lines[-1].decode("utf-8", "replace")) + 1,
    )
    raise TextRefused([problem], file=file)


@ledger.action
def load(text: str, *, by: Actor, file: str = "", create_organisations: bool = False) -> Loaded:
    """Take a convention's file in.

    Raises:
        NotAllowed: the actor may not prepare conventions for the organisation that keeps this one.
        TextRefused: with every problem, each with its line, key, reason and remedy.
    """
    document = read(text, file=file)
    partners = checks.Partners(document.organisations, document.organisations_named())
    if create_organisations:
        partners.create_missing()
    problems = checks.convention_problems(document, partners)
    predecessor = _predecessor(document, problems)
    if problems:
        raise TextRefused(place(problems, text), file=file)
    keeper = partners.found[document.keeper]
    if not can_create_convention(by) or (not by.is_system and by.organisation != keeper):
        raise NotAllowed(_("A convention is loaded for the organisation that keeps it."))
    actor = System(by.reason, organisation=keeper) if isinstance(by, System) else by
    held = Convention.objects.unscoped(reason="addresses are unique over all organisations")
    convention = held.filter(slug=document.slug).select_related("keeper", "predecessor").first()
    outcome = Outcome.CREATED if convention is None else Outcome.UNCHANGED
    if convention is None:
        convention = Convention.objects.create(
            slug=document.slug,
            title=document.title,
            territory=document.territory,
            keeper=keeper,
            predecessor=predecessor,
            source=document.source,
            doubt=document.doubt,
        )
    elif convention.keeper != keeper:
        raise NotAllowed(_("Another organisation keeps the convention of this address."))
    changed = _head(convention, document, predecessor, text, file)
    if _apply(convention, document, partners, actor, text, file) or changed:
        outcome = outcome if outcome is Outcome.CREATED else Outcome.CHANGED
    convention.refresh_from_db(fields=["signed_at"])
    return Loaded(convention, outcome)


def _head(
    convention: Convention,
    document: ConventionText,
    predecessor: Convention | None,
    text: str,
    file: str,
) -> bool:
    """Bring the heading level with the file; it is free until a text is signed."""
    wanted = {name: getattr(document, name) for name in ("title", "territory", "source", "doubt")}
    wanted["predecessor"] = predecessor
    others = [name for name, value in wanted.items() if getattr(convention, name) != value]
    if others and convention.signed_at is not None:
        problems = [_heading_otherwise(name) for name in others]
        raise TextRefused(place(problems, text), file=file)
    for name in others:
        setattr(convention, name, wanted[name])
    if others:
        convention.save(update_fields=others)
    return bool(others)


def _heading_otherwise(name: str) -> Problem:
    return Problem(
        (name,),
        _("The convention is signed here with another “%(key)s”.") % {"key": name},
        _("Write what the signed text says."),
    )


def _predecessor(document: ConventionText, problems: list[Problem]) -> Convention | None:
    if not document.predecessor:
        return None
    every = Convention.objects.unscoped(reason="a convention may succeed anybody's")
    found = every.filter(slug=document.predecessor).exclude(slug=document.slug).first()
    if found is None:
        problems.append(
            Problem(
                ("predecessor",),
                _("No convention has the address “%(slug)s”.") % {"slug": document.predecessor},
                _("Load the earlier convention first, or remove the line."),
            )
        )
    return found


def _apply(
    convention: Convention,
    document: ConventionText,
    partners: checks.Partners,
    by: Actor,
    text: str,
    file: str,
) -> bool:
    """Bring versions level with the file; whether anything changed."""
    here = {version.number: version for version in convention.versions.all()}
    said = {v.number: v for v in text_of(convention).versions}
    names = {name: str(organisation) for name, organisation in partners.found.items()}
    canon = renamed(document, names)
    changed = False
    for rank, wanted in enumerate(canon.versions):
        present = here.get(wanted.number)
        if present is not None and said[wanted.number] == wanted:
            continue
        if present is not None and present.is_signed:
            raise TextRefused(place([_signed_otherwise(rank, wanted)], text), file=file)
        try:
            _write(convention, present, wanted, partners, by)
        except TextRefused as refusal:
            found = [problem.under(("versions", rank)) for problem in refusal.problems]
            raise TextRefused(place(found, text), file=file) from None
        changed = True
    return changed


def _write(
    convention: Convention,
    present: Version | None,
    wanted: VersionText,
    partners: checks.Partners,
    by: Actor,
) -> None:
    organisations = {str(o): o for o in partners.found.values()}
    if present is None:
        present = write_draft(convention, wanted, organisations)
    else:
        rewrite_draft(present, wanted, organisations)
    if wanted.signed:
        sign(version=present, signed_on=wanted.signed_on, by=by)


def _signed_otherwise(rank: int, wanted: VersionText) -> Problem:
    return Problem(
        ("versions", rank),
        _("Version %(number)s is signed here and says something else.") % {"number": wanted.number},
        _("A signed text does not change: add an amendment after it."),
    )
