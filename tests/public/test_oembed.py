"""How a story is shown on somebody else's page."""

from __future__ import annotations

import json
from urllib.parse import urlencode

from masthead.stories import actions, diary
from tests import reader


def test_a_public_story_is_quoted_with_its_date(title) -> None:
    copy = actions.Copy(headline="Ferry stops at noon", body="<p>It stops.</p>")
    story = actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.first(), copy=copy))
    diary.work_off()
    answer = reader.get(title, f"/oembed?{urlencode({'url': f'{title.base_url}{story.path}'})}")
    said = json.loads(answer.text)
    assert answer.status == 200 and said["type"] == "rich" and said["title"] == "Ferry stops at noon"
    assert f'href="{title.base_url}{story.path}"' in said["html"] and "<time datetime=" in said["html"]


def test_no_other_story_is(title) -> None:
    assert reader.get(title, f"/oembed?{urlencode({'url': f'{title.base_url}/2026/01/01/nothing/'})}").status == 404
