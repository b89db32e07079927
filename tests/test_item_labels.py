import numpy as np
import pytest

from recense.item_labels import (
    Label,
    labels_of_spans,
    likeliest_single_item,
    spans_of_labels,
    tags_of_labels,
    with_consistent_headings,
    with_cut_sentences_joined,
    with_turns,
    without_foreign_edges,
    without_introductions,
)
from recense.reading import read_text
from recense.records import Block, BlockKind
from recense.sentences import Unit, document_units


def _units(*spans: tuple[int, int]) -> list[Unit]:
    block = Block("paragraph", 0, 100)
    return [Unit(start, end, block, 0, index == 0, False) for index, (start, end) in enumerate(spans)]


def _titled(count: int) -> list[Unit]:
    blocks = [Block("heading" if i % 2 == 0 else "paragraph", 20 * i, 20 * i + 10, i % 2) for i in range(2 * count)]
    return [Unit(block.start, block.end, block, i, True, True) for i, block in enumerate(blocks)]


def test_labels_and_spans_are_each_others_inverse() -> None:
    units = _units((0, 10), (11, 20), (21, 30), (31, 40), (41, 50))
    spans = [(0, 20), (21, 30), (41, 50)]
    labels: list[Label] = ["B", "I", "B", "O", "B"]
    assert labels_of_spans(units, spans) == labels
    assert [tuple(span) for span in spans_of_labels(units, labels)] == spans


def test_an_inside_without_a_beginning_begins_an_item() -> None:
    units = _units((0, 10), (11, 20))
    assert [tuple(span) for span in spans_of_labels(units, ["O", "I"])] == [(11, 20)]


def test_a_unit_belongs_to_an_item_only_by_its_larger_part() -> None:
    assert labels_of_spans(_units((0, 10)), [(6, 20)]) == ["O"]
    assert labels_of_spans(_units((0, 10)), [(4, 20)]) == ["B"]


def test_the_tags_of_the_models_hold_the_labels() -> None:
    labels: list[Label] = ["B", "B", "I", "I", "O", "B", "I", "B"]
    assert tags_of_labels(labels) == ["U", "B", "I", "L", "O", "B", "L", "U"]


def test_the_classifier_of_turns_parts_what_is_inside_anew_but_only_within_a_block() -> None:
    marginals = np.array([[0.8, 0.1, 0.1], [0.2, 0.6, 0.2], [0.2, 0.6, 0.2], [0.0, 0.0, 1.0]])
    turning = np.array([0.9, 0.95, 0.95, 0.5])
    heard = with_turns(marginals, turning, np.array([False, True, False, True]))
    np.testing.assert_allclose(heard.sum(axis=1), 1.0)
    np.testing.assert_allclose(heard[:, 2], marginals[:, 2])
    assert heard[1, 0] > heard[1, 1]
    np.testing.assert_allclose(heard[[0, 2]], marginals[[0, 2]])


def test_an_item_goes_on_over_page_furniture_in_the_middle_of_a_sentence() -> None:
    text = "La ville donne mille\n\nLettre – page 2\n\nmasques à sa clinique."
    kinds: list[BlockKind] = ["paragraph", "furniture", "paragraph"]
    spans = [(0, 20), (22, 37), (39, len(text))]
    blocks = [Block(kind, start, end) for kind, (start, end) in zip(kinds, spans, strict=True)]
    units = [Unit(block.start, block.end, block, i, True, True) for i, block in enumerate(blocks)]
    assert with_cut_sentences_joined(text, units, ["B", "O", "B"]) == ["B", "I", "I"]
    assert with_cut_sentences_joined(text.replace("mille", "cent."), units, ["B", "O", "B"]) == ["B", "O", "B"]


def test_quotations_at_the_edges_of_an_item_are_cut_and_inside_it_stay() -> None:
    labels: list[Label] = ["B", "I", "I", "I", "B", "O"]
    quoted = [True, False, True, False, True, True]
    assert without_foreign_edges(labels, quoted) == ["O", "B", "I", "I", "O", "O"]


def test_a_paragraph_that_announces_a_list_of_items_is_none() -> None:
    document = read_text("Le pôle a livré des masques. En voici d'autres :\n- Une action.\n- Une autre.\n")
    units = document_units(document)
    assert without_introductions(document, units, ["B", "I", "B", "B"]) == ["O", "O", "B", "B"]
    assert without_introductions(document, units, ["B", "I", "I", "I"]) == ["B", "I", "I", "I"]


def test_a_document_of_one_item_gets_the_likeliest_one() -> None:
    marginals = np.array(
        [[0.1, 0.0, 0.9], [0.6, 0.1, 0.3], [0.4, 0.5, 0.1], [0.2, 0.2, 0.6], [0.1, 0.8, 0.1], [0, 0, 1]]
    )
    assert likeliest_single_item(marginals) == ["O", "B", "I", "I", "I", "O"]


@pytest.mark.parametrize(
    ("outside", "expected"), [(0.3, ["B", "I", "B", "I", "B", "I"]), (0.8, ["B", "I", "O", "B", "O", "B"])]
)
def test_titles_of_a_document_are_all_in_their_items_or_as_they_were(outside: float, expected: list[Label]) -> None:
    labels: list[Label] = ["B", "I", "O", "B", "O", "B"]
    marginals = np.array([[1 - outside, 0, outside], [0.5, 0.5, 0.0]] * 3)
    assert with_consistent_headings(_titled(3), labels, marginals, [False] * 6) == expected


def test_the_name_of_a_place_over_items_is_not_their_title() -> None:
    labels: list[Label] = ["B", "I", "O", "B"]
    marginals = np.array([[1, 0, 0], [0.5, 0.5, 0.0]] * 2)
    is_place = [False, False, True, False]
    assert with_consistent_headings(_titled(2), labels, marginals, is_place) == labels
