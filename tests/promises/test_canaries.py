"""Promise: whatever an agency orders, no word of the story or its pictures is left on any surface, and nothing
that was meant for editors was ever on one. Every field of the copy and of the picture file carries a canary."""

from __future__ import annotations

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from masthead.kit import clock
from masthead.people.models import User
from masthead.stories import actions, diary
from masthead.stories.models import Story
from masthead.wire import intake
from masthead.wire.models import Rule
from tests import reader
from tests.promises import walk

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PUBLIC = ("headline", "body", "byline", "caption", "credit", "rights", "terms", "holder", "subject", "place")
DESK = ("ednote", "slug", "altid", "keyword", "pictureinstructions", "pictureserial", "picturenote")

MESSAGE = """<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header><sent>2026-11-23T09:00:00Z</sent></header><itemSet>
<newsItem guid="tag:aldine.example.org,2026:canary" version="{version}" xml:lang="en">
<rightsInfo><copyrightHolder literal="Canaryholder"/><copyrightNotice>Canaryrights 2026</copyrightNotice><usageTerms>Canaryterms. {terms}</usageTerms></rightsInfo>
<itemMeta><itemClass qcode="ninat:text"/><provider literal="aldine"><name>Aldine Wire</name></provider>
<versionCreated>2026-11-23T08:5{version}:00Z</versionCreated>{embargo}<pubStatus qcode="stat:{status}"/><edNote>Canaryednote: call the desk.</edNote></itemMeta>
<contentMeta>{expires}<located><name>Canaryplace</name></located><creator><name>Canarybyline Person</name></creator><altId>Canaryaltid</altId>
<headline>Canaryheadline over the harbour</headline><slugline>Canaryslug</slugline><keyword>Canarykeyword</keyword>
<subject type="cpnat:abstract" qcode="medtop:20000700"><name>Canarysubject</name></subject></contentMeta>
<contentSet><inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html></inlineXML></contentSet></newsItem>
<newsItem guid="tag:aldine.example.org,2026:picture" version="1"><itemMeta><itemClass qcode="ninat:picture"/><pubStatus qcode="stat:usable"/></itemMeta>
<contentMeta><creditline>Canarycredit</creditline><description role="drol:caption">Canarycaption of the quay</description></contentMeta>
<contentSet><remoteContent href="canary.png" contenttype="image/png" width="900" height="600"/></contentSet></newsItem>
</itemSet></newsMessage>"""


def message(version: int = 1, status: str = "usable", embargo: str = "", expires: str = "", terms: str = "") -> bytes:
    body = "".join(f"<p>Canarybody {n}: the tide came in over the lower quay before noon, as it does.</p>" for n in range(9))
    return MESSAGE.format(
        version=version, status=status, embargo=embargo, expires=expires, terms=terms, body=body
    ).encode()  # fmt: skip


@pytest.fixture
def beside(tmp_path) -> Path:
    """A picture whose own metadata hold canaries too."""
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "Canarypicturenote")
    told.add_itxt(
        "XML:com.adobe.xmp",
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Instructions="Canarypictureinstructions"'
        ' xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" aux:SerialNumber="Canarypictureserial"/></rdf:RDF></x:xmpmeta>',
    )
    picture = Image.effect_noise((900, 600), 60).convert("RGB")
    file = io.BytesIO()
    picture.save(file, "PNG", pnginfo=told)
    (tmp_path / "canary.png").write_bytes(file.getvalue())
    return tmp_path


@pytest.fixture
def tell(title, beside):
    Rule.objects.create(title=title, action="publish", section=title.sections.first(), language="*")

    def told(**more: object) -> Story:
        intake.take(message(**more), name="m", source=intake.default_source(title), beside=beside)
        diary.work_off()
        return Story.objects.get()

    return told


def words(*names: str) -> list[str]:
    return [f"Canary{name}" for name in names]


def test_what_is_for_editors_was_never_out_and_what_is_for_readers_is(title, tell) -> None:
    with clock.frozen(NOW):
        story = tell()
        assert story.live and story.story_pictures.count() == 1
        article = reader.get(title, story.path).text
        assert [w for w in words(*PUBLIC) if w not in article] == words("place")
        assert walk.leaks(title, story, words(*DESK)) == [
            f"picture {path}" for path in walk.URLS["picture"](story)
        ], "the renditions are there, and hold nothing of the file's own metadata"


LONG = [pytest.param(order, marks=pytest.mark.slow) for order in ("withhold", "expiry", "duty", "withdraw")]


@pytest.mark.parametrize("order", ["kill", "embargo", *LONG])
def test_no_order_leaves_a_canary_anywhere(title, tell, order) -> None:
    with clock.frozen(NOW):
        story = tell()
        assert walk.leaks(title, story, words("headline"))
        later = (NOW + timedelta(hours=1)).isoformat()
        if order == "kill":
            story = tell(version=2, status="canceled")
        elif order == "withhold":
            story = tell(version=2, status="withheld")
        elif order == "embargo":
            story = tell(version=2, embargo=f"<embargoed>{later}</embargoed>")
        elif order == "expiry":
            story = tell(version=2, expires=f"<contentExpires>{(NOW).isoformat()}</contentExpires>")
            actions.obey(story=story, orders=actions.Orders(expires_at=NOW), by="Aldine Wire")
        elif order == "duty":
            story = tell(version=2, terms="Print only. Delete after 1 day of use.")
            clock.advance(timedelta(days=2))
        else:
            story = actions.withdraw(story=story, user=User.objects.create_superuser("ines"))
        actions.release_due()
        diary.work_off()
        assert walk.leaks(title, story, words(*PUBLIC, *DESK)) == []


@pytest.mark.slow
def test_an_embargo_opens_for_pictures_too(title, tell) -> None:
    with clock.frozen(NOW):
        story = tell(embargo=f"<embargoed>{(NOW + timedelta(hours=1)).isoformat()}</embargoed>")
        assert walk.leaks(title, story, words(*PUBLIC, *DESK)) == []
        clock.advance(timedelta(hours=1))
        actions.release_due()
        diary.work_off()
        assert "picture" in {found.split()[0] for found in walk.leaks(title, story, words("headline"))}
