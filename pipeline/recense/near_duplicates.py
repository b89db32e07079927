"""Documents and items that tell the same: shared word sequences, shared rare names."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from recense.corpus import LabelledDocument
from recense.entities.folding import fold

NGRAM = 5
# Two items from different documents may share this part of the smaller one's word 5-grams.
MAX_SHARED = 0.30
WORD = re.compile(r"\w+")
PROPER_NAME = re.compile(r"\b[A-ZÀ-Þ][\w&'’-]{3,}|\b\w*[a-z][A-Z]\w*|\b[A-Z]{3,}\d*\b")
# A name in more documents than this (Inserm, Covid, Lyon) says nothing of what is told.
MAX_DOCUMENTS_OF_RARE_NAME = 4
SHARED_NAMES = 3


class Overlap(NamedTuple):
    """Two items that share text."""

    first: str
    second: str
    share: float


def ngrams(text: str, size: int = NGRAM) -> list[tuple[str, ...]]:
    """The word sequences of a text, in lower case."""
    words = [word.lower() for word in WORD.findall(text)]
    return list(zip(*(words[i:] for i in range(size)), strict=False))


def item_overlaps(documents: Iterable[LabelledDocument], *, least: float) -> list[Overlap]:
    """Pairs of items from different documents that share more than a part of the smaller one's 5-grams."""
    grams, owners = {}, defaultdict(set)
    for document in documents:
        for item in document.items:
            key = (document.id, item.start)
            grams[key] = set(ngrams(document.text_of(item)))
            for gram in grams[key]:
                owners[gram].add(key)
    shared: Counter[tuple[tuple[str, int], tuple[str, int]]] = Counter()
    for keys in owners.values():
        ordered = sorted(keys)
        shared.update((a, b) for i, a in enumerate(ordered) for b in ordered[i + 1 :] if a[0] != b[0])
    found = []
    for (a, b), count in sorted(shared.items()):
        share = count / min(len(grams[a]), len(grams[b]))
        if share > least:
            found.append(Overlap(f"{a[0]}:{a[1]}", f"{b[0]}:{b[1]}", round(share, 3)))
    return found


def distinct_share(texts: Iterable[str], size: int = 4) -> float:
    """Distinct word 4-grams over all: 1 is text that never repeats itself; templates score low."""
    grams = [gram for text in texts for gram in ngrams(text, size)]
    return len(set(grams)) / max(1, len(grams))


def related_documents(documents: Sequence[LabelledDocument]) -> list[list[LabelledDocument]]:
    """Groups of documents that share text or an initiative; most groups have one document."""
    parent = {document.id: document.id for document in documents}

    def root(name: str) -> str:
        while parent[name] != name:
            name = parent[name]
        return name

    for first, second in [*_sharing_text(documents), *sharing_initiatives(documents)]:
        a, b = sorted((root(first), root(second)))
        parent[b] = a
    groups: dict[str, list[LabelledDocument]] = defaultdict(list)
    for document in documents:
        groups[root(document.id)].append(document)
    return list(groups.values())


def _sharing_text(documents: Sequence[LabelledDocument]) -> Iterator[tuple[str, str]]:
    for overlap in item_overlaps(documents, least=MAX_SHARED / 3):
        yield overlap.first.rsplit(":", 1)[0], overlap.second.rsplit(":", 1)[0]


def sharing_initiatives(documents: Iterable[LabelledDocument]) -> list[tuple[str, str]]:
    """Pairs of documents of which two items share several rare names: most likely the same initiative."""
    names_of: dict[tuple[str, int], set[str]] = {}
    documents_of: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        for item in document.items:
            names = {fold(match.group()) for match in PROPER_NAME.finditer(document.text_of(item))}
            names_of[document.id, item.start] = names
            for name in names:
                documents_of[name].add(document.id)
    items_of: dict[str, list[tuple[str, int]]] = defaultdict(list)
    for key, names in names_of.items():
        for name in names:
            if 2 <= len(documents_of[name]) <= MAX_DOCUMENTS_OF_RARE_NAME:
                items_of[name].append(key)
    shared: Counter[tuple[tuple[str, int], tuple[str, int]]] = Counter()
    for keys in items_of.values():
        shared.update((a, b) for a in keys for b in keys if a < b and a[0] != b[0])
    return sorted({(a[0], b[0]) for (a, b), count in shared.items() if count >= SHARED_NAMES})
