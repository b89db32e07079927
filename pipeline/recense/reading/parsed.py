"""What the parsers of the formats give: a text with its layout, the parts of a container, or why there is neither."""

import msgspec

from recense import errors
from recense.errors import InputError
from recense.records import Block


class ParsedText(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The text of one document and what its source says of it.

    Attributes:
        text: all visible text, in reading order.
        blocks: its layout.
        visible: the same text by the source's plainest reading, in any order: what `text` is checked against.
        left_out: visible characters that reading leaves out on purpose (hyphens at the ends of lines).
        title: the title that the source states, if any.
        published: ISO 8601 date that the source states, if any.
        notices: what had to be repaired, in plain English.
    """

    text: str
    blocks: tuple[Block, ...]
    visible: str
    left_out: str = ""
    title: str | None = None
    published: str | None = None
    notices: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """One document inside a container: a member of an archive, an attachment, an entry, a row.

    Attributes:
        name: the container's name and the part's own, for messages ("mails.zip!/a.eml").
        data: its bytes.
        is_document: whether they are a web page or a text that the container itself holds, and no file of any format.
        digest: sha256 of the source bytes in hexadecimal, where they are not `data` (the body stands for its message).
        title: the title that the container states for it, if any.
        published: ISO 8601 date that the container states for it, if any.
    """

    name: str
    data: bytes
    is_document: bool = False
    digest: str = ""
    title: str | None = None
    published: str | None = None


class Failure(msgspec.Struct, frozen=True, tag=True):
    """An `InputError` as plain data, which crosses the border between processes."""

    kind: str
    subject: str
    reason: str
    next_step: str

    @classmethod
    def of(cls, error: InputError) -> "Failure":
        """The error as data."""
        return cls(type(error).__name__, error.subject, error.reason, error.next_step)

    def error(self) -> InputError:
        """The data as an error."""
        kind: type[InputError] = getattr(errors, self.kind)
        return kind(self.subject, self.reason, self.next_step)


Parsed = ParsedText | Part | Failure
