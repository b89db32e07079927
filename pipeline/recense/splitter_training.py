"""Training the splitter: classifiers of sentences, sequence labellers on top of them, and the choice of stretches.

Each stage must learn how far to trust the one below, so in training it hears only models that never saw the document
(stacking, Wolpert 1992): the documents are dealt into folds, and everything that is said of one of them comes from the
others.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pycrfsuite
from joblib import Parallel, cpu_count, delayed
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import KFold

from recense.boosted_trees import BoostedTrees, plain_trees
from recense.classification import Classifier
from recense.corpus import LabelledDocument
from recense.features import Vector
from recense.item_candidates import Candidate, candidate_features, candidates_of
from recense.item_labels import Label, labels_of_spans, tags_of_labels
from recense.linear_training import fit_linear
from recense.reading import read_text
from recense.records import Document
from recense.relayout import variants
from recense.segmentation import (
    BEGINS,
    GOES_ON,
    OUTSIDE,
    PARTS,
    SURE_OF_SINGLE,
    TURNS,
    SentenceModels,
    Splitter,
    opened,
    sentence_verdicts,
    shape_verdict,
    unit_signals,
)
from recense.sentences import Unit, document_units
from recense.turns import turn_texts
from recense.unit_features import (
    BLOCKS,
    GROUPS,
    PARTS_OF_BLOCKS,
    SINGLE,
    Verdicts,
    document_features,
    skeleton,
)


class SplitterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the splitter is trained.

    Attributes:
        regularisation: inverse strength C of the wording classifier and of the classifier of turns.
        block_start_share: how much a sentence at the start of a block counts in training the classifier of turns;
            with 0.3 the area under its curve on prose is 0.886, without them 0.878 (4 folds of train and dev).
        l1: weight of the sequence labeller's L1 penalty. Swept 0.05-1.0 with `l2` 0.05-3.0 on 4 folds of the
            training split: 0.3 with 1.0 is best.
        l2: weight of its L2 penalty.
        iterations: upper bound of the optimiser's steps.
        votes: how many sequence labellers vote, each trained without one part of the documents and on other variants.
        variants: how many other layouts of each document it learns from too. They lift exact-item F1 on
            unseen layouts from 0.67 to 0.76 (4 folds, 101 documents); the third one joins paragraphs, which lifts it
            on prose from 0.48 to 0.50 (4 folds, 342 documents).
        trees: number of the boosted trees of the classifier of stretches.
        learning_rate: their weight.
        leaves: most leaves of each.
        min_stretches: fewest stretches in a leaf.
        tree_l2: their L2 penalty.
    """

    regularisation: float = 3.0
    block_start_share: float = 0.3
    l1: float = 0.3
    l2: float = 1.0
    iterations: int = 150
    variants: int = 3
    votes: int = 4
    trees: int = 150
    learning_rate: float = 0.06
    leaves: int = 15
    min_stretches: int = 40
    tree_l2: float = 5.0


class LabelledUnits(msgspec.Struct, frozen=True):
    """A document, or a variant of it, with the labels of its units."""

    source: str
    document: Document
    units: list[Unit]
    labels: list[Label]


def train_splitter(
    documents: Sequence[LabelledDocument], place_words: frozenset[str], settings: SplitterSettings
) -> Splitter:
    """Fit all stages on the gold items of some documents.

    The sequence labeller of each fold, which the choice of stretches is trained with, is also one of those that vote
    in the end: none of them has seen all documents, but together they have.
    """
    originals = [_labelled_units(document.id, document.text, _gold(document)) for document in documents]
    folds = _folds(len(originals), settings.votes)
    some = [[originals[i] for i in training] for training, _ in folds]
    parallel = Parallel(n_jobs=min(settings.votes + 1, cpu_count()))
    # The last ones see all documents: they are kept, the others are for training on top of them.
    *models, kept = parallel(
        delayed(_train_sentence_models)(sequences, place_words, settings) for sequences in (*some, originals)
    )
    held_out = {originals[i].source: model for (_, others), model in zip(folds, models, strict=True) for i in others}
    sequences = parallel(
        delayed(_train_sequence)([documents[i] for i in training], seen, held_out, place_words, settings, vote)
        for vote, ((training, _), seen) in enumerate(zip(folds, some, strict=True))
    )
    unseen = [
        _Fold(model, sequence, [originals[i] for i in others])
        for (_, others), model, sequence in zip(folds, models, sequences, strict=True)
    ]
    return Splitter(kept, place_words, sequences, _train_chooser(unseen, place_words, settings))


class _Fold(msgspec.Struct, frozen=True):
    """Models, and the documents that they have not seen."""

    models: SentenceModels
    sequence: bytes
    unseen: list[LabelledUnits]


def _folds(count: int, parts: int) -> list[tuple[list[int], list[int]]]:
    """The numbers of the documents, dealt into parts: for each part all others, and its own."""
    splits = KFold(min(parts, count), shuffle=True, random_state=0).split(range(count))
    return [(training.tolist(), held_out.tolist()) for training, held_out in splits]


def _train_sentence_models(
    originals: Sequence[LabelledUnits], place_words: frozenset[str], settings: SplitterSettings
) -> SentenceModels:
    return SentenceModels(
        _train_wording(originals, settings),
        _train_shape(originals, settings),
        _train_turns(originals, place_words, settings),
    )


def _train_chooser(folds: Sequence[_Fold], place_words: frozenset[str], settings: SplitterSettings) -> BoostedTrees:
    """The classifier of stretches: is it an item, exactly?"""
    rows: list[Vector] = []
    answers: list[bool] = []
    for fold in folds:
        taggers = [opened(fold.sequence)]
        for sequence in fold.unseen:
            if not sequence.units:
                continue
            signals = unit_signals(fold.models, place_words, taggers, sequence.document, sequence.units)
            candidates = candidates_of(signals.marginals)
            if not candidates or signals.shape.get(SINGLE, 0.0) >= SURE_OF_SINGLE:
                continue
            rows.append(
                candidate_features(
                    sequence.document, sequence.units, signals.marginals, signals.turning, place_words, candidates
                )
            )
            items = set(_stretches(sequence.labels))
            answers += [candidate in items for candidate in candidates]
    chooser = HistGradientBoostingClassifier(
        max_iter=settings.trees, learning_rate=settings.learning_rate, max_leaf_nodes=settings.leaves,
        min_samples_leaf=settings.min_stretches, l2_regularization=settings.tree_l2, early_stopping=False,
    )  # fmt: skip
    return plain_trees(chooser.fit(np.vstack(rows), answers))


def _stretches(labels: Sequence[Label]) -> list[Candidate]:
    """The units of each item."""
    starts = [index for index, label in enumerate(labels) if label == "B"]
    ends = [next((i for i in range(s + 1, len(labels)) if labels[i] != "I"), len(labels)) for s in starts]
    return [Candidate(start, end) for start, end in zip(starts, ends, strict=True)]


def _gold(document: LabelledDocument) -> list[tuple[int, int]]:
    return [(item.start, item.end) for item in document.items]


def _labelled_units(source: str, text: str, spans: Sequence[tuple[int, int]]) -> LabelledUnits:
    document = read_text(text)
    units = document_units(document)
    return LabelledUnits(source, document, units, labels_of_spans(units, spans))


def _train_sequence(
    documents: Sequence[LabelledDocument],
    originals: Sequence[LabelledUnits],
    held_out: Mapping[str, SentenceModels],
    place_words: frozenset[str],
    settings: SplitterSettings,
    vote: int,
) -> bytes:
    """One sequence labeller, on all documents and on variants of its own."""
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(
        {"c1": settings.l1, "c2": settings.l2, "max_iterations": settings.iterations, "feature.minfreq": 2}
    )
    varied = [
        _labelled_units(document.id, variant.text, variant.spans)
        for document in documents
        for variant in variants(document.text, _gold(document), count=settings.variants, seed=f"{document.id} {vote}")
    ]
    for sequence in (*originals, *varied):
        if sequence.units:
            models = held_out[sequence.source]
            verdicts = Verdicts(
                sentence_verdicts(models.wording, sequence.document, sequence.units),
                shape_verdict(models.shape, sequence.document),
                place_words,
            )
            trainer.append(
                document_features(sequence.document, sequence.units, verdicts), tags_of_labels(sequence.labels)
            )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "splitter.crfsuite"
        trainer.train(str(path))
        return path.read_bytes()


def _train_wording(originals: Sequence[LabelledUnits], settings: SplitterSettings) -> Classifier:
    """The classifier of single sentences."""
    texts = [sequence.document.text[u.start : u.end] for sequence in originals for u in sequence.units]
    parts = {"B": BEGINS, "I": GOES_ON, "O": OUTSIDE}
    labels = [parts[label] for sequence in originals for label in sequence.labels]
    return fit_linear(texts, labels, PARTS, regularisation=settings.regularisation)


def _train_shape(originals: Sequence[LabelledUnits], settings: SplitterSettings) -> Classifier:
    """The classifier of whole documents, by the way their items lie in them."""
    shapes = [_shape(sequence) for sequence in originals]
    return fit_linear(
        [skeleton(s.document) for s in originals], shapes, sorted(set(shapes)), regularisation=settings.regularisation
    )


def _train_turns(
    originals: Sequence[LabelledUnits], place_words: frozenset[str], settings: SplitterSettings
) -> Classifier:
    """The classifier of sentences that follow another one within items: the same item or the next?

    Sentences that begin a block count less: their openings teach how an item begins, but there the layout says so.
    """
    texts: list[str] = []
    labels: list[str] = []
    weights: list[float] = []
    for sequence in originals:
        noted = turn_texts(sequence.document, sequence.units, place_words)
        for index in range(1, len(noted)):
            before, unit = sequence.units[index - 1], sequence.units[index]
            if "O" in sequence.labels[index - 1 : index + 1] or not (_is_prose(before) and _is_prose(unit)):
                continue
            texts.append(noted[index])
            labels.append(TURNS if sequence.labels[index] == "B" else GOES_ON)
            weights.append(settings.block_start_share if unit.first else 1.0)
    return fit_linear(texts, labels, (GOES_ON, TURNS), regularisation=settings.regularisation, weights=weights)


def _is_prose(unit: Unit) -> bool:
    return unit.block.kind not in ("heading", "table_row", "furniture")


def _shape(sequence: LabelledUnits) -> str:
    """Whether a document is one item, or its items are blocks, groups of blocks, or parts of blocks."""
    items: list[list[Unit]] = []
    for unit, label in zip(sequence.units, sequence.labels, strict=True):
        if label == "B":
            items.append([unit])
        elif label == "I" and items:
            items[-1].append(unit)
    if len(items) <= 1:
        return SINGLE
    whole = [item for item in items if item[0].first and item[-1].last]
    if len(whole) < 0.7 * len(items):
        return PARTS_OF_BLOCKS
    several = [item for item in items if item[0].block_index != item[-1].block_index]
    return GROUPS if len(several) > 0.5 * len(items) else BLOCKS
