"""Diagnoses in tests: questionnaires published, passes recorded, through the product's own actions."""

from __future__ import annotations

from datetime import date
from typing import Any

from maillage.accounts.actors import Actor
from maillage.accounts.models import Organisation, Person
from maillage.accounts.roles import Role
from maillage.diagnoses import actions, parsing
from maillage.diagnoses.actions.passes import Facts
from maillage.diagnoses.models import Pass, PlanStep, Questionnaire
from maillage.kernel import clock
from maillage.register.models import Establishment
from tests.factories import accounts, register

#: Three axes of two questions; every answer is worth 0, 1 or 2.
CODES = ("found_map", "found_site", "sell_order", "sell_pay", "safe_copy", "safe_words")


def text(code: str = "short", *, more: str = "", **asked: str) -> str:
    """A short questionnaire; `more` is said at its end, `asked` changes what a question asks."""
    said = [
        f'code = "{code}"',
        'title = { fr = "Questionnaire court", en = "Short questionnaire" }',
        'about = { fr = "Un essai.", en = "A trial." }',
        'rule = { fr = "La somme des points.", en = "The sum of the points." }',
    ]
    for question in CODES:
        axis = question.partition("_")[0]
        if question in {"found_map", "sell_order", "safe_copy"}:
            said += ["[[axes]]", f'code = "{axis}"']
            said += [f'title = {{ fr = "Axe {axis}", en = "Axis {axis}" }}']
        words = asked.get(question, question)
        said += ["[[axes.questions]]", f'code = "{question}"']
        said += [f'ask = {{ fr = "{words} ?", en = "{words}?" }}']
        said += [
            f'choices.{name} = {{ points = {points}, fr = "{name} fr", en = "{name}" }}'
            for points, name in enumerate(("no", "some", "yes"))
        ]
        said += [
            (
                f'advice = {{ below = 2, fr = "Faire {question}", en = "Do {question}", '
                'theme = "digital", days = 30 }'
            )
        ]
    return "\n".join([*said, more]) + "\n"


def editor(owner: Organisation | None = None) -> Actor:
    """Who writes questionnaires."""
    return accounts.actor(Role.SERVICE_MANAGER, owner)


def draft(by: Actor | None = None, told: str = "") -> Questionnaire:
    """A questionnaire that is not published."""
    return actions.bring(text=told or text(), by=by or editor())


def questionnaire(by: Actor | None = None, told: str = "") -> Questionnaire:
    """A published questionnaire: the one of this code and text when there is one already."""
    told = told or text()
    code = parsing.read(told).code
    every = Questionnaire.objects.unscoped(reason="a test").filter(code=code, text=told)
    if found := every.filter(published_at__isnull=False).first():
        return found
    by = by or editor()
    return actions.publish(found=draft(by, told), by=by)


def answers(*given: str) -> dict[str, str]:
    """Answers in the order of the questions; `-` for none."""
    return {code: name for code, name in zip(CODES, given, strict=False) if name != "-"}


LOW = ("no", "some", "no", "some", "no", "no")
HIGH = ("yes", "yes", "some", "yes", "no", "yes")


def facts(*given: str, on: date | None = None, note: str = "") -> Facts:
    """What was answered today, unless said otherwise."""
    return Facts(on or clock.today(), answers(*(given or LOW)), note)


def diagnosis(
    by: Actor | None = None,
    establishment: Establishment | None = None,
    *given: str,
    on: date | None = None,
    note: str = "",
    through: Questionnaire | None = None,
    **more: Any,
) -> Pass:
    """A diagnosis recorded by an adviser at a craft bakery of Lille."""
    return actions.record_pass(
        establishment=establishment or register.establishment(),
        questionnaire=through or questionnaire(),
        facts=facts(*given, on=on, note=note),
        by=by or accounts.actor(),
        **more,
    )


def step(by: Actor | None = None) -> PlanStep:
    """A step of a plan that waits."""
    return diagnosis(by).steps.all()[0]


def kept_step(owner: Organisation, place: Establishment) -> PlanStep:
    """A step of the plan of a diagnosis of long ago, written as it lies; nothing is recorded."""
    told = Questionnaire.objects.create(
        organisation=owner, code="kept", number=1, text=text("kept"), published_at=clock.now()
    )
    found = Pass.objects.create(
        questionnaire=told, establishment=place, legal_unit=place.legal_unit, organisation=owner,
        adviser=Person.objects.order_by("pk")[0], occurred_on=clock.today(), note="Un mot.",
    )  # fmt: skip
    step: PlanStep = found.steps.create(
        axis="found", wording="Ouvrir un site", due_on=clock.today()
    )
    return step
