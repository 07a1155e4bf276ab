"""File a wire file by hand."""

from __future__ import annotations

from pathlib import Path

from masthead.stories import diary
from masthead.titles.models import Title
from masthead.wire import intake
from masthead.wire.models import Source, WireFile


def file_now(path: Path, slug: str = "") -> tuple[str, bool]:
    """Take `path` in and print what changed; the answer is a line for the person and whether all went well."""
    title = Title.objects.order_by("pk").first()
    if title is None:
        return "There is no paper yet. Run “masthead init” first.", False
    source = Source.objects.filter(title=title, slug=slug).first() if slug else intake.default_source(title)
    if source is None:
        return f"There is no source called “{slug}”.", False
    receipt = intake.take(path.read_bytes(), name=path.name, source=source, beside=path.parent)
    diary.work_off()
    file = receipt.file
    if file.state == WireFile.State.QUARANTINED:
        return f"{path}: not used. {file.reason} The bytes are kept.", False
    if receipt.again:
        return f"{path}: had come before; nothing was done twice.", True
    lines = [f"{path}: {len(receipt.items)} item(s) filed. {file.reason}".rstrip()]
    lines += [f"  {item}: {item.decision}" for item in receipt.items]
    return "\n".join(lines), file.state == WireFile.State.READ
