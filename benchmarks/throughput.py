"""How many items a second each stage handles on one core: `make bench`."""

from collections.abc import Callable
from time import perf_counter

from recense.corpus import load_corpus
from recense.language import identify
from recense.reading import read_text
from recense.run import load_stages
from recense.segmentation import split
from recense.settings import Settings

ROUNDS = 3


def best_rate(work: Callable[[], object], amount: int) -> float:
    """Units a second in the fastest of some rounds; the first warms up caches."""
    seconds = []
    for _ in range(ROUNDS):
        started = perf_counter()
        work()
        seconds.append(perf_counter() - started)
    return amount / min(seconds)


def main() -> None:
    """Measure every stage on the shipped corpus."""
    settings = Settings()
    model, finder = load_stages(settings)
    documents = load_corpus(settings.corpus).documents
    texts = [document.text_of(item) for document in documents for item in document.items]
    characters = sum(len(document.text) for document in documents)
    read = [read_text(document.text, document.id) for document in documents]
    rates = {
        "reading layout, characters": best_rate(lambda: [read_text(d.text, d.id) for d in documents], characters),
        "language, items": best_rate(lambda: [identify.__wrapped__(text) for text in texts], len(texts)),
        "splitting, items": best_rate(lambda: [split(document, model.splitter) for document in read], len(texts)),
        "entities, items": best_rate(lambda: [finder.find(text) for text in texts], len(texts)),
        "classification, items": best_rate(lambda: model.classifier.probabilities(texts), len(texts)),
        "classification with reasons, items": best_rate(
            lambda: [model.classifier.predict(text) for text in texts], len(texts)
        ),
    }
    for name, rate in rates.items():
        print(f"{name:38} {rate:12,.0f} per second")  # noqa: T201 - a script's report


if __name__ == "__main__":
    main()
