"""The staff door."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from masthead.newsroom import desk, figures, inbox, library, sources, trying, views

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
    path("figures/", figures.figures, name="figures"),
    path("sources/<int:pk>/", sources.sheet, name="sources"),
    path("sources/<int:pk>/sources.json", sources.export, {"form": "json"}, name="sources_json"),
    path("sources/<int:pk>/sources.csv", sources.export, {"form": "csv"}, name="sources_csv"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/", inbox.tip, name="inbox_tip"),
    path("inbox/<int:pk>/file/", inbox.attachment, name="inbox_attachment"),
    path("inbox/<int:pk>/act/", inbox.act, name="inbox_act"),
    path("library/", library.library, name="library"),
    path("library/add/", library.add, name="library_add"),
    path("library/<int:pk>/uses/", library.uses, name="library_uses"),
    path("images/<int:image_id>/delete/", library.delete),
    path("originals/<path:name>", views.original),
    path("", include(wagtailadmin_urls)),
]
