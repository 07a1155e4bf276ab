"""Folders on other computers, over SFTP, FTP and FTPS: list, fetch, delete. The same five words for all.

Connections go through `kit.reach`: public addresses only, and a limit for the whole talk.
"""

from __future__ import annotations

import base64
import contextlib
import ftplib
import hashlib
import io
import logging
import socket
import ssl
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

import paramiko

from masthead.kit import reach

# What goes wrong becomes a sentence of ours; paramiko would log it a second time, with a stack trace.
logging.getLogger("paramiko").setLevel(logging.CRITICAL)

WHOLE = 240.0
"""Seconds for one visit."""
MOST_NAMES = 20_000
"""Names in one folder that are looked at."""


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """A plain file in the folder: its name without a path, its size in bytes, its time as the server writes it."""

    name: str
    size: int
    changed: str


class Folder(Protocol):
    """A folder on another computer while we are signed in to it."""

    host_key: str
    """The fingerprint of the computer's key, where the protocol has one."""

    def listing(self) -> list[RemoteFile]:
        """The plain files in it. Raises NotReached."""

    def fetch(self, file: RemoteFile, most: int) -> bytes:
        """The bytes of one file. Raises NotReached, also when it is larger than `most`."""

    def delete(self, file: RemoteFile) -> None:
        """Take the file away there. Raises NotReached."""


@contextlib.contextmanager
def sftp(
    *,
    host: str,
    port: int,
    username: str,
    secret: str,
    folder: str,
    host_key: str = "",
    allows: reach.Judge = reach.is_public,
) -> Iterator[Folder]:
    """Sign in over SSH and open `folder`. Raises NotReached with a sentence.

    `secret` is a password or a private key (PEM or OpenSSH). `host_key` is the fingerprint that was seen the first
    time; a computer that shows another is refused before anything that proves who we are is sent.
    """
    with reach.within(WHOLE) as limit, _in_words(host, limit):
        transport = paramiko.Transport(reach.connect(host, port, allows=allows, limit=limit))
        transport.banner_timeout = transport.auth_timeout = reach.SECONDS
        try:
            transport.start_client(timeout=reach.SECONDS)
            shown = _fingerprint(transport.get_remote_server_key())
            if host_key and shown != host_key:
                raise reach.NotReached(
                    f"{host} shows another key ({shown}) than the one that is pinned ({host_key}). Nothing was sent. "
                    f"If the agency confirms the change, tick “forget the pinned key” and save the source."
                )
            _sign_in(transport, username, secret)
            client = paramiko.SFTPClient.from_transport(transport)
            if client is None:
                raise reach.NotReached(f"{host} does not offer SFTP.")
            channel = client.get_channel()
            if channel is not None:
                channel.settimeout(reach.SECONDS)
            yield _Sftp(client, folder, host, limit, shown)
        finally:
            transport.close()


def _sign_in(transport: paramiko.Transport, username: str, secret: str) -> None:
    if "PRIVATE KEY" in secret:
        transport.auth_publickey(username, _private_key(secret))
    else:
        transport.auth_password(username, secret)


def _private_key(text: str) -> paramiko.PKey:
    for kind in (paramiko.Ed25519Key, paramiko.ECDSAKey, paramiko.RSAKey):
        with contextlib.suppress(paramiko.SSHException, ValueError):
            return kind.from_private_key(io.StringIO(text.strip() + "\n"))
    raise reach.NotReached("The private key cannot be read: it must be Ed25519, ECDSA or RSA, without a passphrase.")


def _fingerprint(key: paramiko.PKey) -> str:
    """As OpenSSH prints it, so that a keeper can compare it with what the agency says."""
    digest = base64.b64encode(hashlib.sha256(key.asbytes()).digest()).decode().rstrip("=")
    return f"{key.get_name()} SHA256:{digest}"


@dataclass(slots=True)
class _Sftp:
    client: paramiko.SFTPClient
    folder: str
    host: str
    limit: reach.Limit
    host_key: str

    def listing(self) -> list[RemoteFile]:
        found: list[RemoteFile] = []
        with _in_words(self.host, self.limit):
            for entry in self.client.listdir_iter(self.folder or "."):
                self.limit.check()
                if entry.st_mode is not None and stat.S_ISREG(entry.st_mode) and _plain(entry.filename):
                    found.append(RemoteFile(entry.filename, entry.st_size or 0, str(entry.st_mtime or "")))
                if len(found) >= MOST_NAMES:
                    break
        return found

    def fetch(self, file: RemoteFile, most: int) -> bytes:
        room = _Room(file, most)
        with _in_words(self.host, self.limit), self.client.open(self._path(file), "rb") as reader:
            while piece := reader.read(32_768):
                self.limit.check()
                room.add(piece)
        return room.whole()

    def delete(self, file: RemoteFile) -> None:
        with _in_words(self.host, self.limit):
            self.client.remove(self._path(file))

    def _path(self, file: RemoteFile) -> str:
        return f"{self.folder.rstrip('/')}/{file.name}" if self.folder else file.name


@contextlib.contextmanager
def ftp(
    *,
    host: str,
    port: int,
    username: str,
    secret: str,
    folder: str,
    encrypted: bool = True,
    allows: reach.Judge = reach.is_public,
) -> Iterator[Folder]:
    """Sign in over FTP, inside TLS when `encrypted` (AUTH TLS, RFC 4217), and open `folder`. Raises NotReached.

    The address that a server names for the data connection is not believed: we go to the one we are talking to.
    """
    with reach.within(WHOLE) as limit, _in_words(host, limit):
        client = _FtpTls(allows, limit) if encrypted else _Ftp(allows, limit)
        try:
            client.connect(host, port)
            client.login(username or "anonymous", secret or "masthead@")
            if isinstance(client, _FtpTls):
                client.prot_p()
            client.voidcmd("TYPE I")
            if folder:
                client.cwd(folder)
            yield _FtpFolder(client, host, limit)
        finally:
            client.close()


class _Ftp(ftplib.FTP):
    """ftplib with its connections made by `reach`."""

    def __init__(self, allows: reach.Judge, limit: reach.Limit) -> None:
        super().__init__(timeout=reach.SECONDS, encoding="utf-8")
        self.allows, self.limit = allows, limit
        self.trust_server_pasv_ipv4_address = False

    def connect(self, host: str = "", port: int = 21, *_: Any) -> str:
        self.host, self.port = host, port
        self.sock: Any = reach.connect(host, port, allows=self.allows, limit=self.limit)
        self.af = self.sock.family
        self.file: Any = self.sock.makefile("r", encoding=self.encoding, errors="replace")
        self.welcome = self.getresp()
        return self.welcome

    def makepasv(self) -> tuple[str, int]:
        """The port that the server opened, at the address where we already are."""
        _named, port = super().makepasv()
        return str(self.sock.getpeername()[0]), port

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        connected, size = super().ntransfercmd(cmd, rest)
        self.limit.watch(connected)
        return connected, size


class _FtpTls(ftplib.FTP_TLS, _Ftp):
    def __init__(self, allows: reach.Judge, limit: reach.Limit) -> None:
        _Ftp.__init__(self, allows, limit)
        self.context = ssl.create_default_context()
        self._prot_p = False

    def login(self, user: str = "", passwd: str = "", *_: Any) -> str:
        """Into TLS before the name and the password are said."""
        self.auth()
        self.limit.watch(self.sock)
        return _Ftp.login(self, user, passwd)

    def ntransfercmd(self, cmd: str, rest: int | str | None = None) -> tuple[socket.socket, int | None]:
        connected, size = _Ftp.ntransfercmd(self, cmd, rest)
        if self._prot_p:
            # Many servers demand that the data connection goes on with the TLS session of the first.
            connected = self.context.wrap_socket(connected, server_hostname=self.host, session=self.sock.session)
            self.limit.watch(connected)
        return connected, size


@dataclass(slots=True)
class _FtpFolder:
    client: ftplib.FTP
    host: str
    limit: reach.Limit
    host_key: str = ""

    def listing(self) -> list[RemoteFile]:
        with _in_words(self.host, self.limit):
            try:
                return self._by_facts()
            except ftplib.error_perm:
                return self._one_by_one()  # a server older than MLSD (RFC 3659)

    def _by_facts(self) -> list[RemoteFile]:
        lines: list[str] = []
        self.client.retrlines("MLSD", self._few(lines))
        found = []
        for line in lines:
            said, _, name = line.partition(" ")
            facts = dict(f.lower().split("=", 1) for f in said.split(";") if "=" in f)
            if facts.get("type", "file") == "file" and facts.get("size", "").isdigit() and _plain(name):
                found.append(RemoteFile(name, int(facts["size"]), facts.get("modify", "")))
        return found

    def _one_by_one(self) -> list[RemoteFile]:
        names: list[str] = []
        try:
            self.client.retrlines("NLST", self._few(names))
        except ftplib.error_perm:
            return []  # an empty folder is an error to some servers
        found = []
        for name in (each.rpartition("/")[2] for each in names):
            self.limit.check()
            with contextlib.suppress(ftplib.error_perm):  # a folder has no size
                size = self.client.size(name) if _plain(name) else None
                if size is not None:
                    found.append(RemoteFile(name, size, self._changed(name)))
        return found

    def _changed(self, name: str) -> str:
        try:
            return self.client.voidcmd(f"MDTM {name}")[4:].strip()
        except ftplib.error_perm:
            return ""

    def _few(self, lines: list[str]) -> Callable[[str], None]:
        def keep(line: str) -> None:
            if len(lines) < MOST_NAMES:
                lines.append(line)

        return keep

    def fetch(self, file: RemoteFile, most: int) -> bytes:
        room = _Room(file, most)
        with _in_words(self.host, self.limit):
            self.client.retrbinary(f"RETR {file.name}", room.add, blocksize=32_768)
        return room.whole()

    def delete(self, file: RemoteFile) -> None:
        with _in_words(self.host, self.limit):
            self.client.delete(file.name)


@dataclass(slots=True)
class _Room:
    """Where the pieces of one file are put, no more than may come."""

    file: RemoteFile
    most: int
    data: bytearray = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        self.data = bytearray()

    def add(self, piece: bytes) -> None:
        self.data += piece
        if len(self.data) > self.most:
            raise reach.NotReached(f"{self.file.name} is larger than {self.most // 1_000_000} MB.")

    def whole(self) -> bytes:
        if len(self.data) != self.file.size:
            raise reach.NotReached(f"{self.file.name} was still being written; it is looked at again.")
        return bytes(self.data)


def _plain(name: str) -> bool:
    """A file name and nothing more: no path, no hidden file, no line break for a command to be smuggled in."""
    return bool(name) and not name.startswith(".") and not set(name) & set("/\\\r\n\0") and len(name) <= 200


@contextlib.contextmanager
def _in_words(host: str, limit: reach.Limit) -> Iterator[None]:
    """Whatever the libraries raise becomes one sentence."""
    try:
        yield
    except reach.NotReached:
        raise
    except paramiko.AuthenticationException:
        raise reach.NotReached(f"{host} answered, but did not accept the name and password (or key).") from None
    except ftplib.error_perm as refused:
        if str(refused).startswith("530"):
            raise reach.NotReached(f"{host} answered, but did not accept the name and password.") from None
        raise reach.NotReached(f"{host} refused: {reach.said(refused)}.") from None
    except FileNotFoundError:
        raise reach.NotReached(f"{host} let us in, but the folder or file is not there.") from None
    except (paramiko.SSHException, ftplib.Error, OSError, EOFError, ValueError) as error:
        if limit.passed:
            raise reach.NotReached(f"{host} took longer than {limit.seconds:.0f} seconds.") from None
        raise reach.NotReached(f"{host} could not be asked: {reach.said(error)}.") from None
