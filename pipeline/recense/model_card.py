"""The card of a model: what it is, what it was trained on, how good it is, where it fails."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from recense.corpus import Corpus

SPLITTING_MEASURES_EXPLAINED = (
    "An item is exact where both borders are right. Boundary F1: borders at the very token, and within two tokens. "
    "Pk, WindowDiff (lower is better) and boundary similarity: see `recense.segmentation_metrics`. Token F1: words "
    "inside items. Text kept: share of the items' text that is in a predicted item. Foreign text: share of the "
    "predicted text that is of no item. The three baselines were run with the same code on the same documents."
)
SPLITTING_MEASURES = {
    "exact_item_f1": "Exact-item F1",
    "boundary_f1": "Boundary F1",
    "near_boundary_f1": "Boundary F1, 2 tokens",
    "pk": "Pk",
    "window_diff": "WindowDiff",
    "boundary_similarity": "Boundary similarity",
    "token_f1": "Token F1",
    "item_text_recall": "Text kept",
    "foreign_text_share": "Foreign text",
}


# The block that tools which collect models read.
METADATA = "---\nlanguage: [fr, en]\nlibrary_name: recense\nlicense: apache-2.0\n---"


def model_card(
    name: str, corpus: Corpus, settings: Any, cross_validation: Mapping[str, Any], metrics: Mapping[str, Any]
) -> str:
    """The card in Markdown; every figure in it comes from this training run."""
    classification, splitting, entities = (metrics[key] for key in ("classification", "splitting", "entities"))
    labels = {category.id: category.en for category in corpus.taxonomy.categories}
    return (
        "\n\n".join(
            [
                METADATA,
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
                SPLITTING_MEASURES_EXPLAINED,
                splitting_table("Cut by", {"recense": splitting, **splitting["baselines"]}),
                splitting_table("Language", splitting["by_language"]),
                splitting_table("Layout", splitting["by_layout"]),
                "## Entities (strict spans)",
                table(("Label", "F1", *entities["baselines"], "Mentions"), _entity_rows(entities)),
                f"Regions linked right: {entities['region_linking']:.1%} of {entities['region_linking_cases']}.",
                f"Region where the initiative happens told right: {entities['focus']['right']:.1%} of "
                f"{entities['focus']['cases']} items that name a region.",
                _places_line(entities["places"]),
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


def splitting_table(what: str, scores: Mapping[str, Mapping[str, Any]]) -> str:
    """The measures of splitting, a line for each group of documents."""
    rows = [
        (name, *(f"{group[measure]:.3f}" for measure in SPLITTING_MEASURES), group["items"])
        for name, group in scores.items()
    ]
    return table((what, *SPLITTING_MEASURES.values(), "Items"), rows)


def _split_rows(corpus: Corpus) -> list[tuple[str, int, int]]:
    return [
        (split, len(documents), sum(len(document.items) for document in documents))
        for split in ("train", "dev", "test")
        for documents in [corpus.of_split(split)]
    ]


def _places_line(places: Mapping[str, Any]) -> str:
    if not places["variants"]:
        return "No table of written variants of places was measured."
    misses = ", ".join(f"{written} ({found or 'not linked'}, not {code})" for written, code, found in places["misses"])
    return (
        f"Written variants of French places (`cases/place_variants.csv`): {places['linked']:.1%} of "
        f"{places['variants']} linked right. Missed: {misses or 'none'}."
    )


def _entity_rows(entities: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """A line for each label, in all and by language, and for the clusters that neither lists nor training have."""
    names = [name.removesuffix("_f1") for name in entities if name.endswith("_f1")]
    rows = []
    for name in sorted(names):
        scores = [entities, *entities["baselines"].values()]
        label, _, rest = name.partition("_")
        figures = (f"{each[f'{name}_f1']:.3f}" for each in scores)
        rows.append((f"{label.upper()} {rest.replace('_', ' ')}".strip(), *figures, entities[f"{name}_cases"]))
    return rows


def _score_rows(classification: Mapping[str, Any]) -> list[tuple[str, str, str, int]]:
    names = {"macro_f1": "Macro-F1", "macro_f1_fr": "Macro-F1, French", "macro_f1_en": "Macro-F1, English"}
    return [
        (label, f"{score['value']:.3f}", f"{score['low']:.3f}-{score['high']:.3f}", score["cases"])
        for key, label in names.items()
        for score in [classification[key]]
    ]
