"""The three ways an action can refuse. A middleware turns them into pages 403, 409 and 422."""

from __future__ import annotations

from collections.abc import Mapping


class Refusal(Exception):  # noqa: N818 -- a refusal is an answer, not a crash
    """An action that was not carried out, with the reason and the remedy in the user's words."""

    def __init__(self, reason: object, *, remedy: object = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}".strip()


class NotAllowed(Refusal):
    """The actor has no right to do this."""


class Conflict(Refusal):
    """The world changed meanwhile: a stale edit, an idempotency key reused with another content."""


class Invalid(Refusal):
    """What was given cannot be taken; `fields` ties messages to the fields they speak of."""

    def __init__(
        self, reason: object, *, remedy: object = "", fields: Mapping[str, object] | None = None
    ) -> None:
        super().__init__(reason, remedy=remedy)
        self.fields = dict(fields or {})
