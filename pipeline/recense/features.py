"""Texts to features: named functions and classes that a saved classifier refers to.

A saved model stores their module path, so they are never renamed or moved without a new model.
scikit-learn fits the vocabularies and weights in training; what is needed to apply them is kept as plain
dictionaries and arrays, because importing scikit-learn takes longer than classifying a newsletter (1.3 s
of a cold start of 3 s). A test holds the two to the same numbers.
"""

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, Protocol

import numpy as np

Analyzer = Callable[[str], list[str]]
Vector = np.ndarray[Any, np.dtype[np.float64]]
Indices = np.ndarray[Any, np.dtype[np.int64]]

WORD = re.compile(r"[^\W\d_]{2,}|\d+")
NUMBER = re.compile(r"\d+(?:[.,\s]\d{3})*")
CHARACTER_RUNS = range(2, 6)
# Between a text and notes on it.
NOTES = "\x1f"


def normalise(text: str) -> str:
    """Lower case, no accents, single spaces, every number as 0: what two spellings of a word share."""
    lowered = text.lower().replace("œ", "oe").replace("’", "'")
    decomposed = unicodedata.normalize("NFKD", lowered)
    plain = "".join(char for char in decomposed if not unicodedata.combining(char))
    return " ".join(NUMBER.sub("0", plain).split())


def noted(text: str, notes: Iterable[str]) -> str:
    """A text with notes on it that are features too, each without white space: "opening=pronoun"."""
    return f"{text}{NOTES}{' '.join(notes)}"


def notes(text: str) -> list[str]:
    """The notes on a text."""
    return text.partition(NOTES)[2].split()


def word_ngrams(text: str) -> list[str]:
    """Words and pairs of words of a text, normalised, without its notes."""
    words = WORD.findall(normalise(text.partition(NOTES)[0]))
    return words + [f"{first} {second}" for first, second in itertools.pairwise(words)]


def character_ngrams(text: str) -> list[str]:
    """Runs of 2 to 5 characters within words, with a space for the word's edge; the notes are left out."""
    grams = []
    for word in normalise(text.partition(NOTES)[0]).split():
        padded = f" {word} "
        grams += [padded[i : i + n] for n in CHARACTER_RUNS for i in range(len(padded) - n + 1)]
    return grams


class SparseRow(NamedTuple):
    """The features of one text that are not zero: column numbers and values, both of length k."""

    indices: Indices
    values: Vector


class Block(Protocol):
    """Some columns of the features of a text."""

    name: str

    @property
    def width(self) -> int:
        """Number of columns."""

    def names(self) -> list[str]:
        """Feature names in the order of the columns."""

    def row(self, text: str) -> SparseRow:
        """The features of one text."""


class TfidfBlock:
    """A fitted TF-IDF vocabulary: sublinear counts, smoothed idf, rows of length 1 (as scikit-learn's).

    Args:
        name: prefix of the feature names.
        analyzer: text to terms.
        vocabulary: term to column.
        idf: weight of each column.
    """

    def __init__(self, name: str, analyzer: Analyzer, vocabulary: dict[str, int], idf: Vector) -> None:
        self.name = name
        self.analyzer = analyzer
        self.vocabulary = vocabulary
        self.idf = idf

    # One string of terms loads in a third of the time of a dictionary of them; no term has a line break in it.
    def __getstate__(self) -> dict[str, Any]:
        terms = sorted(self.vocabulary, key=self.vocabulary.__getitem__)
        return {"name": self.name, "analyzer": self.analyzer, "terms": "\n".join(terms), "idf": self.idf}

    def __setstate__(self, state: dict[str, Any]) -> None:
        terms = state["terms"].split("\n") if state["terms"] else []
        vocabulary = {term: column for column, term in enumerate(terms)}
        self.__init__(state["name"], state["analyzer"], vocabulary, state["idf"])  # type: ignore[misc]

    @property
    def width(self) -> int:
        """Number of columns."""
        return len(self.idf)

    def names(self) -> list[str]:
        """Feature names in the order of the columns: "word: essai"."""
        ordered = sorted(self.vocabulary, key=self.vocabulary.__getitem__)
        return [f"{self.name}: {term}" for term in ordered]

    def row(self, text: str) -> SparseRow:
        """The text's terms that the vocabulary knows."""
        counts = Counter(self.analyzer(text))
        known = sorted((self.vocabulary[term], count) for term, count in counts.items() if term in self.vocabulary)
        indices = np.array([column for column, _ in known], dtype=np.int64)
        values = (1 + np.log(np.array([count for _, count in known], dtype=np.float64))) * self.idf[indices]
        norm = np.sqrt(values @ values)
        return SparseRow(indices, values / norm if norm else values)


class TextFeatures:
    """Several blocks side by side.

    Args:
        blocks: the fitted blocks, in the order of their columns.
    """

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = tuple(blocks)

    def names(self) -> list[str]:
        """Feature names in the order of the columns."""
        return [name for block in self.blocks for name in block.names()]

    def row(self, text: str) -> SparseRow:
        """The features of one text."""
        rows = [block.row(text) for block in self.blocks]
        offsets = np.cumsum([0, *(block.width for block in self.blocks)])
        indices = np.concatenate([row.indices + offset for row, offset in zip(rows, offsets, strict=False)])
        return SparseRow(indices, np.concatenate([row.values for row in rows]))


def feature_span(feature: str, text: str) -> tuple[int, int] | None:
    """Where a named feature ("word: essai clinique", "characters: vacci") stands first in a text.

    Returns:
        Offsets of its first occurrence, None where it does not stand there literally.
    """
    kind, _, content = feature.partition(": ")
    pattern = r"[\W_]+".join(r"\d[\d.,\s]*" if part == "0" else re.escape(part) for part in content.split())
    if not pattern:
        return None
    folded, offsets = _folded_with_offsets(text)
    match = re.search(rf"(?<!\w){pattern}(?!\w)" if kind == "word" else pattern, folded)
    return (offsets[match.start()], offsets[match.end() - 1] + 1) if match else None


def _folded_with_offsets(text: str) -> tuple[str, list[int]]:
    """The text without case and accents, and for each of its characters the offset it came from."""
    folded, offsets = [], []
    for offset, char in enumerate(text):
        for part in unicodedata.normalize("NFKD", char.lower().replace("œ", "oe").replace("’", "'")):
            if not unicodedata.combining(part):
                folded.append(part)
                offsets.append(offset)
    return "".join(folded), offsets
