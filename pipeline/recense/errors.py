"""The exceptions of recense: each names what is wrong, why, and what to do next.

RecenseError
├── InputError            one document cannot be used; the batch goes on
│   ├── MissingInput
│   ├── EmptyInput
│   ├── BinaryInput
│   ├── UnsupportedFormat
│   ├── UndecodableText
│   ├── InputTooLarge
│   ├── DamagedInput
│   ├── ProtectedInput
│   ├── UnsafeInput
│   ├── CostlyInput
│   └── UnsupportedLanguage
├── OutputError           the results cannot be written
├── CorpusError           the labelled corpus breaks its format
├── SettingsError         an option has a value that cannot be
└── ModelError            a model folder cannot be used
    ├── ModelNotFound
    ├── ModelDamaged
    └── ModelIncompatible
"""

from typing import ClassVar


class RecenseError(Exception):
    """The base of all errors that recense raises on purpose.

    Args:
        subject: what the error is about, usually a path.
        reason: what is wrong with it, one clause in plain English.
        next_step: what the user can do about it, one sentence.
    """

    stage: ClassVar[str] = "run"

    def __init__(self, subject: str, reason: str, next_step: str) -> None:
        super().__init__(subject, reason, next_step)
        self.subject = subject
        self.reason = reason
        self.next_step = next_step

    def __str__(self) -> str:
        return f"{self.subject}: {self.reason}. {self.next_step}"


class InputError(RecenseError):
    """A document cannot be used; it gets a line in errors.jsonl and the batch goes on."""

    stage = "reading"


class MissingInput(InputError):
    """The path does not exist, or a folder holds nothing that can be read."""


class EmptyInput(InputError):
    """The document has no text."""


class BinaryInput(InputError):
    """The bytes are not text."""


class UnsupportedFormat(InputError):
    """The format is known, but there is no reader for it."""


class UndecodableText(InputError):
    """No encoding turns the bytes into text."""


class InputTooLarge(InputError):
    """The document is larger than the limit in the settings."""


class DamagedInput(InputError):
    """The bytes break the rules of their format."""


class ProtectedInput(InputError):
    """The document opens only with a password."""


class UnsafeInput(InputError):
    """A member of an archive whose path leads out of it."""


class CostlyInput(InputError):
    """Reading takes more time or memory than any honest document needs."""


class UnsupportedLanguage(InputError):
    """The document is in a language other than French or English."""

    stage = "language"


class OutputError(RecenseError):
    """The results cannot be written."""

    stage = "export"


class CorpusError(RecenseError):
    """The labelled corpus breaks its format."""

    stage = "corpus"


class SettingsError(RecenseError):
    """An option has a value that cannot be."""

    stage = "settings"


class ModelError(RecenseError):
    """A model folder cannot be used."""

    stage = "model"


class ModelNotFound(ModelError):
    """There is no model folder at the path."""


class ModelDamaged(ModelError):
    """A file of the model is missing, changed or not listed in its manifest."""


class ModelIncompatible(ModelError):
    """The model was saved with library versions that may read it wrongly."""
