"""The life of the MEL–CMA convention in the demonstration: money, progress of actions, an amendment.

The convention and its 150 000 € are the source's; every payment, turn and amendment here is invented.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from maillage.conventions.actions import money, texts, turns
from maillage.conventions.models import Action, Entry

if TYPE_CHECKING:
    from maillage.site.demo.story import Story

NAMESPACE = uuid.UUID("0197b0e0-0000-7000-8000-00000000d3a0")
SLUG = "mel-cma-2019"

# Day, euros, euros charged by action; what they leave is charged to nothing yet.
COMMITMENT = (date(2019, 6, 3), 150_000, {"1.2": 100_000, "3.1": 30_000, "4.1": 20_000})
PAYMENTS = (
    (date(2019, 7, 15), 45_000, {"1.2": 45_000}),
    (date(2019, 12, 10), 22_500, {"1.2": 15_000, "3.1": 7_500}),
    (date(2020, 3, 20), 18_400, {"1.2": 10_400, "4.1": 8_000}),
    (date(2020, 6, 12), 12_500, {"1.2": 7_500}),
)
TURNS = (
    (date(2019, 5, 6), "1.1", "action_started", ""),
    (date(2019, 5, 6), "1.2", "action_started", ""),
    (date(2019, 9, 9), "3.1", "action_started", ""),
    (date(2019, 10, 1), "4.1", "action_started", ""),
    (date(2019, 11, 4), "5.1", "action_started", ""),
    (date(2020, 3, 16), "4.1", "action_blocked", "premises_closed"),
    (date(2020, 4, 6), "5.1", "action_completed", ""),
)
AMENDED = date(2020, 5, 15)
AMENDMENT = (
    "Avenant inventé pour la démonstration : la prospection se poursuit par téléphone tant que les "
    "visites sont impossibles ; les espaces ressources devaient ouvrir le 31 mars 2020."
)


def write_calendar(story: Story) -> None:
    """Write the convention's events in the story's calendar."""
    for kind, entries in (
        (Entry.Kind.COMMITMENT, (COMMITMENT,)),
        (Entry.Kind.PAYMENT, PAYMENTS),
    ):
        for on, euros, charges in entries:
            story.on(on, 15, lambda k=kind, d=on, e=euros, c=charges: _enter(story, k, d, e, c))  # type: ignore[misc]
    for on, code, kind_of_turn, reason in TURNS:
        story.on(on, 16, lambda d=on, c=code, k=kind_of_turn, r=reason: _turn(story, d, c, k, r))  # type: ignore[misc]
    story.on(AMENDED, 11, lambda: _amend(story))


def _once(*parts: object) -> uuid.UUID:
    return uuid.uuid5(NAMESPACE, "-".join(map(str, parts)))


def _enter(story: Story, kind: str, on: date, euros: int, charges: dict[str, int]) -> None:
    told = money.Money(
        kind=kind,
        label="Subvention à la CMA" if kind == Entry.Kind.COMMITMENT else "Acompte à la CMA",
        on=on,
        amount_cents=euros * 100,
        funder=story.partners["mel"],
        payee=story.partners["cma"],
        convention=story.conventions[SLUG],
        reference=f"DEMO-{on:%Y%m}",
        charges={f"{SLUG}/{code}": part * 100 for code, part in charges.items()},
    )
    money.enter(money=told, by=story.officer("mel"), once=_once(kind, on))


def _turn(story: Story, on: date, code: str, kind: str, reason: str) -> None:
    turns.turn_action(
        convention=story.conventions[SLUG],
        action_key=f"{SLUG}/{code}",
        kind=f"conventions.{kind}",
        on=on,
        by=story.officer("mel"),
        once=_once(kind, code),
        reason_code=reason,
    )


def _amend(story: Story) -> None:
    """An invented amendment: it dates an action, which is then late."""
    officer = story.officer("mel")
    draft = texts.amend(convention=story.conventions[SLUG], by=officer)
    head = {
        "effective_on": AMENDED,
        "words": AMENDMENT,
        "source": "Démonstration : cet avenant est inventé.",
    }
    texts.edit_head(version=draft, values=head, edition=draft.edition, by=officer)
    action = draft.actions.get(code="4.1")
    texts.edit_line(
        version=draft,
        model=Action,
        pk=action.pk,
        values={"code": action.code, "due_on": date(2020, 3, 31)},
        edition=action.edition,
        by=officer,
    )
    draft.refresh_from_db()
    texts.sign(version=draft, signed_on=AMENDED, by=officer)
