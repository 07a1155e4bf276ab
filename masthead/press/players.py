"""Sound, film and pages of other sites: what to ask for once a reader has pressed play, and not before."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, quote, urlsplit

from masthead.press.proof import PlayerProof

_FRAMES = {
    "www.youtube-nocookie.com": "YouTube",
    "player.vimeo.com": "Vimeo",
    "w.soundcloud.com": "SoundCloud",
    "open.spotify.com": "Spotify",
    "archive.org": "the Internet Archive",
    "geo.dailymotion.com": "Dailymotion",
}
FRAME_HOSTS = tuple(_FRAMES)
"""The only sites that a page may open a frame of; the printed policy names them."""

_SOUND = re.compile(r"\.(?:mp3|m4a|aac|oga|ogg|opus|wav|flac)\Z", re.IGNORECASE)
_FILM = re.compile(r"\.(?:mp4|m4v|webm|ogv|mov)\Z", re.IGNORECASE)
_YOUTUBE = re.compile(r"/(?:embed|shorts|live|v)/([\w-]{6,20})")
_WORD = r"([\w.-]{1,120})"


def address(given: str) -> str:
    """An address that a page may lead to: http, https or a path of this paper; else nothing."""
    text = given.strip()
    if text.startswith("/") and not text.startswith(("//", "/\\")):
        return text
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    return text if parts.scheme in {"http", "https"} and parts.hostname else ""


def host(given: str) -> str:
    """The site of an address, as readers know it."""
    return (urlsplit(given).hostname or "").removeprefix("www.")


def player(given: str) -> PlayerProof | None:
    """What plays `given`: a file in the browser, a frame of a site we know, or only a link. None for no address."""
    link = address(given)
    if not link:
        return None
    path = urlsplit(link).path
    if _SOUND.search(path):
        return PlayerProof("audio", link, link, host(link))
    if _FILM.search(path):
        return PlayerProof("video", link, link, host(link))
    frame = _frame(link)
    if frame:
        return PlayerProof("frame", frame, link, _FRAMES[urlsplit(frame).hostname or ""])
    return PlayerProof("link", link, link, host(link))


def _frame(link: str) -> str:
    parts = urlsplit(link)
    name, path = host(link).removeprefix("m."), parts.path
    if name in {"youtube.com", "youtube-nocookie.com", "youtu.be"}:
        found = _YOUTUBE.match(path)
        film = found[1] if found else parse_qs(parts.query).get("v", [""])[0] if name != "youtu.be" else path.strip("/")
        return f"https://www.youtube-nocookie.com/embed/{film}" if re.fullmatch(r"[\w-]{6,20}", film) else ""
    if name in {"vimeo.com", "player.vimeo.com"} and (m := re.fullmatch(r"/(?:video/)?(\d{4,15})/?", path)):
        return f"https://player.vimeo.com/video/{m[1]}?dnt=1"
    if name == "soundcloud.com" and path.strip("/"):
        return f"https://w.soundcloud.com/player/?url={quote(link, safe='')}"
    if name == "open.spotify.com" and (m := re.fullmatch(r"/(?:embed/)?(track|episode|show|album)/(\w{10,30})", path)):
        return f"https://open.spotify.com/embed/{m[1]}/{m[2]}"
    if name == "archive.org" and (m := re.match(rf"/(?:details|embed)/{_WORD}", path)):
        return f"https://archive.org/embed/{m[1]}"
    if name == "dailymotion.com" and (m := re.match(r"/video/(\w{4,20})", path)):
        return f"https://geo.dailymotion.com/player.html?video={m[1]}"
    return ""
