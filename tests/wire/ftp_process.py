"""An FTP server as a process of its own: python -m tests.wire.ftp_process FOLDER --port N [--cert F --key F] [--lies]"""

from __future__ import annotations

import argparse

from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler, TLS_FTPHandler
from pyftpdlib.servers import FTPServer


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("folder")
    asked.add_argument("--port", type=int)
    asked.add_argument("--cert")
    asked.add_argument("--key")
    asked.add_argument("--lies", action="store_true")
    said = asked.parse_args()
    people = DummyAuthorizer()
    people.add_user("desk", "Gull-and-Tern-9", said.folder, perm="elradfmwMT")
    base = TLS_FTPHandler if said.cert else FTPHandler
    marks: dict[str, object] = {"authorizer": people}
    if said.cert:
        marks |= {"certfile": said.cert, "keyfile": said.key, "tls_control_required": True, "tls_data_required": True}
    if said.lies:
        marks |= {"masquerade_address": "169.254.169.254"}
    FTPServer(("127.0.0.1", said.port), type("Handler", (base,), marks)).serve_forever()


if __name__ == "__main__":
    main()
