"""Talk to itself over the machine's network, and to whatever listens."""

import socket

from aim import breach, held

for family in (socket.AF_INET, socket.AF_INET6, socket.AF_UNIX):
    try:
        server = socket.socket(family)
        if family != socket.AF_UNIX:
            server.bind(("localhost", 0))
            server.listen()
            socket.create_connection(server.getsockname()[:2], timeout=2).close()
        breach(f"a socket of {family.name}")
        server.close()
    except OSError as error:
        held(error)
