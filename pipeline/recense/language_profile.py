"""How French or English a word looks: what decides on short texts, where function words are few.

Known words have the log-odds of their counts in the corpus; of unknown ones the letters tell, in a logistic
regression over character n-grams (the idea of Cavnar and Trenkle 1994, with trained weights).
"""

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from recense.corpus import Corpus, LabelledDocument
    from recense.taxonomy import Taxonomy

PROFILE = "language_profile.json"
WORD = re.compile(r"[^\W\d_]+")
GRAM_SIZES = (2, 3, 4, 5)
# A word that was never seen in a language counts there as seen this share of a text.
UNSEEN_SHARE = 3e-6
# English words hardly ever have these; capitals and careless writers leave them out, so words are compared without.
FRENCH_LETTERS = frozenset("éèêëàâçùûîïôœ")
ACCENT_EVIDENCE = 1.5
MIN_PAIR_COUNT = 2
UNDECIDED = 3.0


class LanguageProfile(msgspec.Struct, frozen=True):
    """Evidence for French (positive) or English (negative), in logits.

    Attributes:
        words: of whole words, without accents and in lower case.
        pairs: of two words in a row that both languages use: "diagnostic tests" is English, "tests" is both.
        grams: of character n-grams, for words that are not in the list.
        bias: of any word that is not in the list.
    """

    words: dict[str, float]
    pairs: dict[str, float]
    grams: dict[str, float]
    bias: float

    def evidence(self, text: str) -> float:
        """The sum over all words of a text."""
        words = WORD.findall(text)
        folded = [without_accents(word) for word in words]
        in_order = sum(self.pairs.get(f"{one} {two}", 0.0) for one, two in pairwise(folded))
        return in_order + sum(self._of_word(word, plain) for word, plain in zip(words, folded, strict=True))

    def _of_word(self, word: str, folded: str) -> float:
        accents = ACCENT_EVIDENCE if FRENCH_LETTERS & set(word.lower()) else 0.0
        return accents + (self.words[folded] if folded in self.words else self.by_letters(folded))

    def by_letters(self, folded: str) -> float:
        """The evidence of a word that is in no list."""
        return self.bias + sum(self.grams.get(gram, 0.0) for gram in set(grams(folded)))


@cache
def load_profile() -> LanguageProfile:
    """The shipped profile."""
    return msgspec.json.decode((files("recense") / PROFILE).read_bytes(), type=LanguageProfile)


def without_accents(word: str) -> str:
    """A word in lower case and plain letters."""
    decomposed = unicodedata.normalize("NFKD", word.lower().replace("œ", "oe").replace("æ", "ae"))
    return "".join(char for char in decomposed if not unicodedata.combining(char))


def grams(word: str) -> Iterator[str]:
    """Character n-grams of a folded word, with its borders marked."""
    bordered = f"^{word}$"
    for size in GRAM_SIZES:
        yield from (bordered[i : i + size] for i in range(len(bordered) - size + 1))


def train_profile(documents: "Iterable[LabelledDocument]", taxonomy: "Taxonomy") -> LanguageProfile:
    """Count words and fit n-gram weights on the texts of some documents and on the category labels.

    Items avoid the words of the labels, so the labels would be the texts that the profile knows least.
    """
    import numpy as np  # noqa: PLC0415 - only for training
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    texts = _texts(documents)
    for category in taxonomy.categories:
        texts["fr"] += [category.fr] * MIN_PAIR_COUNT
        texts["en"] += [category.en] * MIN_PAIR_COUNT
    counts = {language: Counter(_folded_words(own)) for language, own in texts.items()}
    examples = [(word, language, n) for language, own in counts.items() for word, n in own.items()]
    vectorizer = CountVectorizer(analyzer=lambda word: list(grams(word)), min_df=5, binary=True)
    matrix = vectorizer.fit_transform([word for word, _, _ in examples])
    model = LogisticRegression(C=0.3, max_iter=300)
    model.fit(matrix, [language == "fr" for _, language, _ in examples], np.log1p([n for _, _, n in examples]))
    weights = {gram: round(float(model.coef_[0][i]), 2) for gram, i in vectorizer.vocabulary_.items()}
    used = {gram: weight for gram, weight in sorted(weights.items()) if weight}
    letters = LanguageProfile({}, {}, used, round(float(model.intercept_[0]), 2))
    words = _word_logits(counts, letters)
    return LanguageProfile(words, _pair_logits(texts, words), used, letters.bias)


def _texts(documents: "Iterable[LabelledDocument]") -> dict[str, list[str]]:
    """The texts of each language; of mixed documents only the items."""
    texts: dict[str, list[str]] = {"fr": [], "en": []}
    for document in documents:
        if document.language in texts:
            texts[document.language].append(document.text)
        else:
            for item in document.items:
                texts[item.language].append(document.text_of(item))
    return texts


def _folded_words(texts: Iterable[str]) -> list[str]:
    return [without_accents(word) for text in texts for word in WORD.findall(text)]


def _word_logits(counts: dict[str, Counter[str]], letters: LanguageProfile) -> dict[str, float]:
    """Log-odds of each word's counts, smoothed by what its letters say."""
    totals = {language: own.total() for language, own in counts.items()}
    logits: dict[str, float] = {}
    for word in sorted({*counts["fr"], *counts["en"]}):
        french = 1 / (1 + math.exp(-letters.by_letters(word)))
        shares = {language: counts[language][word] / totals[language] for language in counts}
        odds = (shares["fr"] + UNSEEN_SHARE * french) / (shares["en"] + UNSEEN_SHARE * (1 - french))
        logits[word] = round(math.log(odds), 1)
    return logits


def _pair_logits(texts: dict[str, list[str]], words: dict[str, float]) -> dict[str, float]:
    """Log-odds of pairs of words that decide little alone, halved because the words count too."""
    counts = {language: Counter(pairwise(_folded_words(own))) for language, own in texts.items()}
    logits: dict[str, float] = {}
    for one, two in sorted({*counts["fr"], *counts["en"]}):
        french, english = counts["fr"][one, two], counts["en"][one, two]
        if french + english >= MIN_PAIR_COUNT and abs(words[one] + words[two]) < UNDECIDED:
            logits[f"{one} {two}"] = round(0.5 * math.log((french + 0.5) / (english + 0.5)), 1)
    return logits


def write_profile(corpus: "Corpus", path: Path) -> int:
    """Train and save the profile that `load_profile` reads; returns the number of its words."""
    profile = train_profile([*corpus.of_split("train"), *corpus.of_split("dev")], corpus.taxonomy)
    path.write_bytes(msgspec.json.encode(profile) + b"\n")
    return len(profile.words)
