"""ZIP archives: their members, read in memory; nothing is ever written to disk under a name from the archive."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import PurePosixPath

from recense.errors import DamagedInput, InputError, InputTooLarge, ProtectedInput, UnsafeInput
from recense.reading.parsed import Part

# Text shrinks to a tenth; a hundredth is a bomb.
MAX_RATIO = 100
MAX_UNPACKED = 200_000_000
MAX_MEMBERS = 5_000
# A small member may shrink more than the ratio allows without harm.
HARMLESS_SIZE = 1_000_000
PATH_BREAK = "!/"


def zip_parts(data: bytes, name: str, max_bytes: int) -> Iterator[Part | InputError]:
    """The members of an archive that may be documents, in the order of their names.

    Raises:
        DamagedInput: it cannot be opened.
        InputTooLarge: it unpacks to far more than its size.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            refuse_bombs(archive, name)
            for member in sorted(archive.infolist(), key=lambda member: member.filename):
                if not member.is_dir() and not _is_hidden(member.filename):
                    yield _member(archive, member, name, max_bytes)
    except zipfile.BadZipFile as error:
        raise DamagedInput(name, "the archive is damaged or incomplete", "Pack it again.") from error


def refuse_bombs(archive: zipfile.ZipFile, name: str) -> None:
    """Refuse, by the sizes that it states, an archive that unpacks to far more than its size.

    Raises:
        InputTooLarge: too many members, too large, or packed too tightly to be text.
    """
    members = archive.infolist()
    unpacked = sum(member.file_size for member in members)
    tight = any(m.file_size > max(HARMLESS_SIZE, MAX_RATIO * m.compress_size) for m in members)
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED or tight:
        reason = f"it unpacks to {unpacked / 1e6:.0f} MB in {len(members)} files, which looks like a bomb"
        raise InputTooLarge(name, reason, "Unpack it yourself and name the documents.")


def _is_hidden(path: str) -> bool:
    return any(part.startswith((".", "__MACOSX")) and part != ".." for part in PurePosixPath(path).parts)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str, max_bytes: int) -> Part | InputError:
    own_name = f"{name}{PATH_BREAK}{member.filename}"
    if PurePosixPath(member.filename).is_absolute() or ".." in PurePosixPath(member.filename).parts:
        return UnsafeInput(own_name, "its path leads out of the archive", "Do not unpack it; ask where it comes from.")
    if member.flag_bits & 1:
        return ProtectedInput(own_name, "it is protected by a password", "Pack it without one.")
    try:
        with archive.open(member) as file:
            # Never more than the limit, whatever size the archive states.
            data = file.read(max_bytes + 1)
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError, ValueError) as error:
        return DamagedInput(own_name, "it cannot be unpacked", f"Pack it again ({error}).")
    if len(data) > max_bytes:
        return InputTooLarge(own_name, f"it is larger than {max_bytes / 1e6:.0f} MB", "Split it into documents.")
    return Part(name=own_name, data=data)
