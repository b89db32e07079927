"""Assigning documents to train, dev and test: by document, stratified, related documents together."""

import random
from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from recense.corpus import LabelledDocument, Split
from recense.near_duplicates import related_documents

SHARES: dict[Split, float] = {"train": 0.7, "dev": 0.1, "test": 0.2}
SEED = 20200507


def assign_splits(
    documents: Sequence[LabelledDocument], *, keep: Mapping[str, Split] | None = None, seed: int = SEED
) -> list[LabelledDocument]:
    """Split documents about 70/10/20 so that languages, layouts and categories are spread evenly.

    Documents that tell of the same initiative or share text are one group and go to one split. Groups
    are dealt one by one, the rarest and largest first, each to the split that lacks most of what it has.

    Args:
        documents: all documents of the corpus.
        keep: the splits of documents that have one; a group goes where most of these are, so that what was
            trained on before does not become a test.
        seed: of the order in which groups are dealt.

    Returns:
        The documents in the given order, with their splits set.
    """
    groups = related_documents(documents)
    traits = [_traits(group) for group in groups]
    totals = sum(traits, Counter[str]())
    have: dict[Split, Counter[str]] = {split: Counter() for split in SHARES}
    order = sorted(range(len(groups)), key=lambda index: (-len(groups[index]), groups[index][0].id))
    random.Random(seed).shuffle(order)  # noqa: S311 - a fixed shuffle, nothing secret
    order.sort(key=lambda index: -len(groups[index]))
    kept = [_kept_split(group, keep or {}) for group in groups]
    split_of: dict[str, Split] = {}
    for index in sorted(order, key=lambda index: kept[index] is None):
        lacks: dict[Split, float] = {
            name: _need(traits[index], have[name], totals, share) for name, share in SHARES.items()
        }
        neediest: Split = max(lacks, key=lambda name: lacks[name])
        split = kept[index] or neediest
        have[split] += traits[index]
        split_of |= {document.id: split for document in groups[index]}
    return [msgspec.structs.replace(document, split=split_of[document.id]) for document in documents]


def _kept_split(group: Sequence[LabelledDocument], keep: Mapping[str, Split]) -> Split | None:
    splits = Counter(keep[document.id] for document in group if document.id in keep)
    return splits.most_common(1)[0][0] if splits else None


def _traits(group: Sequence[LabelledDocument]) -> Counter[str]:
    """What is to be spread: items by category and language, documents by layout and language."""
    traits: Counter[str] = Counter()
    for document in group:
        traits[f"layout {document.note_field('layout')}"] += 1
        traits[f"language {document.language}"] += 1
        traits["documents"] += 1
        for item in document.items:
            traits[f"{item.category} {item.language}"] += 1
    return traits


def _need(traits: Counter[str], have: Counter[str], totals: Counter[str], share: float) -> float:
    """How much a split still lacks of what a group brings, each trait relative to its wanted amount."""
    return sum(count * (1 - have[name] / (share * totals[name])) / totals[name] for name, count in traits.items())
