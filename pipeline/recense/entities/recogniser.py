"""A trained recogniser: which words of an item are a cluster, a place or a good, known to a list or not.

A linear-chain conditional random field (Lafferty et al. 2001, through CRFsuite) over the words of an item. What
the gazetteers and patterns say of a word is among its features, beside its form and its neighbours; so it learns
how far each list can be trusted, takes names that no list has, and leaves out known names that mean something else.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import pycrfsuite

from recense.entities.folding import Token, stem
from recense.records import EntityLabel

OUTSIDE = "O"
LENGTH_STEPS = (2, 3, 5, 8, 12)
BETWEEN = re.compile(r"[-‐‑‒–—]|['’ʼ]|\n|/|\s")


class Hint(NamedTuple):
    """What a list or a pattern says of a stretch of words.

    Attributes:
        first: index of its first token.
        last: index after its last token.
        name: what says so: the label, the kind of entry, and whether the name needs a cue.
    """

    first: int
    last: int
    name: str


class Span(NamedTuple):
    """A stretch of tokens that is an entity: first, and after the last."""

    label: EntityLabel
    first: int
    last: int


class Recogniser:
    """A trained recogniser.

    Args:
        sequence: the CRFsuite model, as the bytes that it wrote.
    """

    def __init__(self, sequence: bytes) -> None:
        self.sequence = sequence
        self._tagger: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return {"sequence": self.sequence, "_tagger": None}

    def spans(self, text: str, words: Sequence[Token], hints: Iterable[Hint]) -> list[Span]:
        """The entities among the words of a text, in order, not overlapping."""
        if not words:
            return []
        if self._tagger is None:
            self._tagger = pycrfsuite.Tagger()
            self._tagger.open_inmemory(self.sequence)
        return spans_of_tags(self._tagger.tag(word_features(text, words, hints)))


def spans_of_tags(tags: Sequence[str]) -> list[Span]:
    """Each B-LABEL with the I-LABEL that follow."""
    spans: list[Span] = []
    for index, tag in enumerate(tags):
        kind, _, label = tag.partition("-")
        if kind == "B" or (kind == "I" and not (spans and spans[-1].last == index and spans[-1].label == label)):
            spans.append(Span(label, index, index + 1))  # type: ignore[arg-type]
        elif kind == "I":
            spans[-1] = spans[-1]._replace(last=index + 1)
    return spans


def tags_of_mentions(words: Sequence[Token], mentions: Iterable[tuple[EntityLabel, int, int]]) -> list[str]:
    """The tags that spell out some labelled mentions; a word that a mention cuts belongs to it.

    Args:
        words: the tokens of a text.
        mentions: label, start and end of each, as offsets into the text.
    """
    tags = [OUTSIDE] * len(words)
    for label, start, end in mentions:
        first, last = tokens_between(words, start, end)
        for index in range(first, last):
            tags[index] = f"{'I' if index > first else 'B'}-{label}"
    return tags


def tokens_between(words: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    """Indexes of the first token that reaches into a stretch of the text, and after the last."""
    first = bisect_right(words, start, key=lambda word: word.end)
    return first, max(first, bisect_left(words, end, key=lambda word: word.start))


def word_features(text: str, words: Sequence[Token], hints: Iterable[Hint]) -> list[list[str]]:
    """Feature strings of every word: its form, its neighbours, and what the lists say of it.

    Args:
        text: the text.
        words: its tokens.
        hints: what the lists and patterns say.
    """
    said = _said(len(words), hints)
    forms = [_form(text[word.start : word.end], word.folded) for word in words]
    folded = ["^^", "^", *(word.folded for word in words), "$", "$$"]
    near = [_as_neighbour(word) for word in folded]
    between = [_between(text, words, index) for index in range(len(words))]
    last = len(words) - 1
    rows = []
    for index, own in enumerate(forms):
        _, one, word, after, _ = folded[index : index + 5]
        row = [
            *own.features,
            near[index + 1].before, near[index + 3].after, near[index].two_before, near[index + 4].two_after,
            f"-1|0={one}|{word}", f"0|+1={word}|{after}", between[index], *said[index],
        ]  # fmt: skip
        if index:
            row += _shapes_before(forms[index - 1].shape, own.shape)
            row += [f"-1{hint}" for hint in said[index - 1]]
        if index < last:
            row += [f"+1s={forms[index + 1].shape}", between[index + 1] + "+1"]
            row += [f"+1{hint}" for hint in said[index + 1]]
        rows.append(row)
    return rows


class _Neighbour(NamedTuple):
    """The features that a word gives to the words around it."""

    before: str
    after: str
    two_before: str
    two_after: str


@lru_cache(maxsize=100_000)
def _as_neighbour(folded: str) -> _Neighbour:
    return _Neighbour(f"-1={folded}", f"+1={folded}", f"-2={folded}", f"+2={folded}")


@lru_cache(maxsize=1_000)
def _shapes_before(before: str, own: str) -> tuple[str, str]:
    return f"-1s={before}", f"-1s|0s={before}|{own}"


class _Form(NamedTuple):
    shape: str
    features: tuple[str, ...]


@lru_cache(maxsize=100_000)
def _form(written: str, folded: str) -> _Form:
    """What the word itself shows."""
    shape = _shape(written)
    features = (
        f"w={folded}", f"stem={stem(folded)}", f"p3={folded[:3]}", f"s3={folded[-3:]}", f"s4={folded[-4:]}",
        f"shape={shape}", f"length={sum(len(folded) >= step for step in LENGTH_STEPS)}",
    )  # fmt: skip
    return _Form(shape, features)


def _shape(written: str) -> str:
    if written.isdigit():
        return "0"
    if not written[0].isalnum():
        return written[0]
    digits = "0" if any(char.isdigit() for char in written) else ""
    if written.isupper():
        return ("A" if len(written) == 1 else "AA") + digits
    if written[0].isupper():
        return ("AaA" if any(char.isupper() for char in written[1:]) else "Aa") + digits
    return ("aA" if any(char.isupper() for char in written) else "a") + digits


def _between(text: str, words: Sequence[Token], index: int) -> str:
    """What stands between a word and the one before: a hyphen binds, a line break parts."""
    if not index:
        return "gap=^"
    gap = text[words[index - 1].end : words[index].start]
    if gap == " ":
        return "gap= "
    found = BETWEEN.search(gap)
    return f"gap={found.group() if found else ''}"


def _said(count: int, hints: Iterable[Hint]) -> list[list[str]]:
    said: list[list[str]] = [[] for _ in range(count)]
    for first, last, name in hints:
        for index in range(first, last):
            place = "B" if index == first else "I"
            said[index].append(f"{place}:{name}")
        said[first].append(f"size:{name}:{min(last - first, 4)}")
    return said
