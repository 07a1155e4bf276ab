"""Pictures in the watched folder: they wait for copy that names them, and come to the desk when none does."""

from __future__ import annotations

import time

from masthead.wire import folder
from masthead.wire.models import WireItem
from tests.wire.test_readers_text_mail_photo import photo


def test_a_picture_waits_for_its_copy_and_then_becomes_an_item(title, monkeypatch) -> None:
    folder.prepare()
    lying = folder.inbox() / "pier.jpg"
    lying.write_bytes(photo())
    watch = folder.Watch(title)

    def look_for(seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            watch.look()
            time.sleep(0.05)

    look_for(0.6)
    assert lying.exists() and WireItem.objects.count() == 0
    monkeypatch.setattr(folder, "LONE", 0.1)
    look_for(0.6)
    assert not lying.exists()
    assert WireItem.objects.get().decision.startswith("A photograph")
