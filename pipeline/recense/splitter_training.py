"""Training the splitter: a wording classifier on single sentences, then sequence labellers on top of it."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import pycrfsuite
from joblib import Parallel, cpu_count, delayed
from sklearn.model_selection import KFold

from recense.classification import Classifier
from recense.corpus import LabelledDocument
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
    TURNS,
    Splitter,
    sentence_verdicts,
    shape_verdict,
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

FOLDS = 5


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
        votes: how many sequence labellers vote, each trained on other variants.
        variants: how many other layouts of each document it learns from too. They lift exact-item F1 on
            unseen layouts from 0.67 to 0.76 (4 folds, 101 documents); the third one joins paragraphs, which lifts it
            on prose from 0.48 to 0.50 (4 folds, 342 documents).
    """

    regularisation: float = 3.0
    block_start_share: float = 0.3
    l1: float = 0.3
    l2: float = 1.0
    iterations: int = 150
    variants: int = 3
    votes: int = 4


class LabelledUnits(msgspec.Struct, frozen=True):
    """A document, or a variant of it, with the labels of its units."""

    source: str
    document: Document
    units: list[Unit]
    labels: list[Label]


def train_splitter(
    documents: Sequence[LabelledDocument], place_words: frozenset[str], settings: SplitterSettings
) -> Splitter:
    """Fit the wording classifier and the sequence labellers on the gold items of some documents.

    The labellers must learn how far to trust the wording classifier, so in training each document's verdicts
    come from a classifier that never saw it (stacking, Wolpert 1992).
    """
    originals = [_labelled_units(document.id, document.text, _gold(document)) for document in documents]
    held_out = _held_out(originals, settings)
    sequences = Parallel(n_jobs=min(settings.votes, cpu_count()))(
        delayed(_train_sequence)(documents, originals, held_out, place_words, settings, vote)
        for vote in range(settings.votes)
    )
    return Splitter(
        _train_wording(originals, settings),
        _train_shape(originals, settings),
        _train_turns(originals, place_words, settings),
        place_words,
        sequences,
    )


def _gold(document: LabelledDocument) -> list[tuple[int, int]]:
    return [(item.start, item.end) for item in document.items]


def _labelled_units(source: str, text: str, spans: Sequence[tuple[int, int]]) -> LabelledUnits:
    document = read_text(text)
    units = document_units(document)
    return LabelledUnits(source, document, units, labels_of_spans(units, spans))


def _train_sequence(
    documents: Sequence[LabelledDocument],
    originals: Sequence[LabelledUnits],
    held_out: Mapping[str, tuple[Classifier, Classifier]],
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
            wording, shape = held_out[sequence.source]
            verdicts = Verdicts(
                sentence_verdicts(wording, sequence.document, sequence.units),
                shape_verdict(shape, sequence.document),
                place_words,
            )
            trainer.append(
                document_features(sequence.document, sequence.units, verdicts), tags_of_labels(sequence.labels)
            )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "splitter.crfsuite"
        trainer.train(str(path))
        return path.read_bytes()


def _held_out(
    originals: Sequence[LabelledUnits], settings: SplitterSettings
) -> dict[str, tuple[Classifier, Classifier]]:
    """For each document, classifiers of sentences and of shapes that were trained without it."""
    names = [sequence.source for sequence in originals]
    folds = KFold(min(FOLDS, len(names)), shuffle=True, random_state=0)
    found: dict[str, tuple[Classifier, Classifier]] = {}
    for training, held_out in folds.split(names):
        some = [originals[i] for i in training]
        pair = _train_wording(some, settings), _train_shape(some, settings)
        found |= {names[index]: pair for index in held_out}
    return found


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
