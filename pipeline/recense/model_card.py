"""The card of a model: what it is, what it was trained on, how good it is, where it fails."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from recense.corpus import Corpus


def model_card(
    name: str, corpus: Corpus, settings: Any, cross_validation: Mapping[str, Any], metrics: Mapping[str, Any]
) -> str:
    """The card in Markdown; every figure in it comes from this training run."""
    classification, splitting, entities = (metrics[key] for key in ("classification", "splitting", "entities"))
    labels = {category.id: category.en for category in corpus.taxonomy.categories}
    return (
        "\n\n".join(
            [
                f"# Model card: {name}",
                "Splits French and English press texts into initiatives and assigns each a category. "
                "Made by `recense train`; measured by `recense evaluate` on the test split, which training never saw.",
                "## Trained on",
                table(("Split", "Documents", "Items"), _split_rows(corpus)),
                f"Corpus `{corpus.digest[:16]}`. Settings: `{msgspec.json.encode(settings).decode()}`.",
                "## Category (gold items of the test split)",
                table(("Measure", "Value", "95 % interval", "Items"), _score_rows(classification)),
                f"Cross-validated on the training split, {cross_validation['folds']} folds by document: macro-F1 "
                f"{cross_validation['macro_f1']:.3f} (French {cross_validation['macro_f1_fr']:.3f}, English "
                f"{cross_validation['macro_f1_en']:.3f}, {cross_validation['items']} items).",
                f"Items that the classifier accepts: {classification['accepted_share']:.0%} of all, "
                f"{classification['accepted_precision']:.1%} of them right; the others go to review.",
                table(
                    ("Category", "F1", "Items"),
                    (
                        (labels[key], f"{f1:.3f}", classification["cases_by_category"][key])
                        for key, f1 in classification["f1_by_category"].items()
                    ),
                ),
                "## Splitting",
                f"Exact-item F1 {splitting['exact_item_f1']:.3f} ({splitting['items']} items); "
                f"{splitting['item_text_recall']:.1%} of the items' text is inside a predicted item, "
                f"{splitting['foreign_text_share']:.1%} of the predicted text is not of an item.",
                table(
                    ("Layout", "Exact-item F1"),
                    ((layout, f"{f1:.3f}") for layout, f1 in splitting["exact_item_f1_by_layout"].items()),
                ),
                "## Entities (strict spans, gazetteers and patterns)",
                table(
                    ("Label", "F1", "Mentions"),
                    (
                        (label, f"{entities[f'{label.lower()}_f1']:.3f}", entities[f"{label.lower()}_cases"])
                        for label in ("CLUSTER", "REGION", "MATERIAL")
                    ),
                ),
                f"Regions linked right: {entities['region_linking']:.1%} of {entities['region_linking_cases']}.",
                "## Limits",
                "Trained on texts about health crises of 2020-2022, most of them about France. Prose in which "
                "several initiatives share a paragraph is split less well than lists. Doubtful items are left "
                "open (`needs_review`) rather than guessed.",
            ]
        )
        + "\n"
    )


def table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A Markdown table."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


def _split_rows(corpus: Corpus) -> list[tuple[str, int, int]]:
    return [
        (split, len(documents), sum(len(document.items) for document in documents))
        for split in ("train", "dev", "test")
        for documents in [corpus.of_split(split)]
    ]


def _score_rows(classification: Mapping[str, Any]) -> list[tuple[str, str, str, int]]:
    names = {"macro_f1": "Macro-F1", "macro_f1_fr": "Macro-F1, French", "macro_f1_en": "Macro-F1, English"}
    return [
        (label, f"{score['value']:.3f}", f"{score['low']:.3f}-{score['high']:.3f}", score["cases"])
        for key, label in names.items()
        for score in [classification[key]]
    ]
