"""What an invented stock is drawn from: activities by weight, years of birth, words that make names."""

from __future__ import annotations

# NAF rev. 2 subclasses with a weight in thousandths or so, invented but of a plausible order. The first are craft.
CRAFT = {
    "10.71C": 9, "10.71D": 3, "10.13B": 3, "10.71B": 1, "10.82Z": 1, "10.85Z": 1, "11.05Z": 1,
    "13.92Z": 1, "14.13Z": 2, "14.19Z": 1, "15.12Z": 1, "16.23Z": 2, "16.29Z": 1, "18.12Z": 3,
    "18.13Z": 1, "20.42Z": 1, "23.70Z": 1, "25.11Z": 1, "25.12Z": 1, "25.62B": 3, "25.99B": 1,
    "31.01Z": 1, "31.02Z": 1, "31.09B": 2, "32.12Z": 2, "32.50A": 2, "33.12Z": 2, "33.20A": 1,
    "41.20A": 6, "41.20B": 3, "43.11Z": 1, "43.12A": 4, "43.21A": 14, "43.22A": 11, "43.22B": 8,
    "43.29A": 2, "43.31Z": 7, "43.32A": 10, "43.32B": 5, "43.33Z": 7, "43.34Z": 15, "43.39Z": 6,
    "43.91A": 3, "43.91B": 5, "43.99C": 13, "45.20A": 14, "45.20B": 1, "47.22Z": 4, "47.23Z": 1,
    "47.76Z": 5, "47.81Z": 6, "49.32Z": 14, "49.42Z": 1, "56.10C": 24, "74.20Z": 9, "81.21Z": 9,
    "81.22Z": 3, "81.29B": 2, "86.90A": 2, "90.01Z": 6, "95.11Z": 3, "95.22Z": 1, "95.23Z": 1,
    "95.24Z": 2, "95.25Z": 1, "95.29Z": 3, "96.01A": 1, "96.01B": 2, "96.02A": 24, "96.02B": 13,
    "96.03Z": 2, "96.09Z": 14,
}  # fmt: skip
OTHER = {
    "01.11Z": 28, "01.21Z": 18, "01.41Z": 9, "01.42Z": 12, "01.50Z": 11, "02.10Z": 14, "35.11Z": 6,
    "45.11Z": 8, "46.19B": 9, "46.90Z": 5, "47.11F": 3, "47.19B": 4, "47.24Z": 3, "47.29Z": 3,
    "47.71Z": 15, "47.73Z": 7, "47.75Z": 4, "47.78C": 11, "47.89Z": 14, "47.91A": 9, "47.91B": 21,
    "49.41A": 7, "53.20Z": 32, "55.10Z": 6, "55.20Z": 13, "56.10A": 34, "56.30Z": 12, "58.29C": 4,
    "59.11A": 6, "62.01Z": 16, "62.02A": 17, "64.20Z": 26, "66.19B": 9, "66.22Z": 7, "68.20A": 32,
    "68.20B": 138, "68.31Z": 15, "69.10Z": 14, "69.20Z": 6, "70.10Z": 11, "70.22Z": 38, "71.11Z": 9,
    "71.12B": 18, "73.11Z": 10, "74.10Z": 17, "74.90B": 12, "77.11A": 2, "82.99Z": 17, "84.11Z": 14,
    "85.51Z": 18, "85.52Z": 12, "85.59A": 19, "85.59B": 16, "86.21Z": 17, "86.22C": 14, "86.23Z": 9,
    "86.90D": 22, "86.90E": 24, "86.90F": 21, "87.10A": 2, "88.10A": 5, "88.91A": 6, "88.99B": 11,
    "90.03A": 14, "90.03B": 16, "93.12Z": 28, "93.13Z": 4, "93.29Z": 21, "94.11Z": 3, "94.99Z": 92,
    "97.00Z": 2,
}  # fmt: skip
# How many of a thousand units of today's register, closed ones included, were born in each span.
BIRTHS = (
    (1960, 1979, 22), (1980, 1989, 55), (1990, 1994, 52), (1995, 1999, 62), (2000, 2002, 52),
    (2003, 2005, 72), (2006, 2008, 82), (2009, 2011, 122), (2012, 2014, 112), (2015, 2017, 122),
    (2018, 2019, 132), (2020, 2020, 54), (2021, 2021, 74), (2022, 2022, 79), (2023, 2023, 82),
    (2024, 2024, 84), (2025, 2025, 88), (2026, 2026, 90),
)  # fmt: skip
# Years after birth and the share still there: 71 % at three and 61 % at five, as INSEE's SINE survey found.
SURVIVAL = (
    (0.0, 1.0), (1.0, 0.88), (2.0, 0.79), (3.0, 0.71), (5.0, 0.61), (10.0, 0.44), (20.0, 0.25),
    (40.0, 0.08), (80.0, 0.0),
)  # fmt: skip
# Headcount bands of employers, in thousandths.
BANDS = {
    "00": 120, "01": 400, "02": 205, "03": 115, "11": 85, "12": 50, "21": 14, "22": 7, "31": 2,
    "32": 1, "41": 1,
}  # fmt: skip
CATEGORIES = {
    "1000": 520, "5499": 160, "5710": 120, "6540": 70, "9220": 75, "5599": 12, "6599": 10, "5498": 14,
    "7210": 6, "5505": 3, "6316": 2, "8210": 1, "9222": 3,
}  # fmt: skip
SYLLABLES = (
    "ba", "be", "bi", "bo", "cha", "dre", "fa", "fe", "ga", "gri", "jo", "ka", "la", "le", "li", "lo",
    "ma", "me", "mi", "mo", "na", "ne", "ni", "no", "pa", "pe", "pi", "ra", "re", "ri", "ro", "sa",
    "se", "si", "so", "ta", "te", "ti", "to", "tra", "va", "ve", "vi", "vo", "za",
)  # fmt: skip
TRADES = (
    "ATELIER", "MAISON", "COMPTOIR", "FABRIQUE", "ETABLISSEMENTS", "SERVICES", "CONSEIL", "TRAVAUX",
    "HABITAT", "FOURNIL", "JARDINS", "IMAGE", "TRANSPORTS", "BATIMENT", "ESPACE", "STUDIO",
    "ASSOCIATION", "AMICALE",
)  # fmt: skip
WAYS = ("RUE", "AVENUE", "PLACE", "CHEMIN", "BOULEVARD", "IMPASSE", "ROUTE", "ALLEE")


def slots(weights: dict[str, int], size: int = 2_000) -> list[str]:
    """Values repeated by weight, so that a draw among them is a draw by weight."""
    total, counted = sum(weights.values()), 0
    drawn: list[str] = []
    for value, weight in weights.items():
        counted += weight
        drawn += [value] * (counted * size // total - len(drawn))
    return drawn


def years(last: int, size: int = 2_000) -> list[int]:
    """Years of birth by weight, none after the last."""
    weights = {
        str(year): 1_000 * share // (end - start + 1)
        for start, end, share in BIRTHS
        for year in range(start, end + 1)
        if year <= last
    }
    return [int(year) for year in slots(weights, size)]
