"""The floor: `send()` on every socket in a plain loop, one pre-built frame, nothing else.

`post` is any client frame; what comes back is `SIZE` bytes to each.
"""

import selectors
import socket
import sys

ANSWER = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
)


def main(port: int, size: int) -> None:
    frame = b"\x81\x7e" + (size - 4).to_bytes(2, "big") + b"x" * (size - 4)
    selector = selectors.DefaultSelector()
    listening = socket.create_server(("127.0.0.1", port), backlog=4096)
    selector.register(listening, selectors.EVENT_READ)
    clients: set[socket.socket] = set()
    while True:
        for key, _ in selector.select():
            ready = key.fileobj
            if ready is listening:
                client, _ = listening.accept()
                client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                selector.register(client, selectors.EVENT_READ, False)
                continue
            assert isinstance(ready, socket.socket)
            data = ready.recv(65536)
            if not data:
                selector.unregister(ready)
                clients.discard(ready)
                ready.close()
            elif not key.data:
                ready.sendall(ANSWER)
                selector.modify(ready, selectors.EVENT_READ, True)
                clients.add(ready)
            else:
                for client in clients:
                    client.send(frame)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
