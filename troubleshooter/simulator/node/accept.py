"""One thread that accepts connections for all nodes: an idle node costs one descriptor."""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    OnConnection = Callable[[socket.socket, str], None]


class AcceptLoop:
    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._waker, self._woken = socket.socketpair()
        self._woken.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ, None)
        self._orders: SimpleQueue[tuple[socket.socket, OnConnection | None]] = SimpleQueue()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._lock = threading.Lock()

    def add(self, listener: socket.socket, on_connection: OnConnection) -> None:
        """Call `on_connection(connection, peer address)` in the loop's thread; it must not wait."""
        listener.setblocking(False)
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="nodes-accept", daemon=True)
                self._thread.start()
        self._order(listener, on_connection)

    def remove(self, listener: socket.socket) -> None:
        """Close the listener; the loop owns it."""
        self._order(listener, None)

    def stop(self) -> None:
        if self._stopping.is_set():
            return
        self._stopping.set()
        self._waker.send(b"x")
        if self._thread is not None:
            self._thread.join()
        for key in list(self._selector.get_map().values()):
            if isinstance(key.fileobj, socket.socket):
                key.fileobj.close()
        self._selector.close()
        self._waker.close()

    def _order(self, listener: socket.socket, on_connection: OnConnection | None) -> None:
        self._orders.put((listener, on_connection))
        self._waker.send(b"x")

    def _run(self) -> None:
        while not self._stopping.is_set():
            for key, _ in self._selector.select():
                if key.data is None:
                    self._obey()
                elif isinstance(key.fileobj, socket.socket):
                    self._accept(key.fileobj, key.data)

    def _obey(self) -> None:
        with contextlib.suppress(BlockingIOError):
            self._woken.recv(4096)
        with contextlib.suppress(Empty):
            while True:
                listener, on_connection = self._orders.get_nowait()
                if on_connection is not None:
                    self._selector.register(listener, selectors.EVENT_READ, on_connection)
                    continue
                with contextlib.suppress(KeyError, ValueError):
                    self._selector.unregister(listener)
                listener.close()

    @staticmethod
    def _accept(listener: socket.socket, on_connection: OnConnection) -> None:
        try:
            connection, peer = listener.accept()
        except OSError:
            return  # the client gave up, or the listener is about to be closed
        connection.setblocking(True)
        on_connection(connection, peer[0])
