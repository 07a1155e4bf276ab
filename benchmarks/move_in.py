"""How long an archive takes to move in, and whether memory stays flat.

    python -m benchmarks.move_in [posts]        default 100,000

Writes a WordPress export with so many posts, moves it into an empty paper (no pictures: they cost what the network costs)
and prints posts a second, by the clock and by processor time, and the memory in use, at a tenth of the way and at the end.
Then a second try, which finds everything. WordPress's own importer is not run here: it is a plug-in that no package brings.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>The Old Paper</title><link>https://old.example</link><wp:wxr_version>1.2</wp:wxr_version>
<wp:base_site_url>https://old.example</wp:base_site_url><wp:base_blog_url>https://old.example</wp:base_blog_url>
"""
ITEM = """<item><title>Council hears plan number {n}</title><link>https://old.example/{y}/{m:02}/{d:02}/council-hears-plan-{n}/</link>
<dc:creator><![CDATA[writer{w}]]></dc:creator><guid isPermaLink="false">https://old.example/?p={n}</guid>
<content:encoded><![CDATA[{body}]]></content:encoded><excerpt:encoded><![CDATA[A plan, and what the town thinks of it.]]></excerpt:encoded>
<wp:post_id>{n}</wp:post_id><wp:post_date>{y}-{m:02}-{d:02} 09:30:00</wp:post_date><wp:post_date_gmt>{y}-{m:02}-{d:02} 09:30:00</wp:post_date_gmt>
<wp:post_name>council-hears-plan-{n}</wp:post_name><wp:status>publish</wp:status><wp:post_parent>0</wp:post_parent><wp:post_type>post</wp:post_type>
<wp:post_password></wp:post_password><category domain="category" nicename="part-{s}"><![CDATA[Part {s}]]></category>
<category domain="post_tag" nicename="tag-{t}"><![CDATA[Tag {t}]]></category>
<wp:postmeta><wp:meta_key>_edit_last</wp:meta_key><wp:meta_value>1</wp:meta_value></wp:postmeta></item>
"""
PARAGRAPH = (
    "The council of Marrowby heard plan number {n} on Tuesday evening, and the hall was fuller than it has been since the "
    "ferry was moved. <strong>Nobody</strong> spoke against it for the first hour, which those who know the town took "
    "as a bad sign; then the <a href=\"https://old.example/about/\">harbour committee</a> asked what it would cost."
)


def write_export(path: Path, posts: int) -> None:
    """An export with so many posts of six paragraphs."""
    with path.open("w", encoding="utf-8") as file:
        file.write(HEAD)
        for n in range(1, posts + 1):
            body = "\n\n".join(PARAGRAPH.format(n=n + k) for k in range(6))
            file.write(ITEM.format(n=n, y=2004 + n % 20, m=n % 12 + 1, d=n % 28 + 1, w=n % 40, s=n % 7, t=n % 500, body=body))
        file.write("</channel></rss>\n")


def memory() -> float:
    """Memory of our own, in MB: without the database file's pages, which SQLite maps and the system may drop."""
    return next(int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("RssAnon")) / 1024


def main(posts: int) -> None:
    home = Path(tempfile.mkdtemp(prefix="masthead-move-in-"))
    os.environ.update(MASTHEAD_HOME=str(home), MASTHEAD_PATHS_DATA=str(home / "data"), DJANGO_SETTINGS_MODULE="masthead.project.settings")
    import django

    django.setup()
    from masthead.ops import setting_up
    from masthead.ops.moving_in import verbs
    from tests import template

    (home / "data").mkdir(parents=True, exist_ok=True)
    template.copy(template.migrated(), home / "data" / "masthead.sqlite3")
    setting_up.prepare_paper(name="The New Paper", town="", language="en", time_zone="UTC", sections=("News",))
    export = home / "export.xml"
    write_export(export, posts)
    print(f"{posts:,} posts, {export.stat().st_size / 1e6:.0f} MB of WXR")
    start, worked, done, early = time.perf_counter(), time.process_time(), 0, 0.0
    for number, _report in verbs.from_wxr(export, verbs.Wishes()):
        done += number
        if not early and done >= posts / 10:
            early = memory()
    spent, worked = time.perf_counter() - start, time.process_time() - worked
    print(f"moved in: {spent:.1f} s, {done / spent:,.0f} posts/s; {worked:.1f} s of processor time, {done / worked:,.0f} posts/s")
    print(f"memory {early:.0f} MB after a tenth, {memory():.0f} MB at the end", flush=True)
    start, worked = time.perf_counter(), time.process_time()
    for _ in verbs.from_wxr(export, verbs.Wishes()):
        pass
    spent, worked = time.perf_counter() - start, time.process_time() - worked
    print(f"again (changes nothing): {spent:.1f} s, {worked:.1f} s of processor time; memory {memory():.0f} MB")
    print(f"database {(home / 'data' / 'masthead.sqlite3').stat().st_size / 1e6:.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
