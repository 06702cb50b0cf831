"""A mail server on loopback that answers, cuts or keeps silent at each step, as a test says.

    with smtp.server() as server:
        server.acts["rcpt"] = ["451 4.2.1 busy", ""]      # the first recipient is put off, the next one taken

An act is `""` (the usual answer), an answer in the words of SMTP, `CUT` (the connection is closed before
any answer), `HALF` (closed in the middle of an answer) or `SILENT` (no answer ever comes).
"""

from __future__ import annotations

import contextlib
import email
import email.policy
import socketserver
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any

CUT, HALF, SILENT = "cut", "half", "silent"
# In the order of a conversation; `body` is in the middle of the text, `dot` after its last line.
STEPS = ("banner", "ehlo", "mail", "rcpt", "data", "body", "dot", "quit")
USUAL = {
    "banner": "220 mail.example ready",
    "ehlo": "250-mail.example\r\n250-SIZE 10000000\r\n250 8BITMIME",
    "helo": "250 mail.example",
    "mail": "250 2.1.0 ok",
    "rcpt": "250 2.1.5 ok",
    "data": "354 go on",
    "dot": "250 2.0.0 taken",
    "rset": "250 2.0.0 forgotten",
    "quit": "221 2.0.0 bye",
}


class Gone(Exception):  # noqa: N818 -- how a conversation ends
    """The conversation is over, by the test's will or the client's."""


@dataclass
class Taken:
    """A message that the server took: it answers for it from now on, whether the client knows or not."""

    sender: str
    recipient: str
    content: bytes

    @property
    def message(self) -> EmailMessage:
        return email.message_from_bytes(self.content, policy=email.policy.default)  # type: ignore[return-value]

    @property
    def id(self) -> str:
        return str(self.message["Message-ID"])


@dataclass
class Server:
    """What the server took and was told, and what it does next."""

    port: int = 0
    taken: list[Taken] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    conversations: int = 0
    acts: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    # Asked at each step when no act is listed for it.
    choose: Callable[[str], str] = lambda _step: ""

    def act(self, step: str) -> str:
        return self.acts[step].pop(0) if self.acts[step] else self.choose(step)


class Conversation(socketserver.StreamRequestHandler):
    """One client, from the banner to its leave."""

    server: Any
    envelope: dict[str, str]

    def handle(self) -> None:
        self.post: Server = self.server.post
        self.post.conversations += 1
        self.envelope = {}
        with contextlib.suppress(Gone, OSError):
            self.answer("banner")
            while line := self.rfile.readline():
                self.obey(line.decode().strip())

    def obey(self, line: str) -> None:
        self.post.said.append(line)
        word, _space, rest = line.partition(" ")
        step = word.lower()
        if step in {"mail", "rcpt"}:
            self.envelope[step] = rest.partition("<")[2].partition(">")[0]
        if step not in USUAL:
            self.reply("502 5.5.1 what?")
        elif self.answer(step) and step == "data":
            self.read_text()
        if step == "quit":
            raise Gone

    def read_text(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                raise Gone
            lines.append(line[1:] if line.startswith(b".") else line)
            if len(lines) == 3 and self.post.act("body"):
                raise Gone
        act = self.post.act("dot")
        if not act or act in {CUT, HALF, SILENT}:
            self.post.taken.append(
                Taken(self.envelope["mail"], self.envelope["rcpt"], b"".join(lines))
            )
        self.perform(act, "dot")

    def answer(self, step: str) -> bool:
        return self.perform(self.post.act(step), step)

    def perform(self, act: str, step: str) -> bool:
        """Whether the step went its usual way."""
        if act == SILENT:
            self.rfile.read()  # until the client leaves
        if act in {CUT, SILENT}:
            raise Gone
        if act == HALF:
            self.wfile.write(USUAL[step][:2].encode())
            raise Gone
        self.reply(act or USUAL[step])
        return not act

    def reply(self, words: str) -> None:
        self.wfile.write(words.encode() + b"\r\n")


class _Threads(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True


@contextmanager
def server() -> Iterator[Server]:
    """A server for the length of the block."""
    post = Server()
    with _Threads(("127.0.0.1", 0), Conversation) as listening:
        listening.post = post  # type: ignore[attr-defined]
        post.port = listening.server_address[1]
        thread = threading.Thread(target=listening.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield post
        listening.shutdown()
        thread.join()
