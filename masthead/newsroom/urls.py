"""The staff door."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from masthead.newsroom import desk, sources, trying, views

urlpatterns = [
    path("wire/", desk.desk, name="wire"),
    path("wire/fresh/", desk.fresh, name="wire_fresh"),
    path("wire/dry-run/", trying.dry_run, name="wire_dry_run"),
    path("wire/sources/", trying.sources, name="wire_sources"),
    path("wire/sources/<int:pk>/look/", trying.look_now, name="wire_look"),
    path("wire/sources/<int:pk>/secret/", sources.new_secret, name="wire_source_secret"),
    path("wire/rules/", trying.rules_dry_run, name="wire_rules"),
    path("wire/quarantine/", trying.quarantine, name="wire_quarantine"),
    path("wire/quarantine/<int:pk>/retry/", trying.retry, name="wire_retry"),
    path("wire/files/<int:pk>/", trying.bytes_of, name="wire_bytes"),
    path("wire/alerts/<int:pk>/seen/", desk.seen, name="wire_seen"),
    path("wire/<int:pk>/", desk.item, name="wire_item"),
    path("wire/<int:pk>/act/", desk.act, name="wire_act"),
    path("wire/<int:pk>/difference/", desk.difference, name="wire_difference"),
    path("wire/<int:pk>/merge/", desk.merge, name="wire_merge"),
    path("originals/<path:name>", views.original),
    path("", include(wagtailadmin_urls)),
]
