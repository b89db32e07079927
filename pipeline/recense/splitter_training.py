"""Training the splitter: a wording classifier on single sentences, then the sequence labeller on top of it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pycrfsuite
from sklearn.model_selection import GroupKFold

from recense.classification import Classifier
from recense.corpus import LabelledDocument
from recense.linear_training import fit_linear
from recense.reading import read_text
from recense.records import Document
from recense.relayout import variants
from recense.segmentation import INSIDE, OUTSIDE, Label, Splitter, inside_probabilities, labels_of_spans
from recense.sentences import Unit, document_units
from recense.unit_features import document_features

FOLDS = 5


class SplitterSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the splitter is trained.

    Attributes:
        regularisation: inverse strength C of the wording classifier.
        l1: weight of the sequence labeller's L1 penalty. Swept 0.05-1.0 with `l2` 0.05-3.0 on 4 folds of the
            training split: 0.3 with 1.0 is best.
        l2: weight of its L2 penalty.
        iterations: upper bound of the optimiser's steps.
        variants: how many other layouts of each document it learns from too. They lift exact-item F1 on
            unseen layouts from 0.67 to 0.76 (4 folds, 101 documents).
    """

    regularisation: float = 3.0
    l1: float = 0.3
    l2: float = 1.0
    iterations: int = 150
    variants: int = 4


class LabelledUnits(msgspec.Struct, frozen=True):
    """A document, or a variant of it, with the labels of its units."""

    source: str
    document: Document
    units: list[Unit]
    labels: list[Label]


def train_splitter(documents: Sequence[LabelledDocument], settings: SplitterSettings) -> Splitter:
    """Fit both models on the gold items of some documents.

    The labeller must learn how far to trust the wording classifier, so in training each document's verdicts
    come from a classifier that never saw it (stacking, Wolpert 1992).
    """
    sequences = [sequence for document in documents for sequence in _sequences(document, settings.variants)]
    verdicts = _held_out_verdicts(sequences, settings)
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params(
        {"c1": settings.l1, "c2": settings.l2, "max_iterations": settings.iterations, "feature.minfreq": 2}
    )
    for sequence, inside in zip(sequences, verdicts, strict=True):
        trainer.append(document_features(sequence.document, sequence.units, inside), sequence.labels)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "splitter.crfsuite"
        trainer.train(str(path))
        return Splitter(_train_wording(sequences, settings), path.read_bytes())


def _sequences(labelled: LabelledDocument, count: int) -> list[LabelledUnits]:
    gold = [(item.start, item.end) for item in labelled.items]
    texts = [(labelled.text, gold), *variants(labelled.text, gold, count=count, seed=labelled.id)]
    found = []
    for text, spans in texts:
        document = read_text(text)
        units = document_units(document)
        if units:
            found.append(LabelledUnits(labelled.id, document, units, labels_of_spans(units, spans)))
    return found


def _held_out_verdicts(sequences: Sequence[LabelledUnits], settings: SplitterSettings) -> list[list[float]]:
    groups = [sequence.source for sequence in sequences]
    folds = GroupKFold(min(FOLDS, len(set(groups))))
    verdicts: list[list[float]] = [[] for _ in sequences]
    for training, held_out in folds.split(sequences, groups=groups):
        wording = _train_wording([sequences[i] for i in training], settings)
        for index in held_out:
            sequence = sequences[index]
            verdicts[index] = inside_probabilities(wording, sequence.document, sequence.units)
    return verdicts


def _train_wording(sequences: Sequence[LabelledUnits], settings: SplitterSettings) -> Classifier:
    """The classifier of single sentences; the variants repeat the same sentences, so originals suffice."""
    texts, labels, seen = [], [], set[str]()
    for sequence in sequences:
        if sequence.source in seen:
            continue
        seen.add(sequence.source)
        texts += [sequence.document.text[unit.start : unit.end] for unit in sequence.units]
        labels += [OUTSIDE if label == "O" else INSIDE for label in sequence.labels]
    return fit_linear(texts, labels, [INSIDE, OUTSIDE], regularisation=settings.regularisation)
