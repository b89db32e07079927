import pytest

from recense.evaluation import Case, Counts, count_spans, macro_f1, with_interval


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
