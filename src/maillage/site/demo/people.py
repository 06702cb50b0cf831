"""Who plays in the demonstration: four organisations and a dozen invented people, with their passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from maillage.accounts import identity
from maillage.accounts.models import Membership, Organisation, Person
from maillage.accounts.roles import Role
from maillage.kernel.text import Words
from maillage.site.instance import Account

PASSWORD = "maillage-demo"  # noqa: S105 -- shown on the sign-in page of a demonstration, and only there


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation of the demonstration."""

    code: str
    kind: str
    name: str
    short_name: str


@dataclass(frozen=True, slots=True)
class Player:
    """An invented person: login, role, organisation, what their sight is limited to."""

    login: str
    name: str
    partner: str
    role: Role
    words: Words
    perimeter: str = ""

    @property
    def email(self) -> str:
        """An address that can receive nothing (a name reserved for examples)."""
        return f"{self.login}@demo.maillage.example"


PARTNERS = (
    Partner("mel", "epci", "Métropole Européenne de Lille", "MEL"),
    Partner("cma", "chamber", "Chambre de métiers et de l’artisanat Hauts-de-France", "CMA"),
    Partner("relay", "operator", "Relais numérique de l’artisanat (inventé)", "Relais numérique"),
    Partner("call", "epci", "Communauté d’agglomération de Lens-Liévin", "CALL"),
)

_ADVISER = Words("Conseiller, conseillère", "Adviser")
PLAYERS = (
    Player("sofia", "Sofia Lemaire", "cma", Role.ADVISER, _ADVISER),
    Player("karim", "Karim Haddad", "cma", Role.ADVISER, _ADVISER),
    Player("paul", "Paul Wallart", "cma", Role.ADVISER, _ADVISER),
    Player("ines", "Inès Duriez", "cma", Role.ADVISER, _ADVISER),
    Player(
        "helene",
        "Hélène Vanacker",
        "cma",
        Role.SERVICE_MANAGER,
        Words("Responsable de service", "Service manager"),
    ),
    Player(
        "admin",
        "Adrien Mortelette",
        "cma",
        Role.ADMINISTRATOR,
        Words("Administrateur", "Administrator"),
    ),
    Player(
        "claire",
        "Claire Delattre",
        "mel",
        Role.OFFICER,
        Words("Chargée de mission", "Programme officer"),
    ),
    Player(
        "nadia",
        "Nadia Ferret",
        "relay",
        Role.EXPERT,
        Words("Experte d’une structure d’appui", "Expert of a support structure"),
    ),
    Player(
        "mael",
        "Maël Brunin",
        "mel",
        Role.SERVICE_MANAGER,
        Words("Responsable de service", "Service manager"),
    ),
    Player(
        "elue",
        "Jeanne Crombez",
        "mel",
        Role.ELECTED,
        Words("Élue, maire", "Elected member, mayor"),
        perimeter="59512",
    ),
    Player(
        "audit",
        "Nora Fiévet",
        "mel",
        Role.AUDITOR,
        Words("Déléguée à la protection des données", "Data protection officer"),
    ),
    Player(
        "luc",
        "Luc Bachelet",
        "call",
        Role.OFFICER,
        Words("Chargé de mission", "Programme officer"),
    ),
    Player(
        "maire",
        "Rose Dambrine",
        "call",
        Role.ELECTED,
        Words("Élue, maire", "Elected member, mayor"),
        perimeter="62498",
    ),
)

_NAMES = {partner.code: partner.name for partner in PARTNERS}
ACCOUNTS = tuple(Account(p.name, p.email, PASSWORD, p.words, _NAMES[p.partner]) for p in PLAYERS)


def settle(on: date) -> dict[str, Organisation]:
    """Make the organisations and their people, members since `on`; the organisations by code."""
    partners = {
        p.code: Organisation.objects.create(kind=p.kind, name=p.name, short_name=p.short_name)
        for p in PARTNERS
    }
    identity.Identity.objects.create(
        pk=identity.ONLY, organisation=partners["cma"], territory="mel"
    )
    for player in PLAYERS:
        person = Person.objects.create_user(email=player.email, name=player.name, password=PASSWORD)
        Membership.objects.create(
            person=person,
            organisation=partners[player.partner],
            role=player.role,
            perimeter=player.perimeter,
            starts_on=on,
        )
    return partners
