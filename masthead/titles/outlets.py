"""What a paper says to machines: search engines, crawlers that learn, hubs that pass its feeds on."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models


class Machines(models.TextChoices):
    """What machines that learn from text and pictures, or answer with them, may take."""

    WELCOME = "welcome", "may take everything that readers may see"
    NO_TRAINING = "no-training", "may quote and link us in answers, but not learn from our work"
    NONE = "none", "may take nothing; search engines still may"


class WireAddress(models.TextChoices):
    """What search engines are told of agency copy on our pages."""

    OWN = "own", "our page is the address"
    SOURCE = "source", "the agency's own page is the address; without one, leave ours out"
    NOINDEX = "noindex", "leave our page out of search engines"


@dataclass(frozen=True, slots=True)
class Crawler:
    """A machine by the name it gives itself in robots.txt; `learns`: it gathers material to learn from."""

    name: str
    learns: bool


CRAWLERS = (
    Crawler("AI2Bot", True),
    Crawler("Amazonbot", True),
    Crawler("anthropic-ai", True),
    Crawler("Applebot-Extended", True),
    Crawler("Bytespider", True),
    Crawler("CCBot", True),
    Crawler("ClaudeBot", True),
    Crawler("cohere-training-data-crawler", True),
    Crawler("Diffbot", True),
    Crawler("FacebookBot", True),
    Crawler("Google-CloudVertexBot", True),
    Crawler("Google-Extended", True),
    Crawler("GPTBot", True),
    Crawler("ImagesiftBot", True),
    Crawler("Meta-ExternalAgent", True),
    Crawler("Omgilibot", True),
    Crawler("PanguBot", True),
    Crawler("Timpibot", True),
    Crawler("webzio-extended", True),
    Crawler("ChatGPT-User", False),
    Crawler("Claude-SearchBot", False),
    Crawler("Claude-User", False),
    Crawler("cohere-ai", False),
    Crawler("DuckAssistBot", False),
    Crawler("Meta-ExternalFetcher", False),
    Crawler("MistralAI-User", False),
    Crawler("OAI-SearchBot", False),
    Crawler("Perplexity-User", False),
    Crawler("PerplexityBot", False),
    Crawler("YouBot", False),
)
"""Those that say what they are and keep to robots.txt (names as published by their makers). Others need a firewall."""


def barred(policy: str) -> tuple[str, ...]:
    """Names of the crawlers that may take nothing under `policy`."""
    return tuple(c.name for c in CRAWLERS if policy == Machines.NONE or (policy == Machines.NO_TRAINING and c.learns))


def reserves(policy: str) -> bool:
    """Whether text and data mining is reserved (Directive (EU) 2019/790, Article 4)."""
    return policy != Machines.WELCOME


_LINE = re.compile(r"(?:User-agent|Allow|Disallow|Crawl-delay|Sitemap)[ \t]*:[^\r\n]*|#[^\r\n]*|[ \t]*", re.IGNORECASE)


def check_robots(text: str) -> None:
    """Raise ValidationError for lines that robots.txt does not know."""
    for number, line in enumerate(text.splitlines(), 1):
        if not _LINE.fullmatch(line):
            raise ValidationError(
                f"Line {number} (“{line[:60]}”) is none of robots.txt. Write lines such as “Disallow: /path/”."
            )
