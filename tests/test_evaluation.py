from itertools import pairwise

import pytest

from recense.corpus import Corpus
from recense.evaluation import Case, Counts, count_spans, macro_f1, splitting_scores, with_interval
from recense.reading import read_text
from recense.splitting_baselines import BASELINES, item_per_document


def _case(document: str, expected: str, predicted: str) -> Case:
    return Case(document, "bullets", "fr", "", (expected,), predicted, 0.9)


def test_macro_f1_is_the_mean_over_the_categories_that_occur() -> None:
    cases = [_case("1", "a", "a"), _case("2", "a", "b"), _case("3", "b", "b"), _case("4", "b", "b")]
    assert macro_f1(cases, ["a", "b", "c"]) == pytest.approx((2 / 3 + 4 / 5) / 2)


def test_the_interval_holds_the_value_and_is_reproducible() -> None:
    cases = [_case(str(i % 9), "ab"[i % 2], "ab"[i % 3 % 2]) for i in range(60)]
    first, second = (with_interval(cases, lambda some: macro_f1(some, ["a", "b"])) for _ in range(2))
    assert first == second
    assert first.low < first.value < first.high
    assert first.cases == 60


def test_no_cases_score_nothing() -> None:
    assert with_interval([], lambda some: 1.0).cases == 0


def test_span_counts() -> None:
    counts = count_spans([(0, 3), (4, 8)], [(0, 3), (4, 9), (10, 12)])
    assert counts == Counts(1, 2, 3)
    assert counts.f1 == pytest.approx(0.4)
    assert Counts(0, 0, 0).f1 == 1.0


def test_gold_items_are_perfect_by_every_measure(corpus: Corpus) -> None:
    documents = corpus.of_split("dev")
    gold = {document.text: [(item.start, item.end) for item in document.items] for document in documents}
    scores = splitting_scores(documents, lambda document: gold[document.text])
    for measure in ("exact_item_f1", "boundary_f1", "boundary_similarity", "token_f1", "item_text_recall"):
        assert scores[measure] == 1.0
    for measure in ("pk", "window_diff", "foreign_text_share"):
        assert scores[measure] == 0.0
    assert sum(group["items"] for group in scores["by_layout"].values()) == scores["items"]


def test_one_item_per_document_keeps_all_text_and_little_else_is_right(corpus: Corpus) -> None:
    scores = splitting_scores(corpus.of_split("dev"), item_per_document)
    assert scores["item_text_recall"] > 0.99
    assert scores["foreign_text_share"] > 0.2
    assert scores["exact_item_f1"] < 0.1


@pytest.mark.parametrize("name", BASELINES)
def test_baselines_give_ordered_spans(corpus: Corpus, name: str) -> None:
    for document in corpus.of_split("dev"):
        spans = BASELINES[name](read_text(document.text))
        assert all(start < end for start, end in spans)
        assert all(a[1] <= b[0] for a, b in pairwise(spans))
