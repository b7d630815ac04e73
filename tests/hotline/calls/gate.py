"""A gate between us and PostgreSQL that a test can shut: as a frozen server, or as one that is gone."""

import contextlib
import shutil
import socket
import tempfile
import threading
from pathlib import Path
from typing import Self

SOCKET = ".s.PGSQL.5432"


class Gate:
    """Listens on a socket folder of its own and passes everything on to the real one, while it is open."""

    def __init__(self, real: Path) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gate-"))
        self._real = str(real / SOCKET)
        self._open = threading.Event()
        self._open.set()
        self._refusing = False
        self._sockets: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(self.folder / SOCKET))
        self._listener.listen(64)

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._refusing = True
        self.thaw()
        for each in [self._listener, *self._sockets]:
            _shut(each)
        shutil.rmtree(self.folder)

    def freeze(self) -> None:
        """Let connections stand, and accept new ones, without a byte getting through: a stopped server."""
        self._open.clear()

    def thaw(self) -> None:
        """Let everything through, also what waited."""
        self._open.set()

    def cut(self) -> None:
        """Break every connection and refuse new ones: a server that is gone."""
        self._refusing = True
        for each in self._sockets:
            _shut(each)
        self._sockets.clear()

    def mend(self) -> None:
        """Accept connections again."""
        self._refusing = False

    def _accept(self) -> None:
        while True:
            try:
                ours, _address = self._listener.accept()
            except OSError:
                return
            if self._refusing:
                ours.close()
                continue
            theirs = socket.socket(socket.AF_UNIX)
            theirs.connect(self._real)
            self._sockets += [ours, theirs]
            for source, target in ((ours, theirs), (theirs, ours)):
                threading.Thread(target=self._pump, args=(source, target), daemon=True).start()

    def _pump(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(65_536):
                self._open.wait()
                target.sendall(content)
        _shut(source)
        _shut(target)


def _shut(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
