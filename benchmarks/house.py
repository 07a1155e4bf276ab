"""How much one leader can do in a house of many papers: stories published, shared and killed a second, printing included.

    MASTHEAD_DATABASE_URL=… python -m benchmarks.house [papers] [stories]        default 10 papers, 200 stories

In an empty data folder and, with PostgreSQL, an empty database. Prints seconds for: publishing stories (each with its pages,
fronts, feeds), sharing each tenth with every paper, killing those everywhere.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time


def main() -> None:
    papers, stories = (int(said) for said in (*sys.argv[1:], "10", "200")[:2]) if len(sys.argv) != 2 else (int(sys.argv[1]), 200)
    with tempfile.TemporaryDirectory(prefix="masthead-house-") as name:
        os.environ |= {"MASTHEAD_HOME": name, "MASTHEAD_PATHS_DATA": f"{name}/data", "DJANGO_SETTINGS_MODULE": "masthead.project.settings"}
        import django

        django.setup()
        from django.db import connection

        from masthead.ops import setting_up

        setting_up.prepare_database()
        house(papers, stories, connection.vendor)


def house(papers: int, stories: int, engine: str) -> None:
    from masthead.exchange import sharing
    from masthead.press import run
    from masthead.stories import actions, diary
    from masthead.stories.models import Story
    from masthead.titles.models import Section, Title

    titles = []
    for n in range(papers):
        title = Title.objects.create(name=f"Paper {n}", base_url=f"http://paper{n}.example", time_zone="UTC")
        Section.objects.create(title=title, name="News", slug="news")
        titles.append(title)
        list(run.print_all(title))

    def settle() -> None:
        while diary.work_off():
            pass
        for title in titles:
            run.catch_up(title)

    def timed(what: str, number: int, begun: float) -> None:
        took = time.perf_counter() - begun
        print(f"{engine}, {papers} papers: {number} {what} in {took:.1f} s, {number / took:.1f}/s", flush=True)

    body = "".join(f"<p>{'The council heard the plan and asked what it would cost. ' * 4}{n}</p>" for n in range(6))
    run.soon.set()
    made, begun = [], time.perf_counter()
    for n in range(stories):
        title = titles[n % papers]
        copy = actions.Copy(headline=f"Council hears plan {n}", body=body, topics=(actions.CopyTopic(f"Topic {n % 20}"),))
        made.append(actions.publish_as_filed(story=actions.file_story(title=title, section=title.sections.all()[0], copy=copy)))
        diary.work_off()
    settle()
    timed("stories published", stories, begun)
    shared, begun = made[:: max(1, stories // 10)], time.perf_counter()
    copies = 0
    for story in shared:
        for to in titles:
            if to.pk != story.title_id:
                share = sharing.offer(story=story, to=to)
                sharing.take(share=share, section=to.sections.all()[0], publish=True)
                copies += 1
    settle()
    timed("copies shared", copies, begun)
    slowest, begun = 0.0, time.perf_counter()
    for story in shared:
        one = time.perf_counter()
        actions.obey(story=Story.objects.get(pk=story.pk), orders=actions.Orders("canceled", reason="Wrong."), by="The agency")
        slowest = max(slowest, time.perf_counter() - one)
        diary.work_off()
    settle()
    timed("stories killed with all their copies", len(shared), begun)
    print(f"{engine}, {papers} papers: the gate shut in all of them within {slowest * 1000:.0f} ms at the most")


if __name__ == "__main__":
    main()
