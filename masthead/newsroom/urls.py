"""The staff door."""

from allauth.account import views as account
from allauth.usersessions import views as usersessions
from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from masthead.newsroom import audit, budget, desk, fronts, lines, live, planning, staff, standing, trying, views

urlpatterns = [
    # These stand before Wagtail's own and take their places: its sign-in knows no second step.
    path("login/", account.login, name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("me/inactive/", account.account_inactive, name="account_inactive"),
    path("me/sign-up/", views.no_sign_up, name="account_signup"),
    path("me/password/", account.password_change, name="account_change_password"),
    path("me/again/", account.reauthenticate, name="account_reauthenticate"),
    path("me/second-step/", include("allauth.mfa.urls")),
    path("me/sessions/", usersessions.list_usersessions, name="usersessions_list"),
    path("me/sessions/end/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("stories/", budget.budget, name="budget"),
    path("stories/filters/", budget.filters, name="budget_filters"),
    path("stories/<int:pk>/", standing.standing, name="story_standing"),
    path("stories/<int:pk>/act/", budget.act, name="budget_act"),
    path("stories/<int:pk>/publish/", standing.publish, name="story_publish"),
    path("stories/<int:pk>/schedule/", standing.schedule, name="story_schedule"),
    path("stories/<int:pk>/withdraw/", standing.withdraw, name="story_withdraw"),
    path("audit/", audit.audit, name="audit"),
    path("audit/audit.csv", audit.export, name="audit_csv"),
    path("users/<int:pk>/security/", staff.security, name="staff_security"),
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
    path("originals/<path:name>", views.original, name="picture_original"),
    path("", include(wagtailadmin_urls)),
]
