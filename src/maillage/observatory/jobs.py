"""The jobs of the package: an observatory made public as somebody asked. Safe to run twice."""

from __future__ import annotations

from datetime import timedelta

from django_tasks import task

from maillage.figures.models import PublicationOrder
from maillage.kernel.text import Words
from maillage.observatory import carrying_out


@task()
def publish(order_id: int) -> str:
    """Publish what was asked, or keep why it cannot be."""
    asked = PublicationOrder.objects.select_related("vintage", "organisation", "person", "follows")
    order = asked.under_way().filter(pk=order_id).first()
    if order is None:
        return "nothing to do"
    carrying_out.carry_out(order)
    return str(order.state)


@task()
def take_up_publications() -> str:
    """Take up the publications that a killed worker left."""
    left = carrying_out.left()
    for order in left:
        publish.enqueue(order.pk)
    return f"{len(left)} left"


WORDS = {
    take_up_publications: Words(
        "Publications d’observatoires reprises", "Publications of observatories taken up"
    )
}
EVERY = {take_up_publications: timedelta(minutes=20)}
