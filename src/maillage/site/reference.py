"""The pages of `docs/reference` that are written from the code, so that they cannot say otherwise."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from django.core.management import get_commands, load_command_class
from django.utils import translation

from maillage import figures
from maillage.accounts import policy, retaining
from maillage.figures.definitions import Definition, Median, Rate
from maillage.kernel.retention import Files, Rule
from maillage.kernel.text import Words
from maillage.site import environment, settings

FOLDER = settings.BASE_DIR / "docs" / "reference"
SPECS = settings.BASE_DIR / "tests" / "spec"
_NOTICE = "<!-- Written from the code by `make docs`: change the code, not this page. -->"
# What every command of the framework takes, and nobody needs to read of each.
_COMMON = {
    "help", "version", "verbosity", "settings", "pythonpath", "traceback", "no_color",
    "force_color", "skip_checks",
}  # fmt: skip


def pages() -> dict[Path, str]:
    """Every generated page, by the file it belongs in."""
    writers: dict[str, Callable[[], Iterable[str]]] = {
        "settings": _settings,
        "commands": _commands,
        "routes": _routes,
        "indicators": _indicators,
        "retention": _retention,
    }
    with translation.override("en"):
        return {
            FOLDER / f"{name}.md": "\n".join([_NOTICE, *lines()]).rstrip() + "\n"
            for name, lines in writers.items()
        }


def stale() -> list[Path]:
    """The pages that no longer say what the code does."""
    return [
        path
        for path, text in pages().items()
        if not path.exists() or path.read_text(encoding="utf-8") != text
    ]


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{' --- |' * len(header)}"
    for row in rows:
        cells = (str(cell).replace("|", "\\|").replace("\n", " ") for cell in row)
        yield f"| {' | '.join(cells)} |"


def _settings() -> Iterator[str]:
    yield "# Settings"
    yield ""
    yield "An instance is set by variables of its environment; all have a safe default."
    yield ""
    yield from _table(
        ("variable", "default", "meaning"),
        ((f"`{v.name}`", v.default or "none", v.meaning) for v in environment.VARIABLES.values()),
    )


def command_names() -> list[str]:
    """The commands that are ours: the framework's stay available and undescribed."""
    return sorted(name for name, app in get_commands().items() if app.startswith("maillage."))


def _commands() -> Iterator[str]:
    yield "# Commands"
    yield ""
    yield "Each ends with 0 when done, 1 when refused, 2 when misused. With `--json`, the answer goes"
    yield "to the standard output as JSON, and what is said on the way to the standard error."
    for name in command_names():
        command = load_command_class(get_commands()[name], name)
        yield from ("", f"## maillage {name}", "", " ".join(str(command.help).split()))
        parser = command.create_parser("maillage", name)
        options = [a for a in parser._actions if a.dest not in _COMMON]  # noqa: SLF001 -- argparse tells them nowhere else
        if options:
            yield ""
            rows = ((f"`{_spelled(o)}`", _default(o), o.help or "") for o in options)
            yield from _table(("argument", "default", "meaning"), rows)


def _spelled(option: argparse.Action) -> str:
    value = option.metavar if isinstance(option.metavar, str) else option.dest.upper()
    if not option.option_strings:
        return value
    flag = max(option.option_strings, key=len)
    return flag if option.nargs == 0 else f"{flag} {value}"


def _default(option: argparse.Action) -> str:
    if option.default in (None, False, argparse.SUPPRESS, [], ""):
        return ""
    # A place is told from the instance's folder, wherever this page is written.
    told = str(option.default).replace(str(settings.HOME), "$MAILLAGE_HOME")
    return f"`{told.replace(f'{settings.BASE_DIR}/', '')}`"


def _routes() -> Iterator[str]:
    yield "# Routes and rights"
    yield ""
    yield "What is not in this table is not served. A foreign record answers 404."
    yield ""
    yield from _table(
        ("route", "method", "does", "to whom it is open", "whose records", "sensitivity"),
        (
            (f"`/{entry.pattern}`", method, f"{rule.verb} {rule.noun}", _roles(rule),
             _scope(rule), rule.sensitivity.value)
            for entry in policy.table()
            for method, rule in entry.rules.items()
        ),
    )  # fmt: skip


def _scope(rule: policy.Rule) -> str:
    beyond = ", ".join(sorted(str(role.value) for role in rule.everywhere))
    return f"{rule.scope.value}; {beyond}: any" if beyond else rule.scope.value


def _roles(rule: policy.Rule) -> str:
    roles = frozenset(rule.roles)
    if rule.is_public:
        return "everyone"
    if roles == policy.SIGNED_IN:
        return "everyone signed in"
    return ", ".join(sorted(str(role.value) for role in roles if role is not None))


def _retention() -> Iterator[str]:
    yield "# How long things are kept"
    yield ""
    yield "Applied every night by the worker (`maillage retention`); the ledger has no rule. A table that is"
    yield "not named here holds nothing that may tell of somebody."
    yield ""
    rows = [
        (f"`{model._meta.label}`", _fields(kept.personal), kept.whose.value.en if kept.whose else "—",  # noqa: SLF001
         _fields(kept.typed), kept.why.en, _rules(*kept.rules), "yes" if kept.is_emptied else "struck out" if kept.typed else "")
        for model, kept in retaining.declared().items()
        if kept.personal or kept.typed or kept.rules
    ]  # fmt: skip
    rows += [
        (
            f"files in `{one.folder}/`",
            "all",
            one.whose.value.en,
            "—",
            one.why.en,
            _rules(one),
            "yes",
        )
        for one in retaining.folders()
    ]
    yield from _table(
        ("record", "may tell of somebody", "of whom", "may name a firm", "kept", "then", "erased with a firm"),
        sorted(rows),
    )  # fmt: skip


def _fields(names: str) -> str:
    return ", ".join(names.split()) or "—"


def _rules(*rules: Rule | Files) -> str:
    return "; ".join(f"{rule.after.days} days: {rule.words.en.lower()}" for rule in rules) or "—"


def indicators() -> list[Definition]:
    """Every version of every indicator, in the order of the codes."""
    versions = figures.REGISTRY.versions
    return [
        versions[code][number] for code in sorted(versions) for number in sorted(versions[code])
    ]


def specs_of(code: str) -> list[Path]:
    """The spec tests that speak of an indicator."""
    quoted = f'"{code}"'
    return [path for path in sorted(SPECS.rglob("test_*.py")) if quoted in path.read_text()]


def _indicators() -> Iterator[str]:
    yield "# Indicators"
    yield ""
    yield "Every figure of the product, its rule in words, and the examples that hold it to that rule."
    for definition in indicators():
        yield from ("", f"## {definition.label.en} — `{definition.reference}`", "")
        yield from (f"*{definition.label.fr}.* {definition.words.en}", "", definition.words.fr, "")
        yield from _table(("property", "value"), _properties(definition))


def _properties(definition: Definition) -> Iterator[tuple[str, str]]:
    yield "alias", definition.alias or "—"
    yield "owner", definition.owner
    yield "unit", definition.unit
    if isinstance(definition, Rate):
        yield "numerator", f"`{definition.numerator.reference}`"
        yield "denominator", f"`{definition.denominator.reference}`"
    else:
        measure = f"sum of `{definition.measure}`" if definition.measure else "count of distinct"
        if isinstance(definition, Median):
            measure = f"median of `{definition.measure}`"
        yield "measure", f"{measure} over `{definition.key}` of `{definition.relation}`"
        yield "kinds of acts", ", ".join(f"`{kind}`" for kind in definition.kinds) or "—"
        yield (
            "date",
            f"`{definition.date}`" if definition.date else "stock, at the end of the period",
        )
    yield "breakdowns", ", ".join(definition.dimensions) or "—"
    yield "disclosure", definition.disclosure
    yield "when there is nothing", _english(definition.null_rule)
    examples = (path.relative_to(settings.BASE_DIR) for path in specs_of(definition.code))
    yield "examples", ", ".join(f"`{path}`" for path in examples) or "—"


def _english(words: Words) -> str:
    return words.en
