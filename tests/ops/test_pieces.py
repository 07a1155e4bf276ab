"""A backup's pieces: whichever byte of one is damaged, it is never taken for what was kept."""

from __future__ import annotations

import pytest

from masthead.ops.keeping import CannotKeep
from masthead.ops.keeping.objects import Objects


@pytest.mark.parametrize("content", [b"the ferry leaves at nine, " * 200, bytes(range(256)) * 4], ids=["packed", "plain"])
def test_every_damaged_byte_is_said_in_a_sentence(tmp_path, content) -> None:
    source = tmp_path / "file"
    source.write_bytes(content)
    objects = Objects(tmp_path / "objects")
    (digest,) = objects.keep(source).pieces
    piece = objects.place(digest)
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
