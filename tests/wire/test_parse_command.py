"""`masthead wire parse`."""

import json
import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner

from masthead.wire.commands import wire

_FEED = (
    '<rss xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><item><title>Ferry late</title>'
    "<link>https://h.example/f</link><pubDate>21 Apr 2026 09:58:00</pubDate><dc:creator>Ana Lind</dc:creator>"
    "<description>&lt;style&gt;p{}&lt;/style&gt;&lt;p&gt;One&lt;br&gt;two&lt;/p&gt;&lt;table&gt;&lt;tr&gt;&lt;td&gt;"
    "&lt;p&gt;cell&lt;/p&gt;&lt;/td&gt;&lt;/tr&gt;&lt;/table&gt;&lt;p&gt;Last&lt;/p&gt;</description></item></channel></rss>"
)


def test_json(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xml", tmp_path / "bad.xml"
    good.write_text(_FEED, "utf-8")
    bad.write_bytes(b"")
    done = CliRunner().invoke(wire, ["parse", "--raw", "--json", str(good), str(bad), str(tmp_path / "none")])
    assert done.exit_code == 1
    first, second, third = map(json.loads, done.stdout.splitlines())
    assert first == {
        "file": str(good),
        "format": "rss",
        "errors": [],
        "items": [
            {
                "type": "text",
                "derived_id": "https://h.example/f",
                "headline": "Ferry late",
                "byline": "Ana Lind",
                "creators": ["Ana Lind"],
                "pubstatus": "usable",
                "link": "https://h.example/f",
                "published": "2026-04-21T09:58:00",
                "body_paragraphs": 2,
                "body_first": "One two",
                "body_last": "Last",
            }
        ],
    }
    assert second == {"file": str(bad), "format": "unknown", "items": [], "errors": ["The file is empty."]}
    assert third["errors"] == ["The file could not be opened: No such file or directory."]


def test_status_and_text(tmp_path: Path) -> None:
    good = tmp_path / "good.xml"
    good.write_text(_FEED, "utf-8")
    done = CliRunner().invoke(wire, ["parse", str(good)])
    assert done.exit_code == 0
    assert "Ferry late" in done.stdout
    assert "1 item" in done.stdout
    assert CliRunner().invoke(wire, ["parse"]).exit_code == 2
    assert CliRunner().invoke(wire, ["parse", "--no-such", str(good)]).exit_code == 2


def test_no_django_and_a_fast_start(tmp_path: Path) -> None:
    good = tmp_path / "good.xml"
    good.write_text(_FEED, "utf-8")
    code = (
        "import sys; from masthead.wire.parse import parse_files; "
        f"print(next(parse_files([{str(good)!r}], True))['items'][0]['headline']); print('django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split("\n")[:2] == ["Ferry late", "False"]


def test_desk_notes_are_shown_to_the_desk(tmp_path: Path) -> None:
    item = tmp_path / "item.xml"
    item.write_text("<newsItem guid='a'><itemMeta><edNote>Ring first.</edNote></itemMeta></newsItem>", "utf-8")
    done = CliRunner().invoke(wire, ["parse", "--raw", str(item)])
    assert "desk only: Ring first." in done.stdout


def test_a_profile_can_be_named(tmp_path: Path) -> None:
    file = tmp_path / "a.xml"
    file.write_text(_FEED, "utf-8")
    done = CliRunner().invoke(wire, ["parse", "--json", "--profile", "cnn-newsource-rss", str(file)])
    assert json.loads(done.stdout)["items"][0]["published"] == "2026-04-21T13:58:00Z"
    refused = CliRunner().invoke(wire, ["parse", "--profile", "nobody", str(file)])
    assert refused.exit_code == 2 and "There is no profile “nobody”" in refused.output
