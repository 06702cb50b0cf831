"""How alike two texts are: groups of three to five letters, weighed by how rare they are (tf-idf, cosine).

Letters and not words, because artisans spell as they speak and French inflects; accents and case are left out.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

SIZES = (3, 4, 5)
_WORDS = re.compile(r"[a-z0-9]+")


def plain(text: str) -> str:
    """The words of a text without case, accents or punctuation, one blank between."""
    spelled = unicodedata.normalize("NFKD", text).casefold()
    return " ".join(_WORDS.findall("".join(c for c in spelled if not unicodedata.combining(c))))


def grams(text: str) -> Counter[str]:
    """The groups of letters of a text, within its words (a blank stands at both ends of each)."""
    counted: Counter[str] = Counter()
    for word in plain(text).split():
        padded = f" {word} "
        for size in SIZES:
            counted.update(padded[at : at + size] for at in range(len(padded) - size + 1))
    return counted


class Corpus:
    """Texts that are compared with one another: what most of them share tells nothing."""

    def __init__(self, texts: Iterable[str]) -> None:
        every = [grams(text) for text in texts]
        seen = Counter(gram for one in every for gram in one)
        self._rare = {gram: math.log((1 + len(every)) / (1 + n)) + 1 for gram, n in seen.items()}
        self._unseen = math.log(1 + len(every)) + 1

    def weighed(self, text: str) -> Mapping[str, float]:
        """A text as a unit vector; empty when it says nothing."""
        rows = {g: n * self._rare.get(g, self._unseen) for g, n in grams(text).items()}
        length = math.sqrt(sum(value * value for value in rows.values()))
        return {gram: value / length for gram, value in rows.items()} if length else {}


def likeness(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    """From 0, nothing in common, to 1, the same: symmetric."""
    if len(one) > len(other):
        one, other = other, one
    return min(1.0, sum(value * other.get(gram, 0.0) for gram, value in sorted(one.items())))


class Thesaurus:
    """Terms that advisers keep, each with the theme that it speaks of («site vitrine» → online)."""

    def __init__(self, terms: Sequence[tuple[str, str]]) -> None:
        self._terms = [(f" {plain(term)} ", theme) for term, theme in terms if plain(term)]

    def themes(self, text: str) -> set[str]:
        """The themes of which a text has a term."""
        held = f" {plain(text)} "
        return {theme for term, theme in self._terms if term in held}
