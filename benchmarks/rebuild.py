#!/usr/bin/env python3
"""The whole paper printed anew, brotli and fsync included, against Hugo making pages of the same stories.

    python benchmarks/rebuild.py FOLDER [--stories 10000] [--rounds 3] [--processes 1]

FOLDER holds the paper of `large.py`; the newest so many of its stories are printed. Hugo gets the same stories as
Markdown, the style sheet's link, and a theme that makes the same parts of a page: head with metadata and JSON-LD,
navigation, text, the four stories before this one. It neither compresses nor flushes to the disk. Both get as many
cores as --processes says. Needs hugo and taskset.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks import large

BASE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ .Title }} | {{ .Site.Title }}</title><link rel="canonical" href="{{ .Permalink }}">
<meta name="description" content="{{ .Params.standfirst }}"><meta property="og:title" content="{{ .Title }}">
<meta property="og:type" content="article"><meta property="og:url" content="{{ .Permalink }}">
<link rel="stylesheet" href="/assets/site.css"><script type="application/ld+json">{"@context":"https://schema.org",
"@type":"NewsArticle","headline":{{ .Title }},"datePublished":{{ .Date }},"author":{"@type":"Person","name":{{ .Params.author }}}}
</script></head><body><header><a href="/">{{ .Site.Title }}</a><nav>{{ range .Site.Params.sections }}<a href="/{{ . }}/">{{ . }}</a>
{{ end }}</nav></header><main>{{ block "main" . }}{{ end }}</main><footer><a href="/about/">About us</a></footer></body></html>
"""
SINGLE = """{{ define "main" }}<article><p>{{ .Params.section }}</p><h1>{{ .Title }}</h1><p>{{ .Params.standfirst }}</p>
<p>By {{ .Params.author }} <time datetime="{{ .Date.Format "2006-01-02T15:04:05Z07:00" }}">{{ .Date.Format "2 January 2006" }}</time></p>
{{ .Content }}</article><aside>{{ range .Params.before }}{{ with $.Site.GetPage . }}<a href="{{ .RelPermalink }}">{{ .Title }}</a>
<p>{{ .Params.standfirst }}</p>{{ end }}{{ end }}</aside>{{ end }}
"""
CONFIG = {
    "baseURL": "http://localhost/", "title": "Large", "disableKinds": ["taxonomy", "term", "RSS", "sitemap", "section", "home"],
    "params": {"sections": [f"section-{n}" for n in range(6)]},
}  # fmt: skip


def write_site(site: Path, count: int) -> None:
    """The newest `count` stories as Hugo wants them."""
    from masthead.press import lines  # noqa: F401  the rooms must be loaded in their order
    from masthead.stories.body import words_of
    from masthead.stories.models import Story

    (site / "layouts/_default").mkdir(parents=True)
    (site / "layouts/_default/baseof.html").write_text(BASE)
    (site / "layouts/_default/single.html").write_text(SINGLE)
    (site / "config.json").write_text(json.dumps(CONFIG))
    (site / "content").mkdir()
    before: dict[int, list[str]] = {}
    for story in reversed(Story.objects.readable().order_by("-first_published_at")[:count]):
        head = {
            "title": story.headline, "date": story.first_published_at.isoformat(), "standfirst": story.standfirst,
            "author": "Ada Quill", "section": f"section {story.section_id}", "before": before.get(story.section_id, [])[-4:],
        }  # fmt: skip
        text = "\n\n".join(part.strip() for part in words_of(story.body).split(".") if part.strip())
        (site / f"content/{story.slug}.md").write_text(json.dumps(head) + "\n\n" + text + "\n")
        before.setdefault(story.section_id, []).append(f"/{story.slug}")


def hugo(site: Path, processes: int) -> tuple[float, float]:
    """Seconds and processor seconds of one build from nothing."""
    shutil.rmtree(site / "public", ignore_errors=True)
    env = {**os.environ, "GOMAXPROCS": str(processes), "HUGO_NUMWORKERMULTIPLIER": str(processes)}
    return timed(["hugo", "--quiet", "--source", str(site)], env, processes)


def timed(command: list[str], env: dict[str, str], processes: int) -> tuple[float, float]:
    cores = ["taskset", "-c", ",".join(map(str, range(processes)))]
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([*cores, *command], env=env, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.perf_counter() - start, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def ours(folder: str, count: int, processes: int) -> tuple[float, float]:
    """The same of ours: every page made anew from the tables, compressed, written, flushed. None lies there before: an equal
    page would not be written."""
    shutil.rmtree(Path(folder, "data", "press"), ignore_errors=True)
    code = f"""
import sys; sys.path[:0] = [{str(Path.cwd())!r}, {str(Path(__file__).resolve().parents[1])!r}]
if __name__ == "__main__":
    from benchmarks import large; large.set_up({folder!r})
    from masthead.titles.models import Title; from masthead.stories.models import Story; from masthead.press import reprint
    title = Title.objects.get()
    paths = list(Story.objects.readable().order_by("-first_published_at").values_list("path", flat=True)[:{count}])
    for _ in reprint.print_left(title, paths, {processes}): pass
    import resource; print(max(resource.getrusage(w).ru_maxrss for w in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) // 1024)
"""
    program = Path(folder, "rebuild-now.py")
    program.write_text(code)
    return timed([sys.executable, str(program)], dict(os.environ), processes)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("folder")
    ask.add_argument("--stories", type=int, default=10_000)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--processes", type=int, default=1)
    asked = ask.parse_args()
    if missing := [tool for tool in ("hugo", "taskset") if not shutil.which(tool)]:
        sys.exit(f"Please install {', '.join(missing)} first.")
    large.set_up(asked.folder)
    large.ready(100_000)
    walls, cpus = [], []
    with tempfile.TemporaryDirectory() as folder:
        write_site(Path(folder), asked.stories)
        for n in range(asked.rounds):
            theirs, mine = hugo(Path(folder), asked.processes), ours(asked.folder, asked.stories, asked.processes)
            walls.append(mine[0] / theirs[0])
            cpus.append(mine[1] / theirs[1])
            each = 1000 / asked.stories
            print(f"round {n + 1}: Masthead {mine[0]:.1f} s ({mine[1] * each:.2f} ms of processor a page), "
                  f"Hugo {theirs[0]:.1f} s ({theirs[1] * each:.2f} ms); ratio {walls[-1]:.2f}, of processor time {cpus[-1]:.2f}", flush=True)
    print(f"ratio to Hugo, median of {asked.rounds}: {statistics.median(walls):.2f} of time, {statistics.median(cpus):.2f} of processor time; bar 1.7")


if __name__ == "__main__":
    main()
