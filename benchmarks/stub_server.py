"""The least server that answers new*: what a client can do when nothing else limits it."""

from __future__ import annotations

import asyncio
import re
import sys

import uvloop

LENGTH = re.compile(rb"content-length:\s*(\d+)", re.IGNORECASE)
ASKED = re.compile(rb'"method":"new(\w+)".*"id":"(\d+)"\}$', re.DOTALL)


class Stub(asyncio.Protocol):
    """One connection; answers in order, after `latency` seconds."""

    latency = 0.0
    next_id = 1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.waiting = transport, b""

    def data_received(self, data: bytes) -> None:
        self.waiting += data
        while (end := self.waiting.find(b"\r\n\r\n")) >= 0:
            told = LENGTH.search(self.waiting, 0, end)
            whole = end + 4 + (int(told[1]) if told else 0)
            if len(self.waiting) < whole:
                return
            body, self.waiting = self.waiting[end + 4 : whole], self.waiting[whole:]
            if Stub.latency:
                asyncio.get_running_loop().call_later(Stub.latency, self._answer, body)
            else:
                self._answer(body)

    def _answer(self, body: bytes) -> None:
        asked = ASKED.search(body)
        kind, call = asked.groups() if asked else (b"Contact", b"0")
        number = b"%d" % Stub.next_id
        Stub.next_id += 1
        answer = (
            b'{"jsonrpc":"2.0","id":"' + call + b'","error":null,"result":{"id":' + number
            + b',"entityType":"' + kind + b's","rev":"1","name":"As sent",'
            + b'"htmlUrl":"http://x/' + number + b'"}}'
        )  # fmt: skip
        self.transport.write(  # type: ignore[attr-defined]
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"
            % len(answer)
            + answer
        )


async def main(latency: float) -> None:
    """Serve on a free port of loopback, print it, and go on until the process is ended."""
    Stub.latency = latency
    server = await asyncio.get_running_loop().create_server(Stub, "127.0.0.1", 0, backlog=1024)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(float(sys.argv[1])))
