import time

from recense.features import notes
from recense.reading import read_text
from recense.sentences import document_units
from recense.turns import turn_texts

TEXT = (
    "Le CHU de Nantes imprime des visières. Elles partent le soir même. De son côté, Bio-Valley prête un local. "
    "Le CHU de Nantes remercie ses bénévoles."
)


def _notes(text: str, place_words: frozenset[str] = frozenset({"nantes"})) -> list[set[str]]:
    document = read_text(text)
    return [set(notes(noted)) for noted in turn_texts(document, document_units(document), place_words)]


def test_notes_tell_how_a_sentence_opens_and_whom_it_names() -> None:
    first, second, third, fourth = _notes(TEXT)
    assert {"opening=definite", "link=False"} <= _notes("La plateforme ouvre.")[0]
    assert {"opening=pronoun", "names=0", "anaphora=True", "name-at=6"} <= second
    assert {"link=True", "new-names=1", "shared-names=0"} <= third
    assert {"new-names=0", "new-places=0", "shared-places=1", "known-in-head=1"} <= fourth
    assert {"new-places=1", "anaphora-after=True"} <= first


def test_the_text_of_a_sentence_comes_with_its_notes() -> None:
    document = read_text(TEXT)
    noted = turn_texts(document, document_units(document), frozenset())
    assert [text.partition("\x1f")[0] for text in noted][1] == "Elles partent le soir même."
    assert turn_texts(read_text(""), [], frozenset()) == []


def test_the_work_grows_with_the_text_and_no_faster() -> None:
    document = read_text("Le CHU de Nantes imprime. " * 6000)
    units = document_units(document)
    started = time.perf_counter()
    assert len(turn_texts(document, units, frozenset())) == len(units) == 6000
    assert time.perf_counter() - started < 5
