"""Legal forms as files name them, in INSEE's legal categories; sections of NAF rev. 2 in divisions."""

from __future__ import annotations

from maillage.kernel.rows import folded


def _divisions(first: int, last: int) -> tuple[str, ...]:
    return tuple(f"{number:02d}" for number in range(first, last + 1))


# Sections of the NAF rev. 2 (decree 2007-1888 of 26 December 2007).
SECTIONS = {
    letter: _divisions(*told)
    for letter, told in {
        "A": (1, 3), "B": (5, 9), "C": (10, 33), "D": (35, 35), "E": (36, 39), "F": (41, 43), "G": (45, 47),
        "H": (49, 53), "I": (55, 56), "J": (58, 63), "K": (64, 66), "L": (68, 68), "M": (69, 75), "N": (77, 82),
        "O": (84, 84), "P": (85, 85), "Q": (86, 88), "R": (90, 93), "S": (94, 96), "T": (97, 98), "U": (99, 99),
    }.items()
}  # fmt: skip

# A micro-entrepreneur is a sole trader: which regime, the legal category does not tell, so the word has no code.
FORMS = {
    folded(name): tuple(codes.split())
    for name, codes in {
        "EI": "1", "Entreprise individuelle": "1", "EURL": "5498", "SARL": "54", "SASU": "5720", "SAS": "57",
        "SA": "55 56", "SNC": "52", "SCS": "53", "SCA": "53", "GAEC": "6533", "EARL": "6598", "GIE": "62",
        "SCI": "6540", "SCM": "6589", "SCIC": "5458 5558 5658 5459 5559 5659", "Association": "92",
        "Fondation": "93", "SELARL": "5485", "SCP": "6561 6562 6563 6564 6565 6566 6567 6568 6569 6571 6572 6573 6574 6575 6576 6577 6578",
    }.items()
}  # fmt: skip
