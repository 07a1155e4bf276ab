"""The staff door."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from masthead.newsroom import desk, fronts, lines, live, planning, trying, views

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
    path("fronts/", fronts.overview, name="fronts"),
    path("fronts/versions/<int:pk>/", fronts.act, name="front_act"),
    path("fronts/<slug:name>/", fronts.edit, name="front"),
    path("fronts/<slug:name>/preview/", fronts.preview, name="front_preview"),
    path("fronts/<slug:name>/history/", fronts.history, name="front_history"),
    path("fronts/<slug:name>/banner/", fronts.banner, name="front_banner"),
    path("lines/", lines.overview, name="lines"),
    path("lines/<int:pk>/", lines.edit, name="line"),
    path("lines/<int:pk>/act/", lines.act, name="line_act"),
    path("live/", live.overview, name="live"),
    path("live/begin/<int:pk>/", live.begin, name="live_begin"),
    path("live/<int:pk>/", live.blog, name="live_blog"),
    path("live/<int:pk>/write/", live.write, name="live_write"),
    path("live/<int:pk>/act/", live.act, name="live_act"),
    path("planning/", planning.planning, name="planning"),
    path("originals/<path:name>", views.original),
    path("", include(wagtailadmin_urls)),
]
