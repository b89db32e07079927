"""Gazetteer matching with spaCy: every place in a text where a known name stands.

The text is turned into a Doc of folded words (see `folding`), so case, accents, hyphens and
apostrophes do not matter; a second Doc of word stems finds goods in singular and plural.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from spacy.matcher import PhraseMatcher
from spacy.tokens import Doc
from spacy.vocab import Vocab

from recense.entities.folding import Token, fold, stem
from recense.entities.gazetteer import Entry


class Match(NamedTuple):
    """A stretch of tokens that is a known name.

    Attributes:
        first: index of its first token.
        last: index after its last token.
        key: the folded name that matched.
    """

    first: int
    last: int
    key: str


class FoldedDocs:
    """A text's tokens as a spaCy Doc, made once for all matchers that look at them.

    Args:
        stems: the Doc has word stems instead of words.
    """

    def __init__(self, *, stems: bool = False) -> None:
        self.vocab = Vocab()
        self.stems = stems
        self._last_tokens: Sequence[Token] | None = None
        self._last: tuple[frozenset[str], Doc] = frozenset(), Doc(self.vocab)

    def of(self, tokens: Sequence[Token]) -> tuple[frozenset[str], Doc]:
        """The different words of a text, and its Doc."""
        if tokens is not self._last_tokens:
            words = [stem(token.folded) if self.stems else token.folded for token in tokens]
            self._last_tokens, self._last = tokens, (frozenset(words), Doc(self.vocab, words=words))
        return self._last


class NameMatcher:
    """Finds the names of some entries in folded tokens.

    The names are handed to spaCy's PhraseMatcher only when a text holds their first word: a short run
    needs a few dozen of the 20,000, and building them all would take longer than reading the text.

    Args:
        entries: what to look for.
        docs: makes the Docs that are searched: of words, or of word stems for common nouns.
    """

    def __init__(self, entries: Iterable[Entry], docs: FoldedDocs | None = None) -> None:
        self.entries_of: dict[str, list[Entry]] = {}
        self._waiting: dict[str, list[str]] = {}
        self._docs = docs or FoldedDocs()
        self._matcher = PhraseMatcher(self._docs.vocab)
        self._last_tokens: Sequence[Token] | None = None
        self._last_matches: list[Match] = []
        for entry in entries:
            for key in dict.fromkeys(self._key(fold(name)) for name in entry.names):
                self._add(key, entry)

    def _key(self, folded: str) -> str:
        return " ".join(map(stem, folded.split())) if self._docs.stems else folded

    def _add(self, key: str, entry: Entry) -> None:
        if not key:
            return
        if key not in self.entries_of:
            self.entries_of[key] = []
            self._waiting.setdefault(key.split(" ", 1)[0], []).append(key)
        self.entries_of[key].append(entry)

    def matches(self, tokens: Sequence[Token]) -> list[Match]:
        """All matches, also overlapping ones, in the order of the text, the longer first."""
        # The rules and the recogniser ask in turn for the same text's matches.
        if tokens is not self._last_tokens:
            self._last_tokens, self._last_matches = tokens, self._matches(tokens)
        return self._last_matches

    def _matches(self, tokens: Sequence[Token]) -> list[Match]:
        words, doc = self._docs.of(tokens)
        vocab = self._docs.vocab
        for word in self._waiting.keys() & words:
            for key in self._waiting.pop(word):
                self._matcher.add(key, [Doc(vocab, words=key.split())])
        found = [Match(start, end, vocab.strings[key]) for key, start, end in self._matcher(doc)]
        return sorted(found, key=lambda match: (match.first, -match.last))
