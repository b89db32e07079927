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
    """The folded tokens of a text, with their offsets in it."""
    return [Token(fold_word(match.group()), match.start(), match.end()) for match in TOKEN.finditer(text)]


def fold(text: str) -> str:
    """A name's folded form: its tokens joined by single spaces."""
    return " ".join(token.folded for token in tokens(text))


@lru_cache(maxsize=100_000)
def stem(folded: str) -> str:
    """A folded word without the regular plural ending of French and English."""
    if len(folded) > 4 and folded.endswith("aux"):
        return folded[:-3] + "al"
    if len(folded) > 3 and folded.endswith(("s", "x")) and not folded.endswith("ss"):
        return folded[:-1]
    return folded
