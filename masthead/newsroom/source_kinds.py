"""The kinds of sources in an editor's words: what each is for, which fields it needs, what to put into them."""

from __future__ import annotations

from dataclasses import dataclass, field

from masthead.wire.arrivals import ap_media
from masthead.wire.models import Source

Kind = Source.Kind

EVERY = ("name", "slug", "agency", "profile", "active")
"""Fields of every kind."""
ANY_SECRET = "A password that was saved is never shown again. Empty: the saved one is kept."


@dataclass(frozen=True, slots=True)
class KindOfSource:
    """One kind. `fields` beside those of every kind, those in `needed` must be filled in."""

    kind: Kind
    what: str
    fields: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()
    helps: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    initial: dict[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.kind.label)


_FILES = ("take_old", "take_away", "every")
_FILE_NAMES = "Only files whose names fit, such as *.xml *.jpg, with spaces between. Empty: all."
_FOLDER_THERE = "The folder on that computer, such as /outgoing/news. Empty: where the sign-in leads."

KINDS = {
    each.kind: each
    for each in (
        KindOfSource(
            Kind.WEB,
            "An RSS, Atom or JSON feed, or a file at a fixed address. We ask for it again and again.",
            ("address", "proof", "username", "header_name", "secret", "every"),
            ("address",),
            {
                "address": "The feed's own address, not the page about it. It begins with https:// or http://.",
                "username": "Only with “a name and a password”.",
                "header_name": "Only with “a key in a header”: the header's name, such as x-api-key.",
                "secret": f"Password, token or key, as chosen above. {ANY_SECRET}",
            },
            {"secret": "Password, token or key"},
        ),
        KindOfSource(
            Kind.WEBSUB,
            "A feed whose site tells us of new stories within seconds (WebSub). We ask it too, in case it does not.",
            ("address", "every"),
            ("address",),
            {
                "address": "The feed's own address. Whether it can push, the feed itself says.",
                "every": "Seconds between two looks while no pushes come; 30 at least. While they come: an hour.",
            },
        ),
        KindOfSource(
            Kind.WEBHOOK,
            "The agency's computer sends each story to an address of ours, signed with a secret that we give them.",
        ),
        KindOfSource(
            Kind.SFTP,
            "A folder on the agency's computer that we look into with SFTP (also called SSH).",
            ("host", "port", "place", "pattern", "username", "secret", "private_key", "forget_host_key", *_FILES),
            ("host", "username"),
            {"place": _FOLDER_THERE, "pattern": _FILE_NAMES, "secret": ANY_SECRET},
            {"place": "Folder there", "pattern": "File names", "secret": "Password"},
        ),
        KindOfSource(
            Kind.FTP,
            "A folder on the agency's computer that we look into with FTP, encrypted or not.",
            ("host", "port", "security", "place", "pattern", "username", "secret", *_FILES),
            ("host",),
            {
                "place": _FOLDER_THERE,
                "pattern": _FILE_NAMES,
                "secret": ANY_SECRET,
                "security": "Not encrypted only when the agency has nothing else: everyone on the way can read the "
                "password.",
            },
            {"place": "Folder there", "pattern": "File names", "secret": "Password"},
        ),
        KindOfSource(
            Kind.IMAP,
            "A mailbox to which copy is mailed: press releases, or an agency that sends by mail.",
            ("host", "port", "security", "username", "secret", "place", "pattern", *_FILES),
            ("host", "username"),
            {
                "host": "The mail server's name: imap.example.com",
                "place": "Empty: INBOX.",
                "pattern": "Addresses or domains that may send copy, with spaces between: desk@agency.example "
                "council.example. Empty: everyone who knows the address, so let no rule publish it.",
                "secret": f"{ANY_SECRET} Many providers want an “app password” here.",
                "take_away": "Otherwise the mailbox is left as it is: mails stay, and stay unread.",
            },
            {"place": "Mailbox", "pattern": "Senders", "secret": "Password"},
        ),
        KindOfSource(
            Kind.AP,
            "The Associated Press's own service for its customers, with the key that AP gave you.",
            ("address", "secret", "every"),
            ("address",),
            {
                "address": "As it is, or with the search (q=productid:...) that AP gave you.",
                "secret": "The key. A key that was saved is never shown again. Empty: the saved one is kept.",
            },
            {"secret": "API key"},
            {"address": ap_media.START, "every": 60},
        ),
        KindOfSource(
            Kind.FOLDER, "A folder below wire/in/ on this machine, into which somebody or some program drops files."
        ),
    )
}
