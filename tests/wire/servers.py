"""Other people's computers, for tests: real servers for FTP, SFTP and IMAP on this machine's loopback address.

Certificates are made on the spot; `trusted` lets our side trust them through SSL_CERT_FILE, as a keeper would.
"""

from __future__ import annotations

import contextlib
import datetime
import imaplib
import ipaddress
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import paramiko
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

HERE = "127.0.0.1"
USER, PASSWORD = "desk", "Gull-and-Tern-9"


def loopback(address: str) -> bool:
    """The judge of the tests: this machine is the public internet."""
    return address in (HERE, "::1")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HERE, 0))
        return int(probe.getsockname()[1])


def certificate(folder: Path, *names: str) -> tuple[Path, Path]:
    """A certificate for `names` (127.0.0.1 where none is given) and its key, as PEM files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    said = [x509.DNSName(n) for n in names] or [x509.IPAddress(ipaddress.ip_address(HERE))]
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName(said), False)
        .sign(key, hashes.SHA256())
    )
    cert, keys = folder / "cert.pem", folder / "key.pem"
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    keys.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return cert, keys


@pytest.fixture
def trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1 that our side trusts."""
    folder = tmp_path / "tls"
    folder.mkdir()
    cert, key = certificate(folder)
    monkeypatch.setenv("SSL_CERT_FILE", str(cert))
    return cert, key


@contextlib.contextmanager
def ftp_server(folder: Path, cert: tuple[Path, Path] | None = None, *, lies: bool = False) -> Iterator[int]:
    """pyftpdlib over `folder`. With a certificate, nothing goes unencrypted. `lies`: names a false data address."""
    script = [sys.executable, "-m", "tests.wire.ftp_process", str(folder)]
    if cert:
        script += ["--cert", str(cert[0]), "--key", str(cert[1])]
    port = free_port()
    with _process([*script, "--port", str(port), *(["--lies"] if lies else [])], port):
        yield port


@contextlib.contextmanager
def _process(command: list[str], port: int) -> Iterator[subprocess.Popen[bytes]]:
    env = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])}
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection((HERE, port), timeout=1):
                break
            if process.poll() is not None:
                assert process.stderr
                pytest.fail(f"{command} ended: {process.stderr.read().decode()[-800:]}")
            time.sleep(0.05)
        else:
            pytest.fail(f"{command} does not answer")
        yield process
    finally:
        process.terminate()
        process.wait(timeout=10)


class _Door(paramiko.ServerInterface):
    def __init__(self, key: paramiko.PKey | None) -> None:
        self.key = key

    def check_auth_password(self, username: str, password: str) -> int:
        good = (username, password) == (USER, PASSWORD)
        return paramiko.common.AUTH_SUCCESSFUL if good else paramiko.common.AUTH_FAILED

    def check_auth_publickey(self, username: str, key: paramiko.PKey) -> int:
        good = username == USER and self.key is not None and key.asbytes() == self.key.asbytes()
        return paramiko.common.AUTH_SUCCESSFUL if good else paramiko.common.AUTH_FAILED

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.common.OPEN_SUCCEEDED


class _Disk(paramiko.SFTPServerInterface):
    root: Path

    def _path(self, path: str) -> Path:
        return self.root / path.lstrip("/")

    def list_folder(self, path: str):  # type: ignore[no-untyped-def]
        try:
            found = []
            for each in sorted(self._path(path).iterdir()):
                entry = paramiko.SFTPAttributes.from_stat(each.lstat())
                entry.filename = each.name
                found.append(entry)
            return found
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes):  # type: ignore[no-untyped-def]
        try:
            if self._path(path).name.startswith("forbidden"):
                return paramiko.sftp.SFTP_PERMISSION_DENIED
            handle = paramiko.SFTPHandle(flags)
            handle.readfile = self._path(path).open("rb")  # type: ignore[attr-defined]
            return handle
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    def stat(self, path: str):  # type: ignore[no-untyped-def]
        return paramiko.SFTPAttributes.from_stat(self._path(path).stat())

    lstat = stat

    def remove(self, path: str) -> int:
        self._path(path).unlink()
        return paramiko.sftp.SFTP_OK


class SftpServer:
    """paramiko's own server side over a folder. `keys` may be changed to play another computer."""

    def __init__(self, root: Path, allowed: paramiko.PKey | None = None) -> None:
        self.host_key: paramiko.PKey = paramiko.RSAKey.generate(2048)
        self.allowed = allowed
        self.disk = type("Disk", (_Disk,), {"root": root})
        self.listener = socket.create_server((HERE, 0))
        self.port = self.listener.getsockname()[1]
        self.passwords_heard = 0
        threading.Thread(target=self._run, daemon=True).start()

    def _run(self) -> None:
        while True:
            try:
                connected, _ = self.listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connected)
            transport.add_server_key(self.host_key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, self.disk)
            with contextlib.suppress(Exception):
                transport.start_server(server=_Door(self.allowed))

    def close(self) -> None:
        self.listener.close()


@contextlib.contextmanager
def imap_server(cert: tuple[Path, Path]) -> Iterator[tuple[int, int]]:
    """pymap with an empty mailbox of its own; ports for STARTTLS and for TLS from the first byte."""
    plain = free_port()
    command = [str(Path(sys.executable).with_name("pymap")), "--host", HERE, "--port", str(plain)]
    command += ["--cert", str(cert[0]), "--key", str(cert[1]), "--no-service", "admin", "--no-service", "sieve"]
    bare = free_port()
    inner = [*command[:3], "--port", str(bare), "--no-tls", "--no-service", "admin", "--no-service", "sieve"]
    account = ["dict", "--demo-data", "--demo-user", USER, "--demo-password", PASSWORD]
    with _process([*command, *account], plain), _process([*inner, *account], bare), _tls_before(bare, cert) as tls:
        yield plain, tls


@contextlib.contextmanager
def _tls_before(port: int, cert: tuple[Path, Path]) -> Iterator[int]:
    """What stunnel does: TLS outside, the plain server inside."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*cert)

    def pipe(one: socket.socket, other: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while piece := one.recv(65_536):
                other.sendall(piece)
        with contextlib.suppress(OSError):
            other.shutdown(socket.SHUT_RDWR)

    def run(listener: socket.socket) -> None:
        while True:
            try:
                connected, _ = listener.accept()
            except OSError:
                return
            with contextlib.suppress(OSError):
                outer = context.wrap_socket(connected, server_side=True)
                inner = socket.create_connection((HERE, port))
                threading.Thread(target=pipe, args=(outer, inner), daemon=True).start()
                threading.Thread(target=pipe, args=(inner, outer), daemon=True).start()

    with socket.create_server((HERE, 0)) as listener:
        threading.Thread(target=run, args=(listener,), daemon=True).start()
        yield listener.getsockname()[1]


def mailbox(port: int, tls: bool) -> imaplib.IMAP4:
    """A colleague at the same mailbox, to put mails into it."""
    context = ssl._create_unverified_context()
    if tls:
        box: imaplib.IMAP4 = imaplib.IMAP4_SSL(HERE, port, ssl_context=context)
    else:
        box = imaplib.IMAP4(HERE, port)
        box.starttls(context)
    box.login(USER, PASSWORD)
    return box
