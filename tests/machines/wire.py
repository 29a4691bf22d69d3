"""Small servers that answer a connection as no SSH server does, and a line that is cut."""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@contextlib.contextmanager
def answering(answer: Callable[[socket.socket], object]) -> Iterator[int]:
    """Give each connection to `answer`, and then close it; the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_serve, args=(listener, answer), daemon=True).start()
        yield int(listener.getsockname()[1])
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)


def _serve(listener: socket.socket, answer: Callable[[socket.socket], object]) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=_answer, args=(connection, answer), daemon=True).start()


def _answer(connection: socket.socket, answer: Callable[[socket.socket], object]) -> None:
    with connection, contextlib.suppress(OSError):
        connection.settimeout(30)
        answer(connection)
        connection.shutdown(socket.SHUT_RDWR)  # another thread may still listen to it, and keep it open


def until_closed(connection: socket.socket) -> None:
    """Listen for as long as the other side stays."""
    while connection.recv(1 << 16):
        pass


def says(*texts: bytes) -> Callable[[socket.socket], None]:
    """Say something, and wait for whatever comes of it."""

    def answer(connection: socket.socket) -> None:
        for text in texts:
            connection.sendall(text)
        until_closed(connection)

    return answer


def says_and_hangs_up(text: bytes) -> Callable[[socket.socket], None]:
    def answer(connection: socket.socket) -> None:
        connection.sendall(text)
        connection.shutdown(socket.SHUT_WR)  # a reset would take what was said along
        until_closed(connection)

    return answer


def cut_after(port: int, size: int, *, dead: bool = False) -> Callable[[socket.socket], None]:
    """Pass on what is said to and by the server at a port, so many bytes of it, and end there.

    What is dead does not even end.
    """

    def answer(connection: socket.socket) -> None:
        with socket.create_connection(("127.0.0.1", port), 30) as server:
            threading.Thread(target=_pass_on, args=(connection, server), daemon=True).start()
            left = size
            while left > 0 and (data := server.recv(min(left, 1 << 16))):
                connection.sendall(data)
                left -= len(data)
            if dead:
                threading.Event().wait(60)

    return answer


def _pass_on(here: socket.socket, there: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := here.recv(1 << 16):
            there.sendall(data)
