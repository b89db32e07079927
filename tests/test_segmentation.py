import pickle

from recense.model_store import Model
from recense.reading import read_text
from recense.records import Block
from recense.segmentation import Label, labels_of_spans, spans_of_labels, split, title_of
from recense.sentences import Unit


def _units(*spans: tuple[int, int]) -> list[Unit]:
    block = Block("paragraph", 0, 100)
    return [Unit(start, end, block, 0, index == 0, False) for index, (start, end) in enumerate(spans)]


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


def test_a_pickled_splitter_splits_alike(model: Model) -> None:
    document = read_text(
        "News\n\n- The cluster Minalogic lends 200 masks to Grenoble hospital.\n- Its members sew gowns.\n"
    )
    again = pickle.loads(pickle.dumps(model.splitter))
    assert again.spans(document) == model.splitter.spans(document)


def test_bullets_are_items_and_the_rest_is_not(model: Model, root: object) -> None:
    text = (
        "Cluster letter, May 2020\n\nDear members, here are a few examples of what you did this month:\n\n"
        "- The cluster Minalogic (digital technologies, Auvergne-Rhône-Alpes) lends twenty servers to hospitals.\n"
        "- Cluster Silver Valley is offering free phone calls to isolated seniors in Île de France.\n"
        "- In Lyon, the company Boldoduc has produced 40,000 masks for carers since March.\n\n"
        "Follow us on Twitter. Unsubscribe | Legal notice\n"
    )
    items = split(read_text(text), model.splitter)
    assert [item.text.split()[1] for item in items] == ["cluster", "Silver", "Lyon,"]


def test_titles_are_short_and_on_one_line() -> None:
    assert title_of("Some long text.", "A heading\nof two lines :") == "A heading of two lines"
    assert title_of("The plant makes visors for all the hospitals of the region. It began in March.", None) == (
        "The plant makes visors for all the hospitals of the region"
    )
    assert len(title_of("mot " * 100, None)) <= 90
