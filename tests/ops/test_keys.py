"""The keyholder's door."""

from __future__ import annotations

from masthead.ops.doctor import examine
from masthead.ops.filing import file_now
from tests.wire.made import g2


def test_filing_by_hand_says_what_happened(title, tmp_path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_bytes(g2(headline="Ferry stops", body="It stopped. " * 20))
    bad.write_bytes(b"not a wire file at all")
    line, well = file_now(good)
    assert well and "1 item(s) filed" in line
    assert file_now(good) == (f"{good}: had come before; nothing was done twice.", True)
    line, well = file_now(bad)
    assert not well and "bytes are kept" in line


def test_the_doctor_names_a_remedy_for_every_fault(title) -> None:
    faults = [f for f in examine() if not f.well]
    assert all(f.remedy for f in faults)
    assert any("0 stories are public" in f.what for f in faults)
