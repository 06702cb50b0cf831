"""A message as it travels: headers, both forms of its text, and the bytes that a mail server is given."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

from maillage.accounts import identity
from maillage.post.models import Message


@dataclass(frozen=True, slots=True)
class Mail:
    """What is given to a mail server: from whom, to whom, which bytes."""

    name: str
    sender: str
    recipient: str
    content: bytes


def compose(message: Message) -> Mail:
    """The e-mail of a message; its Message-ID comes from its key, so that receivers know a second copy."""
    sender = identity.current().sender or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    headers = {
        "Message-ID": f"<{message.key}@{sender.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",
    }
    if message.unsubscribe:
        headers["List-Unsubscribe"] = f"<{message.unsubscribe}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail = EmailMultiAlternatives(
        message.subject,
        message.text,
        formataddr((" ".join(str(message.organisation).split()), sender)),
        [message.recipient],
        headers=headers,
    )
    mail.attach_alternative(message.html, "text/html")
    travelling: Any = mail.message()
    return Mail(
        str(message.key),
        sanitize_address(sender, "utf-8"),
        sanitize_address(message.recipient, "utf-8"),
        travelling.as_bytes(linesep="\r\n"),
    )


def on_the_wire(content: bytes) -> bytes:
    """The bytes as SMTP carries them: a line that starts with a dot gets another, a lone dot ends."""
    dotted = re.sub(rb"(?m)^\.", b"..", content)
    return dotted + (b"" if dotted.endswith(b"\r\n") else b"\r\n") + b".\r\n"
