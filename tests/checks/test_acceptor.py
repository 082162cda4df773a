# SPDX-License-Identifier: GPL-3.0-or-later
"""What the lab's small servers share."""
import socket

import pytest

from lab.acceptor import Acceptor


def test_nothing_is_left_of_one_that_is_closed():
    acceptor = Acceptor(socket.socket.close)
    socket.create_connection(("127.0.0.1", acceptor.port)).close()
    acceptor.close()
    assert not acceptor.thread.is_alive()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", acceptor.port))
