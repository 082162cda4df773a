# SPDX-License-Identifier: GPL-3.0-or-later
"""Takes connections on a free port of loopback, each in a thread of its own."""
import socket
import threading


class Acceptor:
    """handle is called with each connection."""

    def __init__(self, handle, backlog=128):
        self.handle = handle
        self.socket = socket.create_server(("127.0.0.1", 0), backlog=backlog)
        self.port = self.socket.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self.handle, args=(connection,), daemon=True).start()

    def close(self):
        """Wakes the thread and waits for it. Closing alone leaves it waiting; after a signal the
        kernel lets it wait on with the same number, which another's socket may have by then."""
        self.socket.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.socket.close()
