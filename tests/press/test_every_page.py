"""The demo paper as readers meet it, in a real browser: every kind of page, light, dark, narrow, without script, weighed."""

from __future__ import annotations

import re
import urllib.request
from collections.abc import Iterator

import pytest

from tests.house import BROWSER_FLAGS, House, chromium, running

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIXED = [
    "/",
    "/local/",
    "/world/",
    "/culture/",
    "/sport/",
    "/about/",
    "/about/staff/",
    "/contact/",
    "/corrections/",
    "/stories-so-far/",
    "/events/",
    "/obituaries/",
    "/notices/",
    "/search/",
    "/search/?q=sea",
    "/follow/",
    "/privacy/",
    "/saved/",
    "/lite/",
    "/no/such/page/",
]
AXE = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SHIFTS = """() => { window.shifts = 0; new PerformanceObserver((list) => {
  for (const e of list.getEntries()) if (!e.hadRecentInput) window.shifts += e.value;
}).observe({ type: "layout-shift", buffered: true }); }"""


@pytest.fixture(scope="module")
def house(tmp_path_factory) -> Iterator[House]:
    with running(tmp_path_factory.mktemp("house"), "--demo") as one:
        one.wait_for("/", "High tide", 30)
        yield one


@pytest.fixture(scope="module")
def stories(house) -> list[str]:
    """Every story that the fronts lead to."""
    found = [re.findall(r'href="(/20\d\d/[^"#]+/)"', house.get(path)[1]) for path in FIXED[:5]]
    return sorted({path for paths in found for path in paths})


@pytest.fixture(scope="module")
def pages(house, stories) -> list[str]:
    more = {
        p
        for path in stories[:12]
        for p in re.findall(r'href="(/(?:topics|people|sources|stories-so-far)/[^"#]+/)"', house.get(path)[1])
    }
    found = [*FIXED, *stories, *sorted(more)[:12], *(f"/lite{path}" for path in stories[:2])]
    assert len(found) > 40
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator:
    path = chromium()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        one = play.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield one
        one.close()


WAYS = [
    "light",
    "dark",
    *(pytest.param(f"every one, {way}", marks=pytest.mark.soak) for way in ("light", "dark", "right to left")),
]


@pytest.mark.parametrize("way", WAYS)
def test_axe_finds_nothing_on_any_page(house, browser, pages, way) -> None:
    from axe_playwright_python.sync_playwright import Axe

    scheme = "dark" if "dark" in way else "light"
    context = browser.new_context(color_scheme=scheme, viewport={"width": 1200, "height": 900}, bypass_csp=True)
    page, wrong = context.new_page(), {}
    some = [*FIXED, *pages[len(FIXED) : len(FIXED) + 6]]
    # Dark shares its markup with light: every day only the colours are asked there, on a page of each kind.
    asked = pages if "every" in way else some
    rules = {"type": "rule", "values": ["color-contrast"]} if way == "dark" else AXE
    for path in asked:
        page.goto(house.url + path)
        if "right to left" in way:
            page.evaluate("document.documentElement.dir = 'rtl'")
        found = Axe().run(page, options={"runOnly": rules})
        if found.violations_count:
            wrong[path] = found.generate_report()
    context.close()
    assert not wrong, "\n".join(wrong.values())[:4000]


def test_nothing_scrolls_sideways_at_320_and_all_is_there_without_script(house, browser, pages) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page, wide = context.new_page(), []
    for path in pages:
        page.goto(house.url + path)
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(path)
        assert page.locator("main h1").count() == 1 or path == "/", path
        assert page.locator("main").inner_text().strip(), path
    assert context.cookies() == [], "nobody who only reads gets a cookie"
    context.close()
    assert wide == []


@pytest.mark.parametrize("times, widths", [(2, (320, 390, 1280)), (4, (390, 1280))])
def test_nothing_scrolls_sideways_with_large_letters(house, browser, pages, times, widths) -> None:
    """Letters of twice and four times the size, as a reader sets them in the browser (WCAG 1.4.4, 1.4.10)."""
    flags = [*BROWSER_FLAGS, f"--blink-settings=defaultFontSize={16 * times}"]
    large = browser.browser_type.launch(executable_path=chromium(), args=flags)
    page, wide = large.new_page(), []
    for one in [*FIXED, *pages[len(FIXED) : len(FIXED) + 10]]:
        page.goto(house.url + one)
        assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") == 16 * times
        for width in widths:
            page.set_viewport_size({"width": width, "height": 800})
            if page.evaluate("document.documentElement.scrollWidth") > width:
                wide.append((one, width))
    large.close()
    assert wide == []


def on_the_wire(url: str) -> int:
    """Bytes of the body as a browser gets it."""
    with urllib.request.urlopen(
        urllib.request.Request(url, headers={"Accept-Encoding": "br, gzip"}), timeout=10
    ) as answer:
        return len(answer.read())


def test_what_a_page_costs(house, browser, stories) -> None:
    """Weight in brotli, requests, third parties, shifts: on the front and on every story, at a phone's size."""
    context = browser.new_context(viewport={"width": 412, "height": 823}, device_scale_factor=1.75)
    page, told = context.new_page(), []
    for path in ("/", *stories):
        asked: list = []

        def note(response, asked=asked) -> None:
            asked.append(response)

        page.on("response", note)
        page.goto(house.url + path, wait_until="load")
        page.remove_listener("response", note)
        page.evaluate(SHIFTS)
        page.wait_for_timeout(100)
        assert page.evaluate("window.shifts") == 0, path
        sizes = {"html": 0, "css": 0, "js": 0, "font": 0, "image": 0}
        for one in asked:
            assert one.url.startswith(house.url), one.url
            kind = one.headers.get("content-type", "")
            name = next((n for n in ("html", "css", "javascript", "font", "image") if n in kind), "image")
            sizes["js" if name == "javascript" else name] += on_the_wire(one.url)
        requests = len([one for one in asked if "/icon" not in one.url and "sw.js" not in one.url])
        told.append((path, sizes, requests))
        assert sizes["js"] <= 8_000, (path, sizes)
        if path == "/":
            assert sum(sizes.values()) - sizes["image"] - sizes["font"] <= 60_000, sizes
        else:
            assert sizes["html"] + sizes["css"] <= 25_000, (path, sizes)
            assert sum(sizes.values()) <= 200_000, (path, sizes)
            assert requests <= 8, (path, [one.url for one in asked])
    context.close()
    heaviest = max(told[1:], key=lambda row: sum(row[1].values()))
    print("front", told[0][1:], "heaviest story", heaviest)


def test_the_text_only_twin_is_light(house, stories) -> None:
    for path in stories:
        status, text = house.get(f"/lite{path}")
        assert status == 200 and len(text.encode()) < 15_000, (path, len(text))
        assert "<script" not in text and "<img" not in text


def test_every_link_leads_somewhere(house, pages) -> None:
    seen, dead = set(), []
    for path in pages:
        for link in re.findall(r'(?:href|src|srcset)="(/[^"# ]*)', house.get(path)[1]):
            if link not in seen:
                seen.add(link)
                if house.status(link.replace("&amp;", "&")) not in (200, 302):
                    dead.append((path, link))
    print(f"{len(seen)} links of {len(pages)} pages")
    assert dead == []


def test_colours_of_the_readers_own_and_little_movement_are_respected(house, browser, stories) -> None:
    context = browser.new_context(forced_colors="active", reduced_motion="reduce")
    page = context.new_page()
    for path in ("/", stories[0]):
        page.goto(house.url + path)
        moving = page.evaluate(
            """() => [...document.querySelectorAll("*")].filter((e) => { const s = getComputedStyle(e);
              return parseFloat(s.animationDuration) > 0.01 || parseFloat(s.transitionDuration) > 0.01; }).length"""
        )
        assert moving == 0, path
        ring = page.evaluate(
            "() => { const a = document.querySelector('main a'); a.focus(); return getComputedStyle(a).outlineStyle; }"
        )
        assert ring != "none", path
    context.close()
