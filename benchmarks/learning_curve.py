"""What more labelled documents buy: `make learning-curve`.

Trains the classifier on 25, 50, 75 and 100 % of the training documents and measures macro-F1 on the test split. The
last row says how hard the corpus is for TF-IDF of words and characters alone with logistic regression: text that gives
its category away would score above 0.78.
"""

import random
from collections.abc import Sequence

from recense.corpus import LabelledDocument, load_corpus
from recense.evaluation import category_scores, classified_cases
from recense.model_card import table
from recense.settings import Settings
from recense.taxonomy import Taxonomy
from recense.training import TrainingSettings, examples_of, train_classifier

SHARES = (0.25, 0.50, 0.75, 1.00)
SEED = 20200507


def main() -> None:
    """Print the curve as a Markdown table."""
    corpus = load_corpus(Settings().corpus)
    training, test = corpus.of_split("train"), corpus.of_split("test")
    random.Random(SEED).shuffle(training)  # noqa: S311 - a fixed shuffle
    taxonomy = corpus.taxonomy
    rows = [_row(training[: round(share * len(training))], test, taxonomy, TrainingSettings()) for share in SHARES]
    alone = _row(training, test, taxonomy, TrainingSettings(embedding=None))
    rows.append((f"{alone[0]}, TF-IDF alone", *alone[1:]))
    header = ("Training documents", "Items", "Macro-F1", "French", "English")
    print(table(header, rows))  # noqa: T201 - a script's report


def _row(
    training: Sequence[LabelledDocument],
    test: Sequence[LabelledDocument],
    taxonomy: Taxonomy,
    settings: TrainingSettings,
) -> tuple[object, ...]:
    examples = examples_of(training)
    classifier = train_classifier(examples, taxonomy, settings)
    scores = category_scores(classified_cases(test, classifier), taxonomy.ids, threshold=0.0)
    return len(training), len(examples.texts), scores["macro_f1"], scores["macro_f1_fr"], scores["macro_f1_en"]


if __name__ == "__main__":
    main()
