"""A backup's pieces: whichever byte of one is damaged, it is never taken for what was kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from masthead.ops.keeping import CannotKeep, backup
from masthead.ops.keeping.objects import Objects, place
from masthead.ops.keeping.shelves import Folder


@pytest.mark.parametrize("content", [b"the ferry leaves at nine, " * 200, bytes(range(256)) * 4], ids=["packed", "plain"])
def test_every_damaged_byte_is_said_in_a_sentence(tmp_path, content) -> None:
    source = tmp_path / "file"
    source.write_bytes(content)
    objects = Objects(Folder(tmp_path / "kept"))
    (digest,) = objects.keep(source).pieces
    piece = tmp_path / "kept" / place(digest)
    whole = piece.read_bytes()
    read = 0
    for at in range(len(whole)):
        for flipped in (1, 255):
            piece.write_bytes(whole[:at] + bytes([whole[at] ^ flipped]) + whole[at + 1 :])
            try:
                assert objects.read(digest) == content
                read += 1
            except CannotKeep as error:
                assert "Nothing was changed" in str(error)
    assert read < 20, "only bytes that say nothing (the clock and the system in gzip's head) may be damaged unseen"
    piece.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CannotKeep):
        objects.read(digest)


def test_a_damaged_piece_is_written_anew_when_its_turn_comes(tmp_path) -> None:
    source, shelf = tmp_path / "file", Folder(tmp_path / "kept")
    source.write_bytes(b"the ferry leaves at nine, " * 200)
    (digest,) = Objects(shelf).keep(source).pieces
    piece = tmp_path / "kept" / place(digest)
    piece.write_bytes(b"zrubbish")
    blind, looking = Objects(shelf), Objects(shelf, looks=lambda one: one == digest)
    assert blind.keep(source).added == 0 and not blind.is_sound(digest), "not its turn"
    assert looking.keep(source).added == 0 and looking.mended == 1
    assert looking.read(digest) == source.read_bytes()
    assert looking.keep(source).added == 0 and looking.mended == 1, "a sound piece is left alone"


@pytest.mark.parametrize("hours", [1, 24, 168], ids=["hourly", "daily", "weekly"])
def test_every_piece_has_its_turn_however_often_backups_are_made(hours) -> None:
    begun = datetime(2026, 11, 29, 3, 17, tzinfo=UTC)
    digests = [f"{n:08x}" for n in range(backup.ROUNDS)]
    looked = {d for n in range(2 * backup.ROUNDS) for d in digests if backup._is_due(d, begun + timedelta(hours=hours * n))}
    assert looked == set(digests)
