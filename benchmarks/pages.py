"""What validators say of thirty pages of a running paper, of its feeds and its news sitemap.

    python benchmarks/pages.py http://localhost:8000 --tools FOLDER [--schemas FOLDER] [--lighthouse] [--only links,nu]

FOLDER holds what `npm i vnu-jar html-validate@10 schema-dts typescript@5 lighthouse@12` put there (Node 20; Java 11 for the
Nu checker). `--schemas` names a folder with sitemap-news-all.xsd. What is missing is said, and left out. axe comes from
axe-playwright-python, a page in light and dark and, turned round, from right to left. The answer is not 0 if anything was found.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import urljoin, urlsplit

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("url", help="the paper, without a slash at the end")
parser.add_argument("--tools", default="", help="the folder with node_modules")
parser.add_argument("--schemas", default="", help="the folder with the schemas of sitemaps")
parser.add_argument("--lighthouse", action="store_true", help="also Lighthouse, mobile, on the front and a story")
parser.add_argument("--only", default="", help="some of: nu, html-validate, schema-dts, axe, narrow, links, feeds, sitemap")

FIXED = [
    "/", "/local/", "/world/", "/culture/", "/sport/", "/about/", "/about/staff/", "/about/community-guidelines/", "/contact/",
    "/corrections/", "/stories-so-far/", "/events/", "/obituaries/", "/notices/", "/search/", "/search/?q=sea", "/follow/", "/privacy/",
    "/saved/", "/lite/", "/comments/mine/", "/no/such/page/",
]  # fmt: skip
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HTML_VALIDATE = {
    "extends": ["html-validate:recommended"],
    # Matters of taste: void elements without a slash, one quotation mark, raw “&” where HTML allows it.
    "rules": {"no-trailing-whitespace": "off", "long-title": "off", "doctype-style": "off", "attribute-boolean-style": "off",
              "no-inline-style": "error", "prefer-native-element": "error", "void-style": "off", "no-raw-characters": "off",
              # Several ticks of one name are how HTML says “some of these”.
              "form-dup-name": ["error", {"shared": ["radio", "button", "reset", "submit", "checkbox"]}]},
}  # fmt: skip


class Missing(Exception):
    """A tool is not there. The message says which."""


def get(url: str) -> tuple[int, str, str]:
    """Status, media type and text; redirects are followed."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode("utf-8", "replace")
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read().decode("utf-8", "replace")


class Paper:
    """The pages of a running paper: the fixed ones, stories of each kind, lists that they lead to."""

    def __init__(self, url: str) -> None:
        self.url, self.pages = url, {path: get(url + path) for path in FIXED}
        found = (re.findall(r'href="(/20\d\d/[^"#]+/)"', self.pages[path][2]) for path in FIXED[:5])
        stories = sorted({path for paths in found for path in paths})
        self.pages |= {path: get(url + path) for path in stories}
        told = sorted(stories, key=lambda path: -len(self.pages[path][2]))
        more = {
            link for path in told
            for link in re.findall(r'href="(/(?:topics|people|sources|stories-so-far|lite/20\d\d)/[^"#]+/)"', self.pages[path][2])
        }  # fmt: skip
        for kind in ("/topics/", "/people/", "/sources/", "/stories-so-far/", "/lite/"):
            for path in sorted(link for link in more if link.startswith(kind))[:2]:
                self.pages[path] = get(url + path)
        self.story = told[0]

    def html(self) -> dict[str, str]:
        return {path: text for path, (_, kind, text) in self.pages.items() if kind == "text/html"}


def written(paper: Paper, folder: Path) -> dict[str, str]:
    """The pages as files; {name of the file: path of the page}."""
    names = {}
    for n, (path, text) in enumerate(paper.html().items()):
        name = f"{n:02}.html"
        (folder / name).write_text(text)
        names[name] = path
    return names


def nu(paper: Paper, tools: Path) -> list[str]:
    """The Nu HTML checker: errors and warnings."""
    jar = tools / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    if not jar.exists() or not shutil.which("java"):
        raise Missing("vnu-jar or java")
    with tempfile.TemporaryDirectory() as folder:
        names = written(paper, Path(folder))
        said = subprocess.run(
            ["java", "-jar", str(jar), "--format", "json", "--exit-zero-always", *(str(Path(folder) / name) for name in names)],
            capture_output=True, text=True, timeout=300,
        )  # fmt: skip
    messages = json.loads(said.stderr or said.stdout)["messages"]
    return [
        f"{names[Path(urlsplit(m['url']).path).name]}:{m.get('lastLine')} {m['type']}: {m['message']}"
        for m in messages
        if m["type"] == "error" or m.get("subType") == "warning"
    ]


def html_validate(paper: Paper, tools: Path) -> list[str]:
    """html-validate with its recommended rules."""
    cli = tools / "node_modules" / ".bin" / "html-validate"
    if not cli.exists():
        raise Missing("html-validate")
    with tempfile.TemporaryDirectory() as folder:
        names = written(paper, Path(folder))
        (Path(folder) / "rules.json").write_text(json.dumps(HTML_VALIDATE))
        # Into a file: of a pipe it would lose what does not fit at once.
        command = [str(cli), "--config", "rules.json", "--formatter", "json=found.json", *names]
        subprocess.run(command, capture_output=True, timeout=300, cwd=folder)
        found = json.loads((Path(folder) / "found.json").read_text())
    return [f"{names[Path(one['filePath']).name]}:{m['line']} {m['ruleId']}: {m['message']}" for one in found for m in one["messages"]]


def schema_dts(paper: Paper, tools: Path) -> list[str]:
    """The structured data against the types of schema.org."""
    tsc = tools / "node_modules" / ".bin" / "tsc"
    if not tsc.exists() or not (tools / "node_modules" / "schema-dts").exists():
        raise Missing("schema-dts or typescript")
    lines, places = ["import type {WithContext} from 'schema-dts'; import type * as S from 'schema-dts';"], [""]
    for path, text in paper.html().items():
        for n, block in enumerate(re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)):
            node = json.loads(block)
            lines.append(f"export const b{len(lines)}_{n}: WithContext<S.{node['@type']}> = {json.dumps(node)};")
            places.append(f"{path} ({node['@type']})")
    file = tools / "ldcheck.ts"
    file.write_text("\n".join(lines))
    options = ["--noEmit", "--strict", "--skipLibCheck", "--module", "nodenext", "--moduleResolution", "nodenext", "--pretty", "false"]
    said = subprocess.run([str(tsc), *options, file.name], capture_output=True, text=True, timeout=300, cwd=tools)
    file.unlink()
    print(f"  {len(lines) - 1} nodes", end="")
    return [re.sub(r"^\S+\((\d+),\d+\)", lambda m: places[int(m[1]) - 1], line) for line in said.stdout.splitlines() if "error TS" in line]


def in_browser(paper: Paper, look: Callable[..., list[str]], letters: int = 16) -> list[str]:
    """What `look` finds, in a browser whose reader set letters of that many pixels."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise Missing("playwright") from None
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if not chromium:
        raise Missing("a Chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu", f"--blink-settings=defaultFontSize={letters}"])
        found = look(paper, browser)
        browser.close()
    return found


def axe(paper: Paper, tools: Path) -> list[str]:
    """axe in light, in dark, and with the page turned round to be read from right to left."""

    def look(paper: Paper, browser: object) -> list[str]:
        from axe_playwright_python.sync_playwright import Axe

        found = []
        for scheme, turned in (("light", False), ("dark", False), ("light", True)):
            context = browser.new_context(color_scheme=scheme, bypass_csp=True)  # type: ignore[attr-defined]
            page = context.new_page()
            for path in paper.html():
                page.goto(paper.url + path)
                if turned:
                    page.evaluate("document.documentElement.dir = 'rtl'")
                said = Axe().run(page, options={"runOnly": AXE})
                way = "right to left" if turned else scheme
                found += [f"{path} ({way}) {v['id']}: {v['nodes'][0]['html'][:160]}" for v in said.response["violations"]]
            context.close()
        return found

    return in_browser(paper, look)


NARROW = {
    "as 1280 pixels at 400 %": (320, "ltr", 16),
    "as 1280 pixels at 400 %, right to left": (320, "rtl", 16),
    "letters of 200 %": (1280, "ltr", 32),
    "letters of 200 % on a small phone": (320, "ltr", 32),
    "letters of 400 %": (1280, "ltr", 64),
    "letters of 400 % on a phone": (390, "ltr", 64),
}


def narrow(paper: Paper, tools: Path) -> list[str]:
    """No page scrolls sideways: narrow, enlarged, from right to left."""

    found = []
    for name, (width, direction, letters) in NARROW.items():
        wide = in_browser(paper, partial(too_wide, width=width, direction=direction), letters)
        found += [f"{one} ({name})" for one in wide]
    return found


def too_wide(paper: Paper, browser: object, *, width: int, direction: str) -> list[str]:
    found = []
    page = browser.new_page(viewport={"width": width, "height": 700})  # type: ignore[attr-defined]
    for path in paper.html():
        page.goto(paper.url + path)
        wide = page.evaluate(f"() => {{ document.documentElement.dir = '{direction}'; return document.documentElement.scrollWidth }}")
        if wide > width:
            found.append(f"{path}: {wide} pixels wide")
    return found


def links(paper: Paper, tools: Path) -> list[str]:
    """Every address of ours that a page names answers; every place that it names on a page is there."""
    known: dict[str, tuple[int, str]] = {}
    found = []
    for path, text in paper.html().items():
        for link in re.findall(r'(?:href|src|action)="([^"]+)"', text):
            full = urljoin(paper.url + path, link.replace("&amp;", "&"))
            address, _, place = full.partition("#")
            if not address.startswith(paper.url):
                continue
            if address not in known:
                status, _, body = get(address)
                known[address] = status, body
            status, body = known[address]
            missing_on_purpose = path == "/no/such/page/" and address.endswith("/no/such/page/")
            if status >= 400 and status not in (405, 410) and not missing_on_purpose:
                found.append(f"{path}: {link} answers {status}")
            elif place and status == 200 and f'id="{place}"' not in body:
                found.append(f"{path}: {link} leads to no place")
    print(f"  {len(known)} addresses", end="")
    return found


def feeds(paper: Paper, tools: Path) -> list[str]:
    """Well-formed, with what RSS 2.0, RFC 4287 and the W3C's checker ask of each entry."""
    import xml.etree.ElementTree as xml
    from email.utils import parsedate_to_datetime

    atom, found = "{http://www.w3.org/2005/Atom}", []
    for base in ("/", "/local/", "/world/", "/corrections/"):
        for file in ("feed.rss", "feed.atom"):
            status, kind, text = get(paper.url + base + file)
            here = f"{base}{file}"
            if status == 404 and base == "/corrections/":
                continue
            if status != 200 or kind not in ("application/rss+xml", "application/atom+xml"):
                found.append(f"{here}: {status} {kind}")
                continue
            root = xml.fromstring(text)
            own = root.find(f".//{atom}link[@rel='self']")
            if own is None or own.get("href") != paper.url + here:
                found.append(f"{here}: its own address is not in it")
            items = root.findall(".//item") or root.findall(f"{atom}entry")
            ids = [(i.findtext("guid") or i.findtext(f"{atom}id") or "") for i in items]
            if len(set(ids)) != len(ids) or "" in ids:
                found.append(f"{here}: ids are missing or used twice")
            for item in items:
                if item.tag == "item":
                    if not parsedate_to_datetime(item.findtext("pubDate") or "").tzinfo:
                        found.append(f"{here}: a date without a zone")
                    wanted = ("title", "link", "description", "guid")
                else:
                    wanted = tuple(atom + name for name in ("title", "id", "updated", "author"))
                found += [f"{here}: an entry without {name}" for name in wanted if item.find(name) is None]
            for markup in re.findall(r"(?:href|src)=&quot;([^&]*)&quot;|(?:href|src)=\"(/[^\"]*)\"", text):
                if any(address.startswith("/") for address in markup):
                    found.append(f"{here}: a relative address {markup}")
    return found


def sitemap(paper: Paper, tools: Path) -> list[str]:
    """The news sitemap against Google's schema."""
    schema = Path(asked.schemas) / "sitemap-news-all.xsd"
    if not asked.schemas or not schema.exists():
        raise Missing("sitemap-news-all.xsd")
    from lxml import etree

    rules = etree.XMLSchema(etree.parse(schema, etree.XMLParser(no_network=True)))
    rules.validate(etree.fromstring(get(paper.url + "/sitemap-news.xml")[2].encode()))
    return [str(one) for one in rules.error_log]


def lighthouse(paper: Paper, tools: Path) -> None:
    """Scores and times of a front and a story on a phone."""
    cli = tools / "node_modules" / "lighthouse" / "cli" / "index.js"
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), "")
    if not cli.exists() or not chromium:
        print("lighthouse: not looked at, lighthouse or a Chromium is missing")
        return
    for path in ("/", paper.story):
        with tempfile.NamedTemporaryFile(suffix=".json") as out:
            command = ["node", str(cli), paper.url + path, "--quiet", "--output=json", f"--output-path={out.name}"]
            flags = "--chrome-flags=--headless=new --no-sandbox --disable-gpu"
            subprocess.run([*command, flags], env=os.environ | {"CHROME_PATH": chromium}, timeout=240, check=False)
            said = json.load(out)
        scores = " ".join(f"{name} {round((one['score'] or 0) * 100)}" for name, one in said["categories"].items())
        times = {name: said["audits"][name]["numericValue"] for name in ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")}
        print(f"lighthouse {path}: {scores}; " + ", ".join(f"{name} {value:.2f}" for name, value in times.items()))


CHECKS = {
    "nu": nu, "html-validate": html_validate, "schema-dts": schema_dts, "axe": axe, "narrow": narrow, "links": links,
    "feeds": feeds, "sitemap": sitemap,
}  # fmt: skip


def main() -> int:
    paper, tools, bad = Paper(asked.url.rstrip("/")), Path(asked.tools or "."), 0
    print(f"{len(paper.pages)} pages of {paper.url}")
    for name, check in CHECKS.items():
        if asked.only and name not in asked.only.split(","):
            continue
        try:
            found = check(paper, tools)
        except Missing as what:
            print(f"{name}: not looked at, {what} is missing")
            continue
        print(f"{name}: {len(found)} found")
        print(*(f"  {one}" for one in found[:40]), sep="\n", end="\n" if found else "")
        bad += len(found)
    if asked.lighthouse:
        lighthouse(paper, tools)
    return 1 if bad else 0


if __name__ == "__main__":
    asked = parser.parse_args()
    sys.exit(main())
