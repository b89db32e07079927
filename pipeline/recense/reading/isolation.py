"""Parsing in a process of its own, with a limit on time and memory.

A PDF or a web page from anywhere may crash a C library, take hours or all memory. In a process of its
own it ends that process only, and the batch goes on. One worker is kept for all files of a run; requests and
answers are MessagePack, checked against their types, so that nothing from a hostile file is ever unpickled.
"""

import atexit
import contextlib
import os
import signal
import struct
import subprocess
import sys
import threading
from typing import IO

import msgspec

from recense.errors import CostlyInput, DamagedInput
from recense.reading.formats import Format
from recense.reading.parsed import Failure, Parsed
from recense.reading.parsers import ParsingOptions, parse

MAX_WORKER_MEMORY = 320_000_000
LENGTH = struct.Struct(">Q")


class _Request(msgspec.Struct, frozen=True):
    form: Format
    data: bytes
    name: str
    options: ParsingOptions


class ParsingWorker:
    """A process that parses one file after the other; it is started at the first file and after each loss."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def parse(self, form: Format, data: bytes, name: str, options: ParsingOptions, *, seconds: float) -> list[Parsed]:
        """As `parsers.parse`, within limits; what breaks them becomes a Failure."""
        process = self._running()
        overdue = threading.Event()

        def stop() -> None:
            overdue.set()
            process.kill()

        timer = threading.Timer(seconds, stop)
        timer.start()
        try:
            _send(_pipe(process.stdin), msgspec.msgpack.encode(_Request(form, data, name, options)))
            return msgspec.msgpack.decode(_receive(_pipe(process.stdout)), type=list[Parsed])
        except (EOFError, OSError, msgspec.DecodeError):
            self.close()
            return [_loss(name, overdue=overdue.is_set(), seconds=seconds)]
        finally:
            timer.cancel()

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "recense.reading.isolation"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
            atexit.register(self.close)
        return self._process


def _pipe(stream: IO[bytes] | None) -> IO[bytes]:
    if stream is None:
        raise EOFError
    return stream


def _loss(name: str, *, overdue: bool, seconds: float) -> Failure:
    if overdue:
        reason = f"reading it takes more than {seconds:.0f} seconds"
        return Failure.of(CostlyInput(name, reason, "Save it in another format, or split it."))
    reason = "reading it takes too much memory or crashes the reader"
    return Failure.of(DamagedInput(name, reason, "Save it in another format, or split it."))


def _send(stream: IO[bytes], message: bytes) -> None:
    stream.write(LENGTH.pack(len(message)) + message)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    size = LENGTH.unpack(_exactly(stream, LENGTH.size))[0]
    return _exactly(stream, size)


def _exactly(stream: IO[bytes], size: int) -> bytes:
    message = stream.read(size)
    if len(message) < size:
        raise EOFError
    return message


def _limit_memory() -> None:
    with contextlib.suppress(ImportError, ValueError, OSError):  # not on Windows
        import resource  # noqa: PLC0415

        resource.setrlimit(resource.RLIMIT_DATA, (MAX_WORKER_MEMORY, MAX_WORKER_MEMORY))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def serve() -> None:
    """The worker's side: answer requests from standard input until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _limit_memory()
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get between the answers
    decoder = msgspec.msgpack.Decoder(_Request)
    while True:
        try:
            request = decoder.decode(_receive(sys.stdin.buffer))
        except EOFError:
            return
        _send(answers, msgspec.msgpack.encode(_answer(request)))


def _answer(request: _Request) -> list[Parsed]:
    try:
        return parse(request.form, request.data, request.name, request.options)
    except (MemoryError, RecursionError):
        reason = "it is nested too deeply or takes too much memory"
        return [Failure.of(CostlyInput(request.name, reason, "Save it in another format, or split it."))]
    except Exception as error:
        reason = f"it cannot be read ({type(error).__name__}: {error})"
        return [Failure.of(DamagedInput(request.name, reason, "Save it in another format."))]


if __name__ == "__main__":
    serve()
