"""Who does something: a person acting for an organisation in a role, nobody, or the machine itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from maillage.accounts.models import Membership, Organisation, Person, Share
from maillage.kernel.errors import NotAllowed

if TYPE_CHECKING:
    from maillage.accounts.roles import Role
    from maillage.accounts.sensitivity import Sensitivity


@dataclass(frozen=True)
class Actor:
    """A person, the organisation they act for at this moment and their role in it."""

    person: Person | None = None
    organisation: Organisation | None = None
    role: Role | None = None
    membership: Membership | None = None
    _shared: dict[tuple[str, str], frozenset[int]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    @property
    def is_anonymous(self) -> bool:
        """Nobody signed in."""
        return self.person is None and not self.is_system

    @property
    def is_system(self) -> bool:
        """The machine acts (a job, a command), not a person."""
        return False

    @property
    def organisation_id(self) -> int:
        """The organisation's row; 0, which is nobody's, for an actor without one."""
        return self.organisation.pk if self.organisation else 0

    @property
    def person_id(self) -> int | None:
        """The person's row, None for the public and the machine."""
        return self.person.pk if self.person else None

    @property
    def perimeter(self) -> str:
        """The territory or communes to which an elected member's sight is limited; blank: no limit."""
        return self.membership.perimeter if self.membership else ""

    def has(self, *roles: Role) -> bool:
        """Whether the actor's role is one of these."""
        return self.role in roles

    def acting_for(self) -> Organisation:
        """The organisation in whose name a record is made.

        Raises:
            NotAllowed: the actor acts for none.
        """
        if self.organisation is None:
            raise NotAllowed(_("You act for no organisation."), remedy=_("Sign in first."))
        return self.organisation

    def owners_sharing(self, resource: str, sensitivity: Sensitivity) -> frozenset[int]:
        """The organisations that today let the actor's one see this class of this resource."""
        wanted = (resource, str(sensitivity))
        if wanted not in self._shared:
            shares = Share.objects.visible_to(self).running()
            rows = shares.filter(
                to_id=self.organisation_id, resource=resource, sensitivity=sensitivity
            )
            self._shared[wanted] = frozenset(rows.values_list("owner_id", flat=True))
        return self._shared[wanted]


@dataclass(frozen=True)
class System(Actor):
    """A job or a command, with the reason why it reads or writes; maybe on behalf of an organisation."""

    reason: str = field(default="", kw_only=True)

    def __init__(self, reason: str, *, organisation: Organisation | None = None) -> None:
        super().__init__(organisation=organisation)
        object.__setattr__(self, "reason", reason)

    @property
    def is_system(self) -> bool:
        """Yes: no person stands behind it."""
        return True


ANONYMOUS = Actor()


def of(membership: Membership) -> Actor:
    """The actor that a membership makes of its person."""
    from maillage.accounts.roles import Role

    return Actor(
        person=membership.person,
        organisation=membership.organisation,
        role=Role(membership.role),
        membership=membership,
    )


class ActorRequest(HttpRequest):
    """A request as views receive it: the middleware has said who acts."""

    actor: Actor
