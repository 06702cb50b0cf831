"""The index behind the search: words of each place's names, and a vocabulary that forgives one slip.

Full text by the database itself (SQLite FTS5, PostgreSQL tsvector). The vocabulary keeps each word
under itself and under itself less one letter: two words one edit apart share such a form, so a typed
slip finds its word by equality alone. A word that no name bears any more leaves the vocabulary, so
that nothing of a withdrawn name remains.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from maillage.places import fold
from maillage.register import bulk

WORD_LIMIT = 40
_SHORTEST = 4  # shorter words have too many neighbours to forgive a slip
_REMEMBERED = 1 << 16
_STRETCH = 2_000

# What `fold` does to a text without accents, quicker: most of INSEE's names are plain capitals.
_PLAIN = bytes(ord(chr(c).lower()) if chr(c).isalnum() else 32 for c in range(128)) + bytes(128)

_READ = """
SELECT e.id, e.commune, e.diffusion, u.diffusion, u.name, u.trade_names, u.acronym, e.trade_name,
       e.usual_name
FROM register_establishment e JOIN register_legalunit u ON u.id = e.legal_unit_id WHERE e.id
"""


def text_of(*names: str) -> str:
    """The words of some names, folded (no accent, no case), each once."""
    text = " ".join(names)
    folded = text.encode().translate(_PLAIN).decode() if text.isascii() else fold(text)
    words = folded.split()
    if len(folded) > WORD_LIMIT:
        words = [word[:WORD_LIMIT] for word in words]
    return " ".join(dict.fromkeys(words))


def commune_word(commune: str) -> str:
    """The word that stands for a commune in the index; no name can hold it."""
    return f"zzcommune{commune.lower()}"


def forms(word: str) -> set[str]:
    """A word and what it becomes when one letter is left out."""
    return {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}


def is_forgiven(word: str) -> bool:
    """Whether a slip in this word is looked for: long enough, and no number."""
    return len(word) >= _SHORTEST and not word.isdigit()


def add(rows: Sequence[tuple[int, str, str]], learnt: set[str] | None = None) -> None:
    """Index places that are not indexed yet: (row number, folded names, commune).

    `learnt` spares a long run the words it has already put into the vocabulary.
    """
    named = {commune: commune_word(commune) for commune in {row[2] for row in rows}}
    kept = [(number, text, named[commune]) for number, text, commune in rows if text]
    bulk.insert("register_search", ("rowid", "names", "place"), kept)
    words = set(" ".join([row[1] for row in kept]).split())
    _learn(words, set() if learnt is None else learnt)


def _learn(words: set[str], learnt: set[str]) -> None:
    fresh = {word for word in words - learnt if is_forgiven(word)}
    if len(learnt) + len(fresh) > _REMEMBERED:
        learnt.clear()
    learnt |= fresh
    bulk.execute_many(
        "INSERT INTO register_wordform (form, word) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [(form, word) for word in sorted(fresh) for form in sorted(forms(word))],
    )


def refresh(places: Iterable[int]) -> None:
    """Index these places again from their present names; a hidden firm keeps no word."""
    wanted = sorted(set(places))
    if not wanted:
        return
    remove(wanted)
    condition, param = bulk.any_of(wanted)
    add([_row(found) for found in bulk.fetch(_READ + condition, [param])])


def rebuild() -> None:
    """Index every place again from nothing: what was restored brings names, and not their index."""
    for table in ("register_search", "register_wordform"):
        bulk.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own tables
    last, learnt = 0, set[str]()
    while found := bulk.fetch(f"{_READ} > %s ORDER BY e.id LIMIT {_STRETCH}", [last]):
        last = found[-1][0]
        add([_row(row) for row in found], learnt)
    merge()


def _row(found: tuple[Any, ...]) -> tuple[int, str, str]:
    number, commune, of_place, of_unit, *names = found
    return number, text_of(*names) if of_place == of_unit == "O" else "", commune


def remove(places: Iterable[int]) -> None:
    """Take places out of the index, and out of the vocabulary the words that only they bore."""
    wanted = sorted(set(places))
    condition, param = bulk.any_of(wanted)
    gone = bulk.fetch(f"SELECT names FROM register_search WHERE rowid {condition}", [param])  # noqa: S608
    if not gone:
        return
    bulk.execute(f"DELETE FROM register_search WHERE rowid {condition}", [param])  # noqa: S608
    orphans = [word for word in {w for (text,) in gone for w in text.split()} if not _borne(word)]
    condition, param = bulk.any_of(orphans)
    bulk.execute(f"DELETE FROM register_wordform WHERE word {condition}", [param])  # noqa: S608


def merge() -> int:
    """Put the words that a load set aside into the index itself; how many pages waited.

    PostgreSQL writes new words beside its index, and reads all of them at each search until they are merged.
    """
    if not bulk.is_postgresql():
        return 0
    return int(bulk.fetch("SELECT gin_clean_pending_list('register_search_words')")[0][0])


def compact() -> None:
    """Rewrite the index, in which SQLite keeps the words of removed places until it merges them."""
    if not bulk.is_postgresql():
        bulk.execute("INSERT INTO register_search (register_search) VALUES ('optimize')")


def _borne(word: str) -> bool:
    """Whether some indexed name still bears the word."""
    if bulk.is_postgresql():
        sql = "SELECT 1 FROM register_search WHERE words @@ to_tsquery('simple', %s) LIMIT 1"
        return bool(bulk.fetch(sql, [f"'{word}'"]))
    sql = "SELECT 1 FROM register_search WHERE register_search MATCH %s LIMIT 1"
    return bool(bulk.fetch(sql, [f'names : "{word}"']))
