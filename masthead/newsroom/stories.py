"""The story list and the story form, on Wagtail's screens. What they do, `stories.actions` does."""

from __future__ import annotations

from typing import Any

import django_filters
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet, UnpublishView

from masthead.newsroom.choosing import StoryChooser
from masthead.newsroom.story_form import EDIT
from masthead.newsroom.story_views import StoryCreateView, StoryEditView, StoryRevertView
from masthead.stories.models import Story
from masthead.titles.models import Section


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


class StoryViewSet(SnippetViewSet):
    model = Story
    icon = "doc-full"
    menu_label = "Budget"
    menu_name = "stories"
    menu_order = 40
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
    chooser_viewset_class = StoryChooser
    copy_view_enabled = False
    inspect_view_enabled = False
    add_view_class = StoryCreateView
    edit_view_class = StoryEditView
    revisions_revert_view_class = StoryRevertView
    create_template_name = "newsroom/story_create.html"
    edit_template_name = "newsroom/story_edit.html"
    edit_handler = EDIT

    def get_queryset(self, request: Any) -> Any:
        return Story.objects.select_related("section", "agency", "title")
