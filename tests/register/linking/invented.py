"""An association's list and the register it comes from, invented: one in ten has a slip, a sign for a name, a move.

Drawn from a seed. Several firms stand at one address, names and streets come back, and a part of each list has
no counterpart in the other.
"""

from __future__ import annotations

import random
from dataclasses import replace

from maillage.register.linking import Firm

TRADES = {
    "10.71C": ("Boulangerie", "Fournil", "Au Bon Pain"), "96.02A": ("Coiffure", "Salon", "Coiff"),
    "43.22A": ("Plomberie", "Chauffage", "Plomb"), "56.10A": ("Restaurant", "Brasserie", "Chez"),
    "45.20A": ("Garage", "Auto", "Mécanique"), "47.76Z": ("Fleurs", "Fleuriste", "Au Jardin"),
    "43.32A": ("Menuiserie", "Ébénisterie", "Bois"), "81.30Z": ("Paysages", "Jardins", "Espaces verts"),
}  # fmt: skip
LAST = (
    "Martin", "Bernard", "Dubois", "Petit", "Durand", "Leroy", "Moreau", "Lefebvre", "Roux", "Fournier",
    "Girard", "Bonnet", "Dupont", "Lambert", "Fontaine", "Rousseau", "Vincent", "Muller", "Lefèvre",
    "Faure", "Mercier", "Blanc", "Guérin", "Boyer", "Garnier", "Chevalier", "Legrand", "Gauthier",
    "Perrin", "Morin", "Nicolas", "Henry", "Roussel", "Mathieu", "Gautier", "Masson", "Marchand",
    "Duval", "Denis", "Lemaire", "Meyer", "Delattre", "Vasseur", "Vandamme", "Deschamps", "Caron",
    "Lecocq", "Delannoy", "Carpentier", "Wattel", "Desmet", "Hennion", "Leclercq", "Descamps", "Dhondt",
    "Verhaeghe",
)  # fmt: skip
FIRST = (
    "Jean", "Marie", "Pierre", "Nathalie", "Karim", "Sophie", "Michel", "Fatima", "Luc", "Claire",
    "Thomas", "Julie", "Nadia", "Paul", "Inès", "Hugo", "Léa", "Samir", "Anne", "Marc",
)  # fmt: skip
STREETS = (
    "rue de la Gare", "avenue du Général de Gaulle", "rue Nationale", "place de la République", "boulevard Victor Hugo",
    "rue Jean Jaurès", "rue de Lille", "chemin des Postes", "rue Pasteur", "avenue Foch", "rue du Moulin",
    "rue Saint-André", "impasse des Lilas", "rue de Paris", "rue Gambetta", "quai du Wault",
)  # fmt: skip
TOWNS = (
    ("59000", "Lille"), ("59100", "Roubaix"), ("59200", "Tourcoing"), ("59650", "Villeneuve-d'Ascq"),
    ("59280", "Armentières"), ("59130", "Lambersart"), ("59290", "Wasquehal"), ("59160", "Lomme"),
)  # fmt: skip
_SHORT = {
    "rue": "r.",
    "avenue": "av",
    "boulevard": "bd",
    "place": "pl.",
    "Général": "Gal",
    "Saint": "St",
}


def register(count: int, seed: int = 7) -> list[Firm]:
    """Firms as the register tells of them; one in eight shares the address of the one before."""
    draw = random.Random(seed)  # noqa: S311
    firms: list[Firm] = []
    for rank in range(count):
        code, (what, other, short) = draw.choice(sorted(TRADES.items()))
        first, last = draw.choice(FIRST), draw.choice(LAST)
        postcode, town = draw.choice(TOWNS)
        sole = draw.random() < 0.4
        firm = Firm(
            id=f"R{rank}",
            name=f"{last} {first}" if sole else f"SARL {what} {last} {first[:1]}{rank % 7}",
            sign=f"{draw.choice((other, short))} {draw.choice((first, last))}" if sole or draw.random() < 0.3 else "",
            number=str(draw.randint(1, 140)), street=draw.choice(STREETS).upper(), postcode=postcode,
            town=town, activity=code, phone=f"03 20 {draw.randint(0, 999999):06d}",
        )  # fmt: skip
        if firms and rank % 8 == 0:
            near = firms[-1]
            firm = replace(firm, number=near.number, street=near.street, postcode=near.postcode, town=near.town)  # fmt: skip
        firms.append(firm)
    return firms


def association(firms: list[Firm], seed: int = 8, slips: float = 0.05) -> list[Firm]:
    """The same firms as an association wrote them down, under identifiers of its own (A… for R…)."""
    draw = random.Random(seed)  # noqa: S311
    return [_written(firm, draw, slips) for firm in firms]


def _written(firm: Firm, draw: random.Random, slips: float) -> Firm:
    name = firm.sign if firm.sign and draw.random() < 0.5 else firm.name
    moved = draw.random() < 0.05
    street = " ".join(
        _SHORT.get(w, w) if draw.random() < 0.5 else w for w in firm.street.title().split()
    )
    return Firm(
        id="A" + firm.id[1:],
        name=_slip(name.replace("SARL ", "").title(), draw, slips),
        street=_slip(f"{draw.randint(1, 140) if moved else firm.number} {draw.choice(STREETS) if moved else street}", draw, slips),
        postcode="" if draw.random() < 0.1 else firm.postcode,
        town=_slip(firm.town, draw, slips),
        activity=firm.activity if draw.random() < 0.3 else "",
        phone=firm.phone.replace(" ", "") if draw.random() < 0.4 else "",
    )  # fmt: skip


def _slip(text: str, draw: random.Random, slips: float) -> str:
    """A letter left out, doubled or exchanged with the next, once in so many texts."""
    if len(text) < 4 or draw.random() >= slips:
        return text
    at = draw.randrange(1, len(text) - 2)
    return draw.choice((
        text[:at] + text[at + 1 :], text[:at] + text[at] + text[at:],
        text[:at] + text[at + 1] + text[at] + text[at + 2 :],
    ))  # fmt: skip
