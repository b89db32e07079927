"""`recense corpus check`: everything in the corpus that needs a hand, a line each."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from recense.corpus import Corpus, LabelledDocument, format_problems, load_corpus, load_documents
from recense.corpus_sources import NAMES, Name, load_names, load_sources, without_source
from recense.entities import EntityFinder, Gazetteer, load_gazetteer
from recense.entities.folding import fold
from recense.near_duplicates import MAX_SHARED, item_overlaps, sharing_initiatives
from recense.sentences import sentence_spans
from recense.taxonomy import load_taxonomy
from recense.training import FOLDS, TrainingSettings, examples_of, held_out_probabilities

# A shorter sentence ("Read more.", "Contact presse :") repeats by nature.
MIN_SENTENCE_CHARS = 60
MAX_DOCUMENTS_OF_SENTENCE = 2
# A name that is labelled less often is mostly something else ("flacons" as a unit of measure).
MIN_LABELLED = 0.75
# A weaker verdict of the classifier is no reason to look at a label again.
MIN_CONFIDENCE_OF_DOUBT = 0.6


def check_corpus(folder: Path) -> list[str]:
    """All problems of a corpus; format first, because the other checks rely on it."""
    problems = list(format_problems(load_documents(folder), load_taxonomy(folder / "taxonomy.toml")))
    if problems:
        return problems
    corpus, gazetteer = load_corpus(folder), load_gazetteer(folder / "gazetteers")
    doubts = [*unlabelled_mentions(corpus, EntityFinder(gazetteer)), *suspected_labels(corpus)]
    accepted = reviewed_doubts(folder)
    return [
        *_unknown_ids(corpus, gazetteer, load_names(folder)),
        *_pages(corpus, folder),
        *_repeated_sentences(corpus.documents),
        *_overlapping_items(corpus.documents),
        *_leaks(corpus.documents),
        *(f"{doubt.message} [{doubt.key}]" for doubt in doubts if doubt.key not in accepted),
    ]


class Doubt(NamedTuple):
    """Something that a person must look at, and may find right as it is.

    Attributes:
        key: names it in `reviewed.txt` once it was looked at.
        message: what is doubtful.
    """

    key: str
    message: str


def reviewed_doubts(folder: Path) -> set[str]:
    """The keys in `reviewed.txt`: a line each, what follows a # says why it is right."""
    path = folder / "reviewed.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return {line.partition("#")[0].strip() for line in lines} - {""}


def unlabelled_mentions(corpus: Corpus, finder: EntityFinder) -> Iterator[Doubt]:
    """Names of the gazetteers inside items that bear no label here, but nearly everywhere else."""
    unlabelled: list[tuple[str, Doubt]] = []
    counts: Counter[tuple[str, bool]] = Counter()
    for document in corpus.documents:
        for item in document.items:
            labelled = [(e.start - item.start, e.end - item.start) for e in item.entities]
            for found in finder.find(document.text_of(item)):
                if found.id is None:
                    continue
                name = f"{found.label} {fold(found.text)}"
                has_label = any(start < found.end and found.start < end for start, end in labelled)
                counts[name, has_label] += 1
                if not has_label:
                    key = f"{document.id}:{item.start + found.start}:{found.label}"
                    message = f"{document.id}: {found.label} {found.text!r} is not labelled ({found.rule})"
                    unlabelled.append((name, Doubt(key, message)))
    for name, doubt in unlabelled:
        with_label, without = counts[name, True], counts[name, False]
        if with_label >= MIN_LABELLED * (with_label + without):
            yield doubt


def suspected_labels(corpus: Corpus) -> Iterator[Doubt]:
    """Items whose category a cross-validated classifier firmly doubts (confident learning, Northcutt et al. 2021)."""
    from cleanlab.filter import find_label_issues  # noqa: PLC0415 - only this check needs it

    examples = examples_of(corpus.documents)
    if min(examples.categories.count(category) for category in corpus.taxonomy.ids) < FOLDS:
        return  # too small a corpus to doubt anything
    held_out = held_out_probabilities(examples, corpus.taxonomy, TrainingSettings())
    labels = np.array([corpus.taxonomy.ids.index(category) for category in examples.categories])
    issues = find_label_issues(labels, held_out, filter_by="both", return_indices_ranked_by="self_confidence")
    items = [(document, item) for document in corpus.documents for item in document.items]
    for index in issues:
        document, item = items[index]
        guess = corpus.taxonomy.ids[int(held_out[index].argmax())]
        if guess not in item.categories and held_out[index].max() >= MIN_CONFIDENCE_OF_DOUBT:
            message = f"{document.id}: {item.category} may be {guess}: {document.text_of(item)[:80]!r}"
            yield Doubt(f"{document.id}:{item.start}:category", message)


def _unknown_ids(corpus: Corpus, gazetteer: Gazetteer, names: Sequence[Name]) -> Iterator[str]:
    listed = [(entry.label, entry.id) for entry in (*gazetteer.clusters, *gazetteer.places, *gazetteer.materials)]
    known = {*listed, *((name.label, name.id) for name in names)}
    for document in corpus.documents:
        for item in document.items:
            for entity in item.entities:
                if entity.id is None:
                    yield f"{document.id}: {entity.label} {document.text_of(entity)!r} has no id"
                elif (entity.label, entity.id) not in known:
                    yield f"{document.id}: {document.text_of(entity)!r} has the unknown id {entity.id!r}"
    for label, slug in {(name.label, name.id) for name in names} & set(listed):
        yield f"{NAMES}: {slug} is a {label} of the gazetteers; remove it here"


def _pages(corpus: Corpus, folder: Path) -> Iterator[str]:
    """A corpus that names the pages of its facts must do so for every item."""
    sources = load_sources(folder)
    return without_source(corpus.documents, sources) if sources is not None else iter(())


def _repeated_sentences(documents: Sequence[LabelledDocument]) -> Iterator[str]:
    where: dict[str, set[str]] = defaultdict(set)
    for document in documents:
        for start, end in sentence_spans(document.text, 0, len(document.text)):
            sentence = " ".join(document.text[start:end].split())
            if len(sentence) >= MIN_SENTENCE_CHARS:
                where[sentence].add(document.id)
    for sentence, ids in where.items():
        if len(ids) > MAX_DOCUMENTS_OF_SENTENCE:
            yield f"{', '.join(sorted(ids))}: the same sentence: {sentence[:80]!r}"


def _overlapping_items(documents: Sequence[LabelledDocument]) -> Iterator[str]:
    for overlap in item_overlaps(documents, least=MAX_SHARED):
        yield f"{overlap.first} and {overlap.second}: the items share {overlap.share:.0%} of their word 5-grams"


def _leaks(documents: Sequence[LabelledDocument]) -> Iterator[str]:
    split_of = {document.id: document.split for document in documents}
    for first, second in sharing_initiatives(documents):
        if split_of[first] != split_of[second]:
            yield (
                f"{first} ({split_of[first]}) and {second} ({split_of[second]}) seem to tell of the same initiative; "
                "put them into one split"
            )
