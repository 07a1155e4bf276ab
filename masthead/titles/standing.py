"""Pages that stay (about, staff, our rules) and addresses that moved."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.fields import RichTextField

from masthead.kit import clock

if TYPE_CHECKING:
    from masthead.titles.models import Title

FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "blockquote", "hr"]
FOLDER = "/about/"
NUMBERED = re.compile(r"[A-Za-z_]\w{0,30}=\d{1,18}", re.ASCII)
"""What may follow the question mark of an old address: `p=123`, as WordPress's feeds and short links have it."""
_INDEX = "/index.php"
_MOST_ASKED = 8


class StandingPage(models.Model):
    """A page that stays: what the paper says of itself."""

    class Kind(models.TextChoices):
        ABOUT = "about", "About us"
        STAFF = "staff", "Our people"
        ETHICS = "ethics", "Ethics policy"
        CORRECTIONS = "corrections-policy", "Corrections policy"
        UNNAMED = "unnamed-sources", "Unnamed sources policy"
        PRIVACY = "privacy", "Privacy"
        CONTACT = "contact", "Contact: the words above the form"
        OTHER = "other", "another page"

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="standing_pages")
    kind = models.CharField(max_length=30, choices=Kind.choices, default=Kind.OTHER)
    name = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, blank=True, help_text="Only for another page: its address is /about/…/.")
    body = RichTextField(features=FEATURES, blank=True)
    live = models.BooleanField("readers may see it", default=True)
    in_footer = models.BooleanField("named at the foot of every page", default=True)
    sort_order = models.PositiveSmallIntegerField(default=0)
    updated_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["sort_order", "id"]
        constraints = [models.UniqueConstraint(fields=["title", "slug"], name="standing_slug_once_a_title")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        """Its address."""
        if self.kind == self.Kind.CONTACT:
            return "/contact/"
        return FOLDER if self.kind == self.Kind.ABOUT else f"{FOLDER}{self.slug}/"

    def clean(self) -> None:
        """A page of a kind that the house knows gets its address from that kind; there is one of each."""
        if self.kind != self.Kind.OTHER:
            self.slug = self.kind
        if not self.slug:
            raise ValidationError({"slug": "Write the last word of the page’s address, such as advertising."})
        if self.kind == self.Kind.OTHER and self.slug in set(self.Kind.values):
            raise ValidationError({"slug": f"“{self.slug}” is the address of a page of its own kind; choose that kind."})


class Redirect(models.Model):
    """An address that leads to another. A page that exists always wins over it."""

    title = models.ForeignKey("titles.Title", on_delete=models.CASCADE, related_name="redirects")
    old = models.CharField("from", max_length=300, help_text="A path of this paper, such as /fair-2026/.")
    new = models.CharField("to", max_length=500, help_text="A path of this paper, or a full address (https://…).")
    folder = models.BooleanField("and everything below it", default=False)
    automatic = models.BooleanField(default=False, editable=False, help_text="Made because something was renamed.")
    made_at = models.DateTimeField(default=clock.now, editable=False)

    class Meta:
        ordering = ["old"]
        constraints = [models.UniqueConstraint(fields=["title", "old"], name="redirect_once_an_address")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"

    def clean(self) -> None:
        self.old, self.new = self.old.strip(), self.new.strip()
        path, asked, query = self.old.partition("?")
        if asked and (not NUMBERED.fullmatch(query) or self.folder):
            raise ValidationError({"old": "After a question mark only a name and a number can be led on, such as /?p=123, and nothing below it."})
        if not path.startswith("/") or "//" in path or self.old == "/":
            raise ValidationError({"old": "Write a path that begins with a slash, such as /fair-2026/."})
        if self.old.startswith(("/newsroom", "/s/")) and not self.old.startswith("/s/"):
            raise ValidationError({"old": "The newsroom’s own addresses cannot lead elsewhere."})
        parts = urlsplit(self.new)
        ours = not parts.scheme and not parts.netloc and self.new.startswith("/") and "\\" not in self.new
        if not ours and not (parts.scheme in ("https", "http") and parts.netloc):
            raise ValidationError({"new": "Write a path of this paper (/…) or a full address (https://…)."})
        if self.new == self.old or (self.folder and self.new.startswith(self.old)):
            raise ValidationError({"new": "It would lead to itself."})
        if ours and self.title_id and leads_back(self):
            raise ValidationError({"new": "It would lead in a circle with another redirect."})


def leads_back(redirect: Redirect) -> bool:
    """Whether following `redirect` and then the others comes back to where it began."""
    at, seen = redirect.new, {redirect.old}
    for _ in range(20):
        if at in seen or (redirect.folder and at.startswith(redirect.old)):
            return True
        seen.add(at)
        onward = find(redirect.title, at, without=redirect.pk)
        if onward is None:
            return False
        at = onward
    return True


def find(title: Title, path: str, without: int | None = None) -> str | None:
    """Where `path` leads now, or None. An exact address wins over a folder, a deeper folder over a higher one."""
    steps = [f"{'/'.join(path.split('/')[:n])}/" for n in range(2, path.count("/") + 1)]
    rows = Redirect.objects.filter(title=title, old__in={path, path.rstrip("/"), f"{path.rstrip('/')}/", *steps})
    best = max(
        (r for r in rows.exclude(pk=without) if r.folder or r.old.rstrip("/") == path.rstrip("/")),
        key=lambda r: (r.old.rstrip("/") == path.rstrip("/"), len(r.old)),
        default=None,
    )
    if best is None:
        return None
    return best.new + path[len(best.old) :] if best.folder and path.startswith(best.old) else best.new


def find_numbered(title: Title, path: str, query: str) -> str | None:
    """Where `path?query` leads because of a number in its query (`?p=123`), or None.

    What else the query says (where the reader came from) goes along. Nothing is asked of the database unless a name
    with a number is in it, so that the marks that other sites put behind our addresses cost nothing.
    """
    parts = query.split("&")
    asked = [part for part in parts[:_MOST_ASKED] if NUMBERED.fullmatch(part)]
    if not asked:
        return None
    path = path.removesuffix(_INDEX.removeprefix("/")) if path.endswith(_INDEX) else path
    rows = dict(Redirect.objects.filter(title=title, old__in=[f"{path}?{part}" for part in asked]).values_list("old", "new"))
    for part in asked:
        if to := rows.get(f"{path}?{part}"):
            rest = "&".join(other for other in parts if other != part)
            return f"{to}?{rest}" if rest and "?" not in to else to
    return None


def moved(title: Title, old: str, new: str) -> None:
    """Remember that what stood at `old`, and below it, stands at `new` now. Older moves lead there at once."""
    if not old or not new or old == new:
        return
    Redirect.objects.filter(title=title, old=new).delete()
    Redirect.objects.filter(title=title, new=old).update(new=new)
    Redirect.objects.update_or_create(title=title, old=old, defaults={"new": new, "folder": True, "automatic": True})
