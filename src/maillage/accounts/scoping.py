"""The guard of owned records: nothing is read without saying who reads it (ADR 0004).

A queryset of an owned model raises when it is evaluated before `visible_to(actor)` or
`unscoped(reason=…)` was called on it. Relations stay plain: forward ones go through the framework's
base manager, reverse ones start from a record that somebody was already allowed to read.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING, Any, NoReturn, Self, TypeVar, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models.query import RawQuerySet
from django.http import Http404

from maillage.accounts.roles import Role
from maillage.accounts.sensitivity import Sensitivity

if TYPE_CHECKING:
    from maillage.accounts.actors import Actor

M = TypeVar("M", bound=models.Model)
Q = TypeVar("Q", bound="ScopedQuerySet[Any]")


class UnscopedAccess(RuntimeError):  # noqa: N818 -- the name says what happened
    """Owned records were about to be read or changed for nobody in particular: a defect, never an answer."""


def shared_with(actor: Actor, resource: str, readers: Collection[Role], owner: str) -> models.Q:
    """The ordinary rule of what partners share: one's own organisation's, and that of who shares the resource.

    The machine and auditors read all; a role that is not among the readers reads none. `owner` is the
    path to the organisation that owns the record.
    """
    if actor.is_system or actor.has(Role.AUDITOR):
        return models.Q()
    if not actor.has(*readers):
        return models.Q(pk__in=())
    sharing = actor.owners_sharing(resource, Sensitivity.PARTNERS)
    return models.Q(**{f"{owner}__in": {actor.organisation_id, *sharing}})


class ScopedQuerySet(models.QuerySet[M]):
    """Records that belong to an organisation; a subclass says in `visible_to` who sees which."""

    _allowed = False

    def visible_to(self, actor: Actor) -> Self:
        """The records this actor may read; each owned model writes its own rule."""
        raise NotImplementedError(f"{type(self).__name__} does not say what {actor} may see")

    def unscoped(self, *, reason: str) -> Self:
        """All records, whoever asks; the reason is required, read in reviews and counted by a test."""
        if not reason.strip():
            raise UnscopedAccess(f"{self.model.__name__}: unscoped access needs a reason")
        return self._allow()

    def _allow(self) -> Self:
        clone = self.all()
        clone._allowed = True  # noqa: SLF001 -- our own clone
        return clone

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._allowed = self._allowed
        return clone

    def _guard(self) -> None:
        if not (self._allowed or self.query.is_empty()):
            _refuse(self.model)

    # Every door by which a queryset reaches the database.
    def _fetch_all(self) -> None:
        if self._result_cache is None:
            self._guard()
        super()._fetch_all()

    def iterator(self, chunk_size: int | None = None) -> Iterator[M]:
        """Rows one by one, under the same guard."""
        self._guard()
        return super().iterator(chunk_size)

    def count(self) -> int:
        """How many records, under the same guard."""
        self._guard()
        return super().count()

    def exists(self) -> bool:
        """Whether there is any record, under the same guard."""
        self._guard()
        return super().exists()

    def aggregate(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Totals, under the same guard."""
        self._guard()
        return super().aggregate(*args, **kwargs)

    def explain(self, *, format: str | None = None, **options: Any) -> str:  # noqa: A002
        """The engine's plan, under the same guard."""
        self._guard()
        return super().explain(format=format, **options)

    def update(self, **kwargs: Any) -> int:
        """Change all records at once, under the same guard."""
        self._guard()
        return super().update(**kwargs)

    def delete(self) -> tuple[int, dict[str, int]]:
        """Remove all records, under the same guard."""
        self._guard()
        return super().delete()

    def _raw_delete(self, using: str | None) -> int:
        self._guard()
        return super()._raw_delete(using)

    def raw(self, raw_query: Any, *args: Any, **kwargs: Any) -> RawQuerySet[Any]:
        """Hand-written SQL, under the same guard."""
        self._guard()
        return super().raw(raw_query, *args, **kwargs)

    # What is joined to an allowed reading must be allowed too.
    def _join(self, other: object) -> None:
        if isinstance(other, ScopedQuerySet):
            other._guard()  # noqa: SLF001 -- a queryset of the same family

    def __or__(self, other: models.QuerySet[M]) -> Self:
        self._join(other)
        return super().__or__(other)

    def __and__(self, other: models.QuerySet[M]) -> Self:
        self._join(other)
        return super().__and__(other)

    def __xor__(self, other: models.QuerySet[M]) -> Self:
        self._join(other)
        return super().__xor__(other)

    def _combinator_query(self, combinator: str, *other_qs: Any, all: bool = False) -> Self:  # noqa: A002
        for other in other_qs:
            self._join(other)
        return cast("Self", super()._combinator_query(combinator, *other_qs, all=all))  # type: ignore[misc]

    def resolve_expression(self, *args: Any, **kwargs: Any) -> Any:
        """Use as a subquery, under the same guard."""
        self._guard()
        return super().resolve_expression(*args, **kwargs)


def _refuse(model: type[models.Model]) -> NoReturn:
    raise UnscopedAccess(
        f"{model.__name__} was read without visible_to(actor) or unscoped(reason=…)"
    )


class ScopedManager(models.Manager[M]):
    """The guarded manager of an owned model: `objects = ScopedManager.from_queryset(VisitQuerySet)()`."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Guarded, except from a record already in hand."""
        queryset = super().get_queryset()
        # A reverse relation starts from a record already in hand: it stays plain.
        if hasattr(self, "core_filters") and isinstance(queryset, ScopedQuerySet):
            return queryset._allow()  # noqa: SLF001 -- the guard's own door
        return queryset


def scoped_manager(queryset_class: type[Q]) -> Q:
    """The same in one call; the attribute then needs its type: `objects: ClassVar[VisitQuerySet]`."""
    return cast("Q", ScopedManager.from_queryset(queryset_class)())


def get_visible_or_404(queryset: ScopedQuerySet[M], actor: Actor, **lookup: Any) -> M:
    """Fetch and authorise in one call: what the actor may not see does not exist for them.

    Raises:
        Http404: no such record, or a foreign one; the answer does not tell which.
    """
    try:
        return queryset.visible_to(actor).get(**lookup)
    except ObjectDoesNotExist as error:
        raise Http404 from error
