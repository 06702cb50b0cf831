"""By which way an e-mail leaves: one conversation with the mail server, step by step, or a folder.

What matters when a conversation breaks is how far it had gone. Before the text was given, the server has
nothing and the message may be given again. Once the text was given and before the server confirmed,
nobody can tell: that is `Unknown`, and a person decides.
"""

from __future__ import annotations

import contextlib
import re
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend

from maillage.post.composing import Mail, on_the_wire
from maillage.post.models import MessageEvent

Step = MessageEvent.Step
# The longest that one message may take, however slowly the server answers.
EXCHANGE_SECONDS = 120.0

Leaving = Callable[[], bool]
"""Asked just before the text is given: notes that it is, and says whether it still may be."""


class Trouble(Exception):  # noqa: N818 -- the name says what happened
    """A message that did not go through: where the conversation stood, and what the server said."""

    def __init__(
        self, step: MessageEvent.Step, *, code: int | None = None, words: str = ""
    ) -> None:
        super().__init__(f"{step}: {code or ''} {words}".strip())
        self.step, self.code, self.words = step, code, words


class Refused(Trouble):
    """The server refuses this message for good, and has not taken it."""


class Later(Trouble):
    """The server has not taken it and may, another time."""


class Away(Later):
    """No conversation could be opened: no other message would get through now."""


class Unknown(Trouble):
    """The text was given and nothing confirmed: it may have been taken, or not."""


class Overtaken(Exception):  # noqa: N818 -- the name says what happened
    """The message is no longer this worker's to send; nothing was given."""


def carrier() -> Server | Folder:
    """The mail server of the instance, or the folder that stands for it where there is none."""
    return Server() if settings.EMAIL_HOST else Folder(Path(settings.EMAIL_FILE_PATH))


class Folder:
    """Where there is no mail server, messages are files that one opens with a mail program."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def carry(self, mail: Mail, leaving: Leaving) -> None:  # noqa: ARG002 -- see below
        """One file a message, whole or not at all; written again it is the same, so nothing is uncertain."""
        unfinished = self.folder / f".{mail.name}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            unfinished.write_bytes(mail.content)
            unfinished.replace(self.folder / f"{mail.name}.eml")
        except OSError as fault:
            raise Away(Step.CONNECTION, words=_read(fault)) from fault

    def close(self) -> None:
        """Nothing is open."""


class Server:
    """One conversation with the mail server, kept from one message to the next while it holds."""

    def __init__(self) -> None:
        self._smtp: smtplib.SMTP | None = None

    def carry(self, mail: Mail, leaving: Leaving) -> None:
        """Sender, recipient, announcement; then the text, after which nothing can be taken back."""
        is_old = self._smtp is not None
        try:
            self._converse(mail, leaving)
        except Later as trouble:
            if not is_old or trouble.step != Step.SENDER:
                raise
            # Servers end long conversations: that says nothing of this message.
            self._hang_up()
            self._converse(mail, leaving)

    def close(self) -> None:
        """Take leave; a server that does not answer is left as it is: what it took is noted already."""
        smtp, self._smtp = self._smtp, None
        if smtp is not None:
            with contextlib.suppress(OSError):
                smtp.quit()
            smtp.close()

    def _converse(self, mail: Mail, leaving: Leaving) -> None:
        smtp = self._opened()
        with _deadline(smtp):
            try:
                self._ask(Step.SENDER, smtp.mail, mail.sender, _options(smtp, mail))
                self._ask(Step.RECIPIENT, smtp.rcpt, mail.recipient)
                self._ask(Step.DATA, smtp.docmd, "data", wanted=354)
            except Trouble:
                self._start_afresh()
                raise
            may_leave = False
            try:
                may_leave = leaving()
            finally:
                if not may_leave:
                    self._hang_up()  # having given nothing: the server forgets what was announced
            if not may_leave:
                raise Overtaken
            self._give(smtp, mail.content)

    def _opened(self) -> smtplib.SMTP:
        if self._smtp is not None:
            return self._smtp
        backend = EmailBackend(timeout=settings.EMAIL_TIMEOUT)
        try:
            backend.open()
            smtp: smtplib.SMTP = backend.connection  # type: ignore[assignment]
            smtp.ehlo_or_helo_if_needed()
        except OSError as fault:  # those of smtplib are among them
            _shut(backend.connection or backend._partial_connection)  # type: ignore[attr-defined]  # noqa: SLF001 -- kept there when opening fails
            code, words = getattr(fault, "smtp_code", None), getattr(fault, "smtp_error", fault)
            raise Away(Step.CONNECTION, code=_known(code), words=_read(words)) from fault
        self._smtp = smtp
        return smtp

    def _ask(
        self, step: MessageEvent.Step, command: Callable[..., Any], *words: Any, wanted: int = 250
    ) -> None:
        try:
            code, said = command(*words)
        except OSError as fault:
            raise Later(step, words=_read(fault)) from fault
        if code != wanted and not (wanted == 250 and 200 <= code < 300):
            kind = Refused if 500 <= code < 600 else Later
            raise kind(step, code=_known(code), words=_read(said))

    def _give(self, smtp: smtplib.SMTP, content: bytes) -> None:
        try:
            smtp.send(on_the_wire(content))
            code, said = smtp.getreply()
        except OSError as fault:
            self._hang_up()
            raise Unknown(Step.TEXT, words=_read(fault)) from fault
        if 200 <= code < 300:
            return
        if 400 <= code < 600:
            self._start_afresh()
            kind = Refused if code >= 500 else Later
            raise kind(Step.TEXT, code=code, words=_read(said))
        self._hang_up()
        raise Unknown(Step.TEXT, words=_read(said))

    def _start_afresh(self) -> None:
        """Have the server forget the message, so that the next one starts clean; or hang up."""
        try:
            if self._smtp is not None and self._smtp.rset()[0] == 250:
                return
        except OSError:
            pass
        self._hang_up()

    def _hang_up(self) -> None:
        smtp, self._smtp = self._smtp, None
        _shut(smtp)


@contextmanager
def _deadline(smtp: smtplib.SMTP) -> Iterator[None]:
    """Cut a conversation that lasts too long: each answer has its limit, and so has the whole."""
    timer = threading.Timer(EXCHANGE_SECONDS, _cut, [smtp.sock])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _options(smtp: smtplib.SMTP, mail: Mail) -> list[str]:
    size = [f"size={len(mail.content)}"] if smtp.has_extn("size") else []
    return [*size, "body=8bitmime"] if smtp.has_extn("8bitmime") else size


def _shut(smtp: smtplib.SMTP | None) -> None:
    if smtp is not None:
        smtp.close()


def _cut(sock: socket.socket) -> None:
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def _known(code: Any) -> int | None:
    """The code of an answer, when it is one."""
    return code if isinstance(code, int) and 200 <= code < 600 else None


def _read(words: object) -> str:
    """What the server said, as one can read it."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return " ".join(re.sub(r"[\x00-\x1f\x7f]+", " ", text).split())[:500]
