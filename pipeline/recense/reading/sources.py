"""Paths on the command line to the list of sources to read."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from recense.errors import InputError, MissingInput
from recense.reading.formats import READABLE_SUFFIXES

STANDARD_INPUT = "-"


class Source(msgspec.Struct, frozen=True, order=True):
    """One input: its name as the user gave it, which is also the path to open ("-" for standard input)."""

    name: str


class SourceList(NamedTuple):
    """What was found: sources in a fixed order, and the paths that gave none."""

    sources: list[Source]
    errors: list[InputError]


def find_sources(paths: Iterable[str]) -> SourceList:
    """Expand folders and sort, so that the result does not depend on the order of the paths.

    A file that is named directly is always a source, whatever its suffix; in a folder, files with a
    suffix that nobody reads are left out. A file that is reached twice counts once.
    """
    found: dict[str, Source] = {}
    errors: list[InputError] = []
    for path in paths:
        try:
            for name in _expand(path):
                key = name if name == STANDARD_INPUT else os.path.realpath(name)
                source = Source(name)
                found[key] = min(source, found.get(key, source))
        except InputError as error:
            errors.append(error)
    errors.sort(key=str)
    return SourceList(sorted(found.values()), errors)


def _expand(path: str) -> Iterator[str]:
    if path == STANDARD_INPUT or Path(path).is_file():
        yield path if path == STANDARD_INPUT else Path(path).as_posix()
    elif Path(path).is_dir():
        names = list(_walk(Path(path)))
        if not names:
            wanted = ", ".join(sorted(READABLE_SUFFIXES))
            raise MissingInput(path, "the folder holds no file that can be read", f"Put files in it ({wanted}).")
        yield from names
    elif Path(path).exists():
        raise MissingInput(path, "this is neither a file nor a folder", "Name a file or a folder.")
    else:
        raise MissingInput(path, "there is no such file or folder", "Check the spelling of the path.")


def _walk(folder: Path) -> Iterator[str]:
    for root, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if Path(name).suffix.lower() in READABLE_SUFFIXES and not name.startswith("."):
                yield (Path(root) / name).as_posix()
