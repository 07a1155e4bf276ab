"""The demo goes into an empty folder, or into a paper that was set up and has no story yet."""

from __future__ import annotations

import pytest

from masthead.ops import setting_up
from masthead.ops.demo import print_demo
from masthead.stories.models import Story
from masthead.titles.models import Title
from masthead.wire.models import Rule


@pytest.mark.slow
@pytest.mark.django_db
def test_a_paper_that_was_set_up_keeps_its_own_and_is_filled(tmp_path) -> None:
    setting_up.prepare_paper(name="The Echo", town="", language="en", time_zone="UTC", sections=("News", "World"))
    assert print_demo() is True
    paper = Title.objects.get()
    slugs = list(paper.sections.values_list("slug", flat=True))
    assert paper.name == "The Echo" and slugs[:2] == ["news", "world"] and len(slugs) == len(set(slugs))
    assert Rule.objects.order_by("sort_order").last().section.slug == "news", "what took everything comes last"
    stories = Story.objects.count()
    assert stories > 40 and print_demo() is False and Story.objects.count() == stories
