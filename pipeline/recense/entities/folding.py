"""Spelling that does not matter: case, accents, hyphens, dashes, apostrophes, "St" for "Saint"."""

import re
import unicodedata
from functools import lru_cache
from typing import NamedTuple

# Hyphens, dashes, apostrophes and white space are not tokens at all, so "Centre – Val de Loire",
# "Centre Val-de-Loire" and "CENTRE VAL DE LOIRE" fold to the same four words. Other punctuation stays
# and keeps a name from running over a comma or a bracket.
TOKEN = re.compile(r"[^\W_]+|[^\w\s'’ʼ`´\-‐‑‒–—_/]")
ABBREVIATED = {"st": "saint", "ste": "sainte"}


# Scraped pages glue what stood in two tags: "AtlanpoleAtlanpole", "French TechFrench Tech", "commerciauxCNCC".
REPEATED = re.compile(r"([^\W\d_]{3,}?)\1+")
GLUED = re.compile(r"(?<=[a-zà-öø-ÿ])(?=[A-ZÀ-ÖØ-Þ])")
SHORTEST_GLUED = 6
# Brands have capitals in the middle too ("BioTech"): a part that the text writes in another case must be long.
SHORTEST_PART = 5
GLUED_ACRONYM = re.compile(r"[a-zà-öø-ÿ]{4,}(?=[A-Z]{3,}$)")


class Token(NamedTuple):
    """A word or a sign with its folded form and its offsets in the text."""

    folded: str
    start: int
    end: int


@lru_cache(maxsize=100_000)
def fold_word(word: str) -> str:
    """One word without case and accents; "St" and "Ste" written out."""
    folded = word.lower()
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded.replace("œ", "oe").replace("æ", "ae"))
        folded = "".join(char for char in decomposed if not unicodedata.combining(char))
    # A lone accent or the like folds to nothing; it stands for itself then.
    return ABBREVIATED.get(folded, folded) or word


def tokens(text: str) -> list[Token]:
    """The folded tokens of a text, with their offsets in it; words that a page glued together are taken apart."""
    found: list[Token] = []
    written: frozenset[str] | None = None
    for match in TOKEN.finditer(text):
        word, start = match.group(), match.start()
        if len(word) < SHORTEST_GLUED or not word.isalpha():
            found.append(Token(fold_word(word), start, match.end()))
            continue
        if not may_be_glued(word):
            found.append(Token(fold_word(word), start, match.end()))
            continue
        if written is None and GLUED.search(word):
            words = TOKEN.findall(text)
            written = frozenset([*words, *map(fold_word, words)])
        for part in _unglued(word, written or frozenset()):
            found.append(Token(fold_word(part), start, start + len(part)))
            start += len(part)
    return found


@lru_cache(maxsize=100_000)
def may_be_glued(word: str) -> bool:
    """Whether a word looks like several that a page glued together."""
    return any(pattern.search(word) for pattern in (GLUED, GLUED_ACRONYM)) or REPEATED.fullmatch(word) is not None


def _unglued(word: str, written: frozenset[str]) -> tuple[str, ...]:
    """The words that a word is made of, itself where it is one.

    Args:
        word: a word.
        written: the words of its text, as they stand there and folded.
    """
    if repeated := REPEATED.fullmatch(word):
        part = repeated.group(1)
        return (part,) * (len(word) // len(part))
    if acronym := GLUED_ACRONYM.search(word):
        return word[: acronym.end()], word[acronym.end() :]
    for border in GLUED.finditer(word):
        parts = word[: border.start()], word[border.start() :]
        if all(part in written or (len(part) >= SHORTEST_PART and fold_word(part) in written) for part in parts):
            return parts
    return (word,)


@lru_cache(maxsize=200_000)
def fold(text: str) -> str:
    """A name's folded form: its tokens joined by single spaces."""
    words = TOKEN.findall(text)
    # The lists hold 60,000 names, hardly any of them glued: the short way halves the time to load them.
    if any(len(word) >= SHORTEST_GLUED and word.isalpha() and may_be_glued(word) for word in words):
        return " ".join(token.folded for token in tokens(text))
    return " ".join(map(fold_word, words))


@lru_cache(maxsize=100_000)
def stem(folded: str) -> str:
    """A folded word without the regular plural ending of French and English."""
    if len(folded) > 4 and folded.endswith("aux"):
        return folded[:-3] + "al"
    if len(folded) > 3 and folded.endswith(("s", "x")) and not folded.endswith("ss"):
        return folded[:-1]
    return folded
