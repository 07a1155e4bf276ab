"""What a plate may count on: the values that it is given, for papers that put plates of their own in place of ours.

`PLATES` is the promise, docs/plates.md says it to people; tests ask that the code gives exactly this, that no plate
uses more, and that the page is up to date.
"""

from __future__ import annotations

import ast
import dataclasses
import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import Environment, TemplateSyntaxError, meta, nodes

from masthead.press import proof

PLATES: dict[str, dict[str, str]] = {
    "article.html": {"page": "Page", "story": "StoryProof"},
    "contact.html": {"page": "Page", "standing": "StandingProof", "limits": "text -> whole number"},
    "corrections.html": {"page": "Page", "corrections": "CorrectionsProof"},
    "error-form.html": {"page": "Page", "shown": "public.views.ErrorForm"},
    "feed-content.html": {"page": "Page", "story": "StoryProof"},
    "feed.atom.xml": {"page": "Page", "stories": "list of StoryProof", "path": "text"},
    "feed.rss.xml": {"page": "Page", "stories": "list of StoryProof", "path": "text"},
    "follow.html": {"page": "Page", "shown": "public.follow.Shown"},
    "front.html": {"page": "Page", "front": "FrontProof"},
    "gone.html": {"page": "Page", "notice": "true for a notice (may be missing)"},
    "guidelines.html": {"page": "Page", "shown": "GuidelinesProof"},
    "icon.svg": {"initial": "text", "ground": "text", "ink": "text"},
    "line.html": {"page": "Page", "line": "LineProof"},
    "lines.html": {"page": "Page", "lines": "LinesProof"},
    "list.html": {"page": "Page", "list": "ListProof"},
    "lite-front.html": {"page": "Page", "cards": "list of Card"},
    "lite.html": {"page": "Page", "story": "StoryProof"},
    "live-fragment.html": {"page": "Page", "live": "LiveProof", "card": "Card"},
    "live-posts.html": {"page": "Page", "live": "LiveProof", "card": "Card"},
    "missing.html": {"page": "Page", "words": "text", "near": "list of Card"},
    "notice.html": {"page": "Page", "notice": "NoticeProof"},
    "notices.html": {"page": "Page", "notices": "NoticesProof"},
    "oembed.html": {"page": "Page", "card": "Card", "paper": "PaperProof"},
    "oembed.xml": {"said": "text -> text"},
    "privacy.html": {"page": "Page", "privacy": "PrivacyProof"},
    "received.html": {"page": "Page", "receipt": "text", "wrong": "text"},
    "robots.txt": {"page": "Page", "barred": "list of text", "more": "text"},
    "saved.html": {"page": "Page"},
    "search.html": {"page": "Page", "search": "SearchProof"},
    "sitemap-index.xml": {"page": "Page", "maps": "list of text"},
    "sitemap-news.xml": {"page": "Page", "rows": "list of NewsRow"},
    "sitemap.xml": {"page": "Page", "rows": "list"},
    "staff.html": {"page": "Page", "staff": "StaffProof"},
    "standing.html": {"page": "Page", "standing": "StandingProof"},
    "talk-door.html": {"page": "Page", "shown": "public.talking.Shown"},
    "talk-embed.html": {"page": "Page", "talk": "TalkProof", "card": "Card", "script": "text"},
    "talk-feed.atom.xml": {"page": "Page", "said": "list of SaidProof", "path": "text"},
    "talk-feed.rss.xml": {"page": "Page", "said": "list of SaidProof", "path": "text"},
    "talk-fragment.html": {"page": "Page", "talk": "TalkProof", "card": "Card"},
    "talk.html": {"page": "Page", "talk": "TalkProof", "card": "Card"},
}
"""Each plate that a page begins with, and what it is given."""
PARTS = frozenset(
    {
        "article-source.html", "banner.html", "base.html", "blocks.html", "feed-block.html", "follow-macros.html",
        "front-parts.html", "lite-base.html", "live-macros.html", "macros.html", "talk-macros.html", "talk-said.html",
    }
)  # fmt: skip
"""Plates that others extend, include or import: they see what the plate around them was given, or what they are called with."""
SHEETS = frozenset({"site.css", "lite.css", "own.css"})
"""Style sheets: in place of ours, and `own.css` behind it."""
OWN_FILES = frozenset(PLATES) | PARTS | SHEETS


def problems(folder: Path, env: Environment) -> list[str]:
    """What is wrong with a paper's own plates, a sentence each; nothing is printed."""
    if not folder.is_dir():
        return [f"There is no folder {folder} with plates."]
    found = []
    for file in sorted(p for p in folder.iterdir() if not p.name.startswith(".")):
        if file.name not in OWN_FILES:
            found.append(f"{file.name} stands in place of no plate of ours; see docs/plates.md for the names.")
        elif file.suffix != ".css":
            found += _of_plate(file, env)
    return found


def _of_plate(file: Path, env: Environment) -> Iterator[str]:
    try:
        tree = env.parse(file.read_text("utf-8"))
    except (TemplateSyntaxError, UnicodeDecodeError) as wrong:
        yield f"{file.name} cannot be read: {wrong}."
        return
    unknown = sorted({node.name for node in tree.find_all(nodes.Filter)} - set(env.filters))
    if unknown:
        yield from (f"{file.name} uses the filter “{name}”, which there is not." for name in unknown)
        return
    if file.name in PLATES and any(tree.find_all(nodes.Extends)):
        known = set(PLATES[file.name]) | set(env.globals) | _set_around(env, tree)
        for name in sorted(meta.find_undeclared_variables(tree) - known):
            yield f"{file.name} uses “{name}”, which it is not given."


def _set_around(env: Environment, tree: nodes.Template) -> set[str]:
    """Names that the plates around this one set or import."""
    found: set[str] = set()
    for parent in meta.find_referenced_templates(tree):
        if parent:
            found |= names_set(env.parse(_source(env, parent)))
    return found


def names_set(tree: nodes.Template) -> set[str]:
    """Names that a plate gives itself."""
    found = {node.target for node in tree.find_all(nodes.Import)}
    found |= {node.name for node in tree.find_all(nodes.Macro)}
    sets = (*tree.find_all(nodes.Assign), *tree.find_all(nodes.AssignBlock))
    return found | {name.name for node in sets for name in node.find_all(nodes.Name) if name.ctx == "store"}


def _source(env: Environment, name: str) -> str:
    assert env.loader is not None
    return env.loader.get_source(env, name)[0]


def blocks(env: Environment, name: str) -> list[str]:
    """The blocks of a plate of ours that one's own may fill, in their order."""
    return [block.name for block in env.parse(_source(env, name)).find_all(nodes.Block)]


HEAD = """# Plates of your own

Made by `manage.py plates`; a test asks that it is up to date.

A plate is a Jinja2 template. Put a file of the same name into a folder and name that folder in `masthead.toml`:

    [press]
    plates = "plates"

Nothing is forked: what you do not put there stays ours, and comes with every upgrade. Ours can be reached as `house/…`, so
that one block can be changed and the rest left alone:

    {% extends "house/article.html" %}
    {% block after_text %}<p>Printed in {{ page.paper.town }}.</p>{% endblock %}

`own.css` stands behind our style sheet; `site.css` stands in its place. Start the paper again after a change: every page is then
printed anew by itself. `masthead doctor` reads your plates and says what is wrong with them. **A plate of yours that fails while a page is
made is left aside for that page, ours is used, and the log says so**: readers always get a page.

- What you write is escaped; there is no filter that marks text as safe. `story.blocks` and the like are already clean.
- A name that is not listed here is an error, not an empty text.
- What is listed here is only taken away with a line in the changelog, one minor version before.

"""


def text(env: Environment) -> str:
    """docs/plates.md."""
    lines = [HEAD + "## What each plate is given\n", "| plate | values | blocks |", "| --- | --- | --- |"]
    for name, given in sorted(PLATES.items()):
        values = ", ".join(f"`{key}`: {kind}" for key, kind in given.items()) or "–"
        lines.append(f"| `{name}` | {values} | {', '.join(f'`{b}`' for b in blocks(env, name)) or '–'} |")
    lines.append(
        f"\nEvery page extends `base.html`, with the blocks {', '.join(f'`{b}`' for b in blocks(env, 'base.html'))}."
    )
    lines.append(f"Parts that others use: {', '.join(f'`{p}`' for p in sorted(PARTS - {'base.html'}))}.\n")
    lines.append("## Filters and functions\n")
    own = {n: f for n, f in env.filters.items() if (getattr(f, "__module__", "") or "").startswith("masthead.")}
    for name, function in sorted(own.items()):
        lines.append(f"- `|{name}`: {_first(function)}")
    for name in sorted(set(env.globals) - {"range", "dict", "lipsum", "cycler", "joiner", "namespace"}):
        value = env.globals[name]
        lines.append(
            f"- `{name}`: {_first(value) if callable(value) or inspect.ismodule(value) else 'the version of the plates'}"
        )
    lines.append("\n## The values\n")
    said = _docstrings()
    for kind in _kinds():
        lines += [f"### {kind.__name__}\n", " ".join((kind.__doc__ or "").split()), ""]
        lines += [
            f"- `{f.name}` ({f.type})" + (f": {told}" if (told := said.get((kind.__name__, f.name))) else "")
            for f in dataclasses.fields(kind)
        ]
        lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _first(thing: Any) -> str:
    return " ".join((inspect.getdoc(thing) or "").split("\n\n")[0].split())


def _kinds() -> list[Any]:
    found = [
        k
        for k in vars(proof).values()
        if inspect.isclass(k) and dataclasses.is_dataclass(k) and k.__module__ == proof.__name__
    ]
    return sorted(found, key=lambda kind: kind.__name__)


def _docstrings() -> dict[tuple[str, str], str]:
    """What stands below each field in proof.py."""
    found = {}
    for kind in ast.parse(inspect.getsource(proof)).body:
        if isinstance(kind, ast.ClassDef):
            for field, after in zip(kind.body, kind.body[1:], strict=False):
                told = (
                    after.value.value if isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant) else None
                )
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name) and isinstance(told, str):
                    found[kind.name, field.target.id] = " ".join(told.split())
    return found
