"""The file of a batch: text messages as CSV for those who send them, letters as one PDF to print."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import typst
from django.utils.translation import gettext as _

from maillage.kernel import clock
from maillage.post.models import Batch, Kind, Message
from maillage.ui import csvout, formats
from maillage.ui.reports.pdf import printable

TEMPLATE: Final = Path(__file__).with_name("letters.typ")


@dataclass(frozen=True, slots=True)
class File:
    """What is downloaded."""

    name: str
    type: str
    content: bytes


def make(batch: Batch) -> File:
    """Every message of the batch, in the order in which they were queued."""
    messages = list(batch.messages.order_by("id"))
    if batch.kind == Kind.TEXT:
        name, kind, content = _("text-messages"), "text/csv; charset=utf-8", _texts(messages)
    else:
        name, kind, content = _("letters"), "application/pdf", _letters(batch, messages)
    return File(f"{name}-{batch.pk}.{'csv' if batch.kind == Kind.TEXT else 'pdf'}", kind, content)


def _texts(messages: list[Message]) -> bytes:
    """Numbers without their plus: a spreadsheet takes them for numbers and changes nothing."""
    rows = ((message.recipient.lstrip("+"), message.text) for message in messages)
    return "".join(csvout.csv_lines((_("number"), _("text")), rows)).encode()


def _letters(batch: Batch, messages: list[Message]) -> bytes:
    content = {
        "title": printable(_("Letters of %(who)s") % {"who": batch.organisation}),
        "letters": [_letter(batch, message) for message in messages],
    }
    made: bytes = typst.compile(
        _template(),
        format="pdf",
        sys_inputs={"content": json.dumps(content)},
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=batch.made_at.replace(microsecond=0),
    )
    return made


def _letter(batch: Batch, message: Message) -> dict[str, Any]:
    paragraphs = (" ".join(part.split()) for part in message.text.split("\n\n"))
    return {
        "lang": message.language,
        "from": printable(batch.organisation.name),
        "to": [printable(line) for line in message.recipient.splitlines()],
        "on": formats.day(clock.local_day(batch.made_at), message.language),
        "subject": printable(message.subject),
        "paragraphs": [printable(paragraph) for paragraph in paragraphs if paragraph],
    }


@cache
def _template() -> bytes:
    return TEMPLATE.read_bytes()
