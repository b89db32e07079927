from recense.reading.layout import text_blocks
from recense.relayout import relaid, variants

TEXT = "Intro\n\n• Première action,\nsur deux lignes.\n• Deuxième action.\nSuite de la deuxième.\n\nPied de page"
ITEMS = [(TEXT.index("Première"), TEXT.index("lignes.") + 7), (TEXT.index("Deuxième"), TEXT.index("Suite de") + 21)]


def test_items_keep_their_words_in_every_layout() -> None:
    wanted = [TEXT[start:end].split() for start, end in ITEMS]
    for variant in variants(TEXT, ITEMS, count=12, seed="x"):
        found = [variant.text[start:end].split() for start, end in variant.spans]
        plain = [[word for word in words if word not in "•–-*"] for words in found]
        assert plain == [words for words in wanted if words in plain]
        assert all(words in wanted for words in plain)


def test_the_marker_replaces_the_old_one() -> None:
    laid_out = relaid(TEXT, text_blocks(TEXT), ITEMS, separator="\n", marker="- ")
    assert "- Première" in laid_out.text
    assert "•" not in laid_out.text
