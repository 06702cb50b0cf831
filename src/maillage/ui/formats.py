"""Numbers, money, dates and times as each language writes them (design guide, «Numbers, dates, typography»).

Pure functions: they read the reader's language when none is given, so pages, reports and commands agree.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import TypeGuard

from django.utils.translation import get_language

from maillage.kernel.clock import PARIS
from maillage.kernel.identifiers import spaced_siret
from maillage.kernel.periods import Period

Numeric = int | float | Decimal

NARROW = "\u202f"
"""Narrow no-break space: between thousands, and before ; ! ? in French."""
NO_BREAK = "\u00a0"
"""No-break space: before a unit, a colon, and inside « »."""
MINUS = "\u2212"

_WIDE = Context(prec=400)
"""Wide enough for the largest float: a sum that is absurd is written, never a failure of the page."""

MONTHS = {
    "fr": [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
}
SHORT_MONTHS = {
    "fr": [
        "janv.",
        "févr.",
        "mars",
        "avr.",
        "mai",
        "juin",
        "juil.",
        "août",
        "sept.",
        "oct.",
        "nov.",
        "déc.",
    ],
    "en": ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
}


def spoken(language: str | None = None) -> str:
    """`fr` or `en`: the language asked for, or the present reader's."""
    return "en" if (language or get_language() or "fr").startswith("en") else "fr"


def number(value: Numeric | None, places: int = 0, language: str | None = None) -> str:
    """`16 000` in French, `16,000` in English; a figure that does not exist is said, never shown as 0."""
    language = spoken(language)
    if not _exists(value):
        return "s.o." if language == "fr" else "n/a"
    rounded = _rounded(value, places)
    whole, _, rest = f"{rounded.copy_abs():.{places}f}".partition(".")
    sign = MINUS if rounded < 0 else ""
    separator, point = (NARROW, ",") if language == "fr" else (",", ".")
    return sign + f"{int(whole):,}".replace(",", separator) + (point + rest if rest else "")


def euros(cents: int | None, language: str | None = None) -> str:
    """An amount kept in cents: `150 000 €`; cents are written only below 1 000 €, and when there are some."""
    if cents is None:
        return number(None, language=language)
    places = 2 if abs(cents) < 100_000 and cents % 100 else 0
    text = number(Decimal(cents).scaleb(-2, _WIDE), places, language)
    if spoken(language) == "fr":
        return text + NO_BREAK + "€"
    return MINUS + "€" + text[1:] if text.startswith(MINUS) else "€" + text


def percent(fraction: Numeric | None, language: str | None = None) -> str:
    """A fraction of 1 as `69 %`; one decimal under 10, and what is not the whole never reads 100."""
    if not _exists(fraction):
        return number(None, language=language)
    share = _WIDE.multiply(Decimal(str(fraction)), 100)
    places = 1 if abs(share) < 10 and _rounded(share, 1) % 1 else 0
    if Decimal("99.5") <= abs(share) < 100:
        share = share.quantize(Decimal(1), ROUND_DOWN)
    return number(share, places, language) + (f"{NO_BREAK}%" if spoken(language) == "fr" else "%")


def points(fraction: Numeric | None, language: str | None = None) -> str:
    """A gap between two rates: `+ 3 points`, `− 29 points`; `+3 pts` in English."""
    if not _exists(fraction):
        return number(None, language=language)
    language = spoken(language)
    gap = int(_rounded(_WIDE.multiply(Decimal(str(fraction)), 100), 0))
    sign = {1: "+", -1: MINUS, 0: ""}[(gap > 0) - (gap < 0)]
    if language == "en":
        return f"{sign}{abs(gap)}{NO_BREAK}{'pt' if abs(gap) == 1 else 'pts'}"
    return f"{sign}{NO_BREAK if sign else ''}{abs(gap)}{NO_BREAK}{'point' if abs(gap) < 2 else 'points'}"


def day(value: date | datetime | None, language: str | None = None) -> str:
    """`30 juin 2020`, `1er juillet 2020`; `30 June 2020` in English. An instant is read in Paris."""
    return _dated(value, MONTHS, language)


def short_day(value: date | datetime | None, language: str | None = None) -> str:
    """The same day with its month shortened, for table columns: `12 janv. 2020`."""
    return _dated(value, SHORT_MONTHS, language)


def clock_time(value: datetime | None, language: str | None = None) -> str:
    """`18 h 12` in French, `18:12` in English, Paris time."""
    if value is None:
        return ""
    local = _local(value)
    if spoken(language) == "en":
        return f"{local:%H:%M}"
    return f"{local.hour}{NO_BREAK}h{NO_BREAK}{local:%M}"


def moment(value: datetime | None, language: str | None = None) -> str:
    """`30 juin 2020 à 18 h 12`; `30 June 2020 at 18:12`."""
    if value is None:
        return ""
    word = "at" if spoken(language) == "en" else "à"
    return f"{day(value, language)} {word} {clock_time(value, language)}"


def month(value: str, language: str | None = None, *, short: bool = False) -> str:
    """A month kept as `2020-06`, read `juin 2020`."""
    names = (SHORT_MONTHS if short else MONTHS)[spoken(language)]
    return f"{names[int(value[5:7]) - 1]} {value[:4]}"


def period(value: Period, language: str | None = None) -> str:
    """`2019-2020`, `juin 2020` or `du 5 avril 2019 au 31 décembre 2020`."""
    language = spoken(language)
    if value == Period.parse(f"{value.start.year:04d}..{value.end.year:04d}"):
        first, last = value.start.year, value.end.year
        return str(first) if first == last else f"{first}{'–' if language == 'en' else '-'}{last}"
    if value == Period.of_month(f"{value.start:%Y-%m}"):
        return month(f"{value.start:%Y-%m}", language)
    if value.start == value.end:
        return day(value.start, language)
    first_day, last_day = day(value.start, language), day(value.end, language)
    return f"{first_day} to {last_day}" if language == "en" else f"du {first_day} au {last_day}"


def siret(text: str | None) -> str:
    """`123 456 789 00012`, and a SIREN as `123 456 789`."""
    text = text or ""
    return f"{text[:3]} {text[3:6]} {text[6:]}" if len(text) == 9 else spaced_siret(text)


def _exists(value: Numeric | None) -> TypeGuard[Numeric]:
    return value is not None and Decimal(str(value)).is_finite()


def _rounded(value: Numeric, places: int) -> Decimal:
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP, _WIDE)


def _local(value: datetime) -> datetime:
    return value.astimezone(PARIS) if value.tzinfo else value


def _dated(value: date | datetime | None, names: dict[str, list[str]], language: str | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = _local(value).date()
    language = spoken(language)
    number_of_day = "1er" if value.day == 1 and language == "fr" else str(value.day)
    return f"{number_of_day} {names[language][value.month - 1]} {value.year}"
