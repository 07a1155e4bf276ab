"""The story list and the story form, on Wagtail's screens. What they do, `stories.actions` does."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, ObjectList, TabbedInterface
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet, UnpublishView

from masthead.newsroom.panels import DeskNotesPanel, OriginPanel
from masthead.newsroom.sources import SourcesPanel
from masthead.stories import actions
from masthead.stories.models import Story
from masthead.titles.models import Section, Title


class StoryForm(WagtailAdminModelForm):
    """A new story belongs to the paper whose newsroom this is; its section must too."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.title_id:
            self.instance.title = Title.objects.order_by("pk").first()
        if "section" in self.fields:
            self.fields["section"].queryset = Section.objects.filter(title=self.instance.title)

    def _post_clean(self) -> None:
        """Say why a story cannot be published while it is still on the screen; what was written stays there."""
        super()._post_clean()
        if "action-publish" in self.data:
            for reason in actions.why_not(self.instance):
                self.add_error(None, reason)


class NeverDeleted(ModelPermissionPolicy):
    """Stories are withdrawn, never deleted: their addresses and their history stay."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action != "delete" and super().user_has_permission(user, action)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return super().user_has_any_permission(user, [a for a in actions if a != "delete"])


register_permission_policy(Story, NeverDeleted(Story))


class WithdrawView(UnpublishView):
    """Withdraw a story: it leaves every surface and its address answers 410."""

    page_title = "Withdraw"
    success_message = "“%(object)s” was withdrawn. Its address now says that it is gone."
    template_name = "newsroom/confirm_withdraw.html"

    def unpublish(self) -> Any:
        for story in self.objects_to_unpublish:
            story.unpublish(user=self.request.user)
        return None


class StoryFilter(WagtailFilterSet):
    section = django_filters.ModelChoiceFilter(queryset=lambda request: Section.objects.all())
    state = django_filters.ChoiceFilter(choices=Story.State.choices)
    wire = django_filters.BooleanFilter(field_name="agency", lookup_expr="isnull", exclude=True, label="Agency copy")

    class Meta:
        model = Story
        fields = ["section", "state"]


WRITE = [
    MultiFieldPanel(
        [
            FieldPanel("headline"),
            FieldPanel("kicker"),
            FieldPanel("standfirst"),
            FieldPanel("section", widget=forms.Select),
        ],
        heading="Headline",
    ),
    InlinePanel("story_pictures", heading="Pictures", label="Picture", help_text="The first is the lead picture."),
    FieldPanel("dateline"),
    FieldPanel("body"),
    InlinePanel("credits", heading="Credits", label="Credit"),
    InlinePanel("story_topics", heading="Topics", label="Topic"),
]
SETTINGS = [
    FieldPanel("language"),
    FieldRowPanel([FieldPanel("embargo_until"), FieldPanel("expires_at")], heading="When readers may see it"),
]
DESK = [OriginPanel(heading="Where it comes from"), DeskNotesPanel(heading="Notes for the desk")]


class StoryViewSet(SnippetViewSet):
    model = Story
    icon = "doc-full"
    menu_label = "Stories"
    menu_name = "stories"
    menu_order = 100
    add_to_admin_menu = True
    base_url_path = "stories"
    list_per_page = 30
    ordering = ["-filed_at"]
    list_display = [
        "__str__",
        Column("standing", label="State", sort_key="state"),
        Column("section", label="Section"),
        Column("agency", label="Agency"),
        Column("words", label="Words"),
        Column("last_published_at", label="Published", sort_key="last_published_at"),
    ]
    filterset_class = StoryFilter
    search_fields = ["headline", "wire_headline"]
    search_backend_name = None
    unpublish_view_class = WithdrawView
    copy_view_enabled = False
    inspect_view_enabled = False
    edit_handler = TabbedInterface(
        [
            ObjectList(WRITE, heading="Story"),
            ObjectList(SETTINGS, heading="Settings"),
            ObjectList([SourcesPanel(heading="Sources")], heading="Sources"),
            ObjectList(DESK, heading="Desk"),
        ],
        base_form_class=StoryForm,
    )

    def get_queryset(self, request: Any) -> Any:
        return Story.objects.select_related("section", "agency", "title")
