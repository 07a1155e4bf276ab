"""Screens for what a paper prints beside stories: obituaries, notices, events, standing pages, redirects."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import transaction
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from masthead.kit import clock
from masthead.newsroom.choosing import OfThisPaper
from masthead.newsroom.paper_time import PaperTimeField
from masthead.newsroom.where import OfThePaper, paper
from masthead.press import addresses, run
from masthead.stories import actions, diary
from masthead.stories.models import Notice
from masthead.titles import standing
from masthead.titles.models import Redirect, StandingPage, Title

DECISIONS = {"draft": "keep it as a draft", "published": "publish it", "withdrawn": "withdraw it: its address says that it is gone"}
TIMES = ("publish_from", "publish_until", "starts_at", "ends_at")


class NoticeForm(OfThePaper):
    """What a colleague decides about a notice is done by the verb for it."""

    decision = forms.ChoiceField(label="What to do with it", choices=DECISIONS.items(), initial="draft")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["decision"].initial = self.instance.state
        if self.instance.path:
            # Its address follows from its kind and is permanent.
            self.fields["kind"].disabled = True
            self.fields["decision"].choices = [(k, w) for k, w in DECISIONS.items() if k != "draft"]
        for name in TIMES:
            if name in self.fields:
                old = self.fields[name]
                self.fields[name] = PaperTimeField(label=old.label, help_text=old.help_text).of(paper().zone)

    def save(self, commit: bool = True) -> Notice:
        notice: Notice = super().save(commit=False)
        with transaction.atomic():
            if notice.pk is None:
                notice.save()
            decided = self.cleaned_data["decision"]
            verbs = {"published": actions.publish_notice, "withdrawn": actions.withdraw_notice}
            verbs.get(decided, actions.change_notice)(notice=notice, user=self._user)
        return notice


class StandingPageForm(OfThePaper):
    """A page that stays: saved, then every page that names it is made again."""

    def save(self, commit: bool = True) -> StandingPage:
        old = StandingPage.objects.filter(pk=self.instance.pk).first()
        with transaction.atomic():
            self.instance.updated_at = clock.now()
            page: StandingPage = super().save(commit=commit)
            named = ("name", "slug", "kind", "live", "in_footer", "sort_order")
            everywhere = old is None or any(getattr(old, n) != getattr(page, n) for n in named)
            if old:
                standing.moved(page.title, old.path, page.path)
            run.mark_stale(page.title, f"title:{page.title_id}" if everywhere else f"standing:{page.pk}")
            transaction.on_commit(diary.bell.set)
        return page


class RedirectForm(OfThePaper):
    """An editor's redirect; one made by the house that an editor changes is theirs from then on."""

    def save(self, commit: bool = True) -> Redirect:
        self.instance.automatic = False
        redirect: Redirect = super().save(commit=commit)
        return redirect


class NoticeViewSet(OfThisPaper, SnippetViewSet):
    model = Notice
    icon = "date"
    menu_label = "Notices and events"
    menu_name = "notices"
    list_display = ["name", "kind", Column("state", label="State"), "starts_at", "publish_until", "updated_at"]
    list_filter = ["kind", "state"]
    search_fields = ["name", "summary"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("kind"), FieldPanel("name"), FieldPanel("summary")], heading="What it is"),
            FieldPanel("body"),
            FieldPanel("picture"),
            FieldRowPanel([FieldPanel("placed_by"), FieldPanel("paid")]),
            FieldRowPanel([FieldPanel("born"), FieldPanel("died")], heading="For an obituary"),
            MultiFieldPanel(
                [
                    FieldRowPanel([FieldPanel("starts_at"), FieldPanel("ends_at"), FieldPanel("event_status")]),
                    FieldRowPanel([FieldPanel("venue"), FieldPanel("address")]),
                    FieldRowPanel([FieldPanel("price"), FieldPanel("url")]),
                ],
                heading="For an event",
            ),
            FieldRowPanel(
                [FieldPanel("publish_from"), FieldPanel("publish_until")], heading="When readers may see it (the paper’s own time)"
            ),
            FieldPanel("decision"),
        ],
        base_form_class=NoticeForm,
    )


class StandingPageViewSet(OfThisPaper, SnippetViewSet):
    model = StandingPage
    icon = "doc-full-inverse"
    menu_label = "Pages that stay"
    list_display = ["name", "kind", Column("path", label="Address"), "live", "in_footer"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldPanel("kind"),
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldPanel("body"),
            FieldRowPanel([FieldPanel("live"), FieldPanel("in_footer"), FieldPanel("sort_order")]),
        ],
        base_form_class=StandingPageForm,
    )


class RedirectViewSet(OfThisPaper, SnippetViewSet):
    model = Redirect
    icon = "redirect"
    menu_label = "Redirects"
    list_display = ["old", "new", "folder", Column("automatic", label="Made by the house"), "made_at"]
    search_fields = ["old", "new"]
    search_backend_name = None
    copy_view_enabled = False
    edit_handler = ObjectList([FieldPanel("old"), FieldPanel("new"), FieldPanel("folder")], base_form_class=RedirectForm)


class BesideGroup(SnippetViewSetGroup):
    menu_label = "Beside stories"
    menu_icon = "list-ul"
    menu_order = 120
    items = (NoticeViewSet, StandingPageViewSet, RedirectViewSet)


ADDRESS = {"section": addresses.section, "topic": addresses.topic, "person": addresses.person, "organisation": addresses.source}
"""Things whose address follows from a word that an editor may change, by model name."""


def address_of(thing: Any) -> str:
    """The address of a section, topic, person or source; empty for anything else."""
    find = ADDRESS.get(thing._meta.model_name)
    return find(thing) if find else ""


def follow(thing: Any, old: str) -> None:
    """After a change of address: what stood at `old` leads to where it is now."""
    titles = [thing.title] if hasattr(thing, "title") else list(Title.objects.all())
    for title in titles:
        standing.moved(title, old, address_of(thing))
