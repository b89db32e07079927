import pytest

from recense.sentences import sentence_spans


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Une phrase. Une autre !", ["Une phrase.", "Une autre !"]),
        ("M. Durand et Mme Petit signent. Fin.", ["M. Durand et Mme Petit signent.", "Fin."]),
        ("Le prix est de 2.50 euros env. Il baisse.", ["Le prix est de 2.50 euros env. Il baisse."]),
        ("J. K. Martin leads it. She is glad.", ["J. K. Martin leads it.", "She is glad."]),
        ("Il dit « oui. » Puis il part.", ["Il dit « oui. »", "Puis il part."]),
        ("Version 3.0 sort. www.a.fr suit.", ["Version 3.0 sort. www.a.fr suit."]),
        ("  \n ", []),
    ],
)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert [text[start:end] for start, end in sentence_spans(text, 0, len(text))] == sentences
