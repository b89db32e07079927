"""The categories, from taxonomy.toml: ids, labels in both languages, definitions, examples."""

import tomllib
from pathlib import Path

import msgspec

from recense.errors import CorpusError


class Category(msgspec.Struct, frozen=True):
    """One category of the taxonomy."""

    id: str
    fr: str
    en: str
    definition_fr: str = ""
    definition_en: str = ""
    example_fr: str = ""
    example_en: str = ""


class Taxonomy(msgspec.Struct, frozen=True):
    """The categories in the order of the file."""

    categories: tuple[Category, ...]

    @property
    def ids(self) -> tuple[str, ...]:
        """The ids of the categories, in order."""
        return tuple(category.id for category in self.categories)

    def label(self, category_id: str | None, language: str) -> str:
        """A category's label in one language, "" for an item that the classifier left open."""
        found = {category.id: category for category in self.categories}.get(category_id or "")
        return "" if found is None else found.fr if language == "fr" else found.en


def load_taxonomy(path: Path) -> Taxonomy:
    """Read a taxonomy.

    Raises:
        CorpusError: the file is missing, is not TOML, or a category lacks its id or a label.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        taxonomy = Taxonomy(tuple(msgspec.convert(data.get("category", []), list[Category])))
    except OSError as error:
        raise CorpusError(str(path), "the taxonomy cannot be read", "Check the path.") from error
    except (tomllib.TOMLDecodeError, msgspec.ValidationError, UnicodeDecodeError) as error:
        raise CorpusError(str(path), f"the taxonomy is wrong: {error}", "Compare with corpus/taxonomy.toml.") from error
    if len(set(taxonomy.ids)) != len(taxonomy.ids) or len(taxonomy.ids) < 2:
        raise CorpusError(str(path), "it needs at least two categories with different ids", "Correct the ids.")
    return taxonomy
