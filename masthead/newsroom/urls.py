"""The staff door."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from masthead.newsroom import corrections, desk, story_pages, trying, views

urlpatterns = [
    path("wire/", desk.desk, name="wire"),
    path("wire/fresh/", desk.fresh, name="wire_fresh"),
    path("wire/dry-run/", trying.dry_run, name="wire_dry_run"),
    path("wire/sources/", trying.sources, name="wire_sources"),
    path("wire/sources/<int:pk>/look/", trying.look_now, name="wire_look"),
    path("wire/rules/", trying.rules_dry_run, name="wire_rules"),
    path("wire/quarantine/", trying.quarantine, name="wire_quarantine"),
    path("wire/quarantine/<int:pk>/retry/", trying.retry, name="wire_retry"),
    path("wire/files/<int:pk>/", trying.bytes_of, name="wire_bytes"),
    path("wire/alerts/<int:pk>/seen/", desk.seen, name="wire_seen"),
    path("wire/<int:pk>/", desk.item, name="wire_item"),
    path("wire/<int:pk>/act/", desk.act, name="wire_act"),
    path("wire/<int:pk>/difference/", desk.difference, name="wire_difference"),
    path("wire/<int:pk>/merge/", desk.merge, name="wire_merge"),
    path("story/<int:pk>/presence/", story_pages.presence, name="story_presence"),
    path("story/<int:pk>/note/", story_pages.note, name="story_note"),
    path("story/<int:pk>/versions/", story_pages.versions, name="story_versions"),
    path("story/<int:pk>/compare/", story_pages.compare, name="story_compare"),
    path("story/<int:pk>/restore/<int:revision>/", story_pages.restore, name="story_restore"),
    path("story/<int:pk>/undo/", story_pages.undo, name="story_undo"),
    path("story/<int:pk>/merge/<int:number>/", story_pages.merge, name="story_merge"),
    path("story/<int:pk>/corrections/", corrections.corrections, name="story_corrections"),
    path("story/<int:pk>/corrections/<int:number>/", corrections.correction, name="story_correction"),
    path("suggest/<slug:what>/", story_pages.suggest, name="suggest"),
    path("picture-facts/<int:pk>/", story_pages.picture_facts, name="picture_facts"),
    path("originals/<path:name>", views.original),
    path("", include(wagtailadmin_urls)),
]
