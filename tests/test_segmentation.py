import pickle

import pytest

from recense.model_store import Model
from recense.reading import read_text
from recense.segmentation import split, title_of
from recense.sentences import document_units, quoted_units

FRAME = (
    "Cluster letter, May 2020\n\n"
    "Dear members, here are a few examples of what you did this month:\n\n{0}\nUnsubscribe\n"
)


def _items_of_bullets(model: Model, *bullets: str) -> list[str]:
    text = FRAME.format("".join(f"- {bullet}\n" for bullet in bullets))
    return [item.text for item in split(read_text(text), model.splitter)]


def test_a_pickled_splitter_splits_alike(model: Model) -> None:
    document = read_text(
        "News\n\n- The cluster Minalogic lends 200 masks to Grenoble hospital.\n- Its members sew gowns.\n"
    )
    again = pickle.loads(pickle.dumps(model.splitter))
    assert again.spans(document) == model.splitter.spans(document)


def test_bullets_are_items_and_the_rest_is_not(model: Model) -> None:
    bullets = [
        "The cluster Minalogic (digital technologies, Auvergne-Rhône-Alpes) has put twenty of its members in touch "
        "with the university hospital of Grenoble, which was looking for servers and for people who can install them.",
        "Cluster Silver Valley (silver economy, Île de France) is offering isolated seniors a free phone call every "
        "morning, so that somebody notices when the shopping has not been done.",
        "In Lyon, the company Boldoduc has produced 40,000 washable masks for carers since the middle of March and is "
        "training two other workshops of the region to sew the same model.",
    ]
    assert _items_of_bullets(model, *bullets) == bullets


def test_very_short_bullets_are_items_too(model: Model) -> None:
    bullets = [
        "The cluster Minalogic (digital technologies, Auvergne-Rhône-Alpes) lends twenty servers to hospitals.",
        "Cluster Silver Valley is offering free phone calls to isolated seniors in Île de France.",
        "In Lyon, the company Boldoduc has produced 40,000 masks for carers since March.",
    ]
    assert _items_of_bullets(model, *bullets) == bullets


def test_titles_are_short_and_on_one_line() -> None:
    assert title_of("Some long text.", "A heading\nof two lines :") == "A heading of two lines"
    assert title_of("The plant makes visors for all the hospitals of the region. It began in March.", None) == (
        "The plant makes visors for all the hospitals of the region"
    )
    assert len(title_of("mot " * 100, None)) <= 90


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (
            "The pole (health, Centre – Val de Loire) lends beds. It is new.",
            "The pole (health, Centre – Val de Loire) lends beds",
        ),
        (
            "Laval, le 3 mai 2020 – La ville prête ses gymnases aux soignants. Oui.",
            "La ville prête ses gymnases aux soignants",
        ),
        ("BRON, 5 May 2020. A firm of the town sews masks for carers.", "A firm of the town sews masks for carers"),
        (
            "La ville de Laval, qui a fêté ses mille ans en 2018, prête ses lits.",
            "La ville de Laval, qui a fêté ses mille ans en 2018, prête ses lits",
        ),
    ],
)
def test_titles_say_what_not_where_and_when(text: str, title: str) -> None:
    assert title_of(text, None) == title


def test_speech_is_told_from_a_name_in_quotation_marks() -> None:
    text = (
        "« Nous livrons tout. Rien ne manque », dit la directrice. L'opération « Un masque » commence à Lyon ce lundi."
    )
    units = document_units(read_text(text))
    assert quoted_units(text, units) == [True, True, False]


def test_a_heading_is_speech_only_where_nearly_all_of_it_is_quoted() -> None:
    text = "« Force d'innovation Suisse », le guichet\n\nUne action.\n\n« Le temps a changé pour nous »\n\nUne autre."
    assert quoted_units(text, document_units(read_text(text))) == [False, False, True, False]
