"""The readers' door: every address that is not the newsroom's."""

from django.conf import settings
from django.urls import include, path, re_path

from masthead.public import (
    api,
    contact,
    devices,
    fediverse,
    finding,
    follow,
    followed,
    gateway,
    newsletters,
    push,
    talk_embed,
    talk_entering,
    talk_mine,
    talking,
    views,
)

_GATEWAY = r"^gateway/(?P<word>[0-9a-f]{32})/"

_LETTERS = [
    path("follow/", follow.door),
    path("follow/push/", devices.door),
    path("follow/to/<str:edition>/<int:story>/<str:sign>/", follow.to),
    path("newsletters/<slug:slug>/", newsletters.page),
    path("newsletters/<slug:slug>/<str:file>", newsletters.feed),
    path("follow/confirm/<str:token>/", follow.confirm),
    path("follow/mine/<str:token>/", follow.mine),
    path("follow/off/<str:token>/", follow.off),
    # Reports of a sending service. Without a secret anybody could report, so there is no such address then.
    *([path("hooks/mail/", include("anymail.urls"))] if "anymail" in settings.INSTALLED_APPS and settings.MAIL_HOOKS else []),
]

_CONVERSATION = [
    re_path(r"^comments/(?P<path>\d{4}/\d{2}/\d{2}/[^/]+/)$", talking.thread),
    path("comments/enter/<str:word>/", talking.enter),
    path("comments/follow/", followed.page),
    path("comments/mine/", talk_mine.mine),
    path("comments/mine/<int:pk>/", talk_mine.mine),
    path("comments/mine/export.json", talk_mine.export),
    path("comments/mutes.json", talk_mine.mutes),
    path("comments/keys/ask", talk_entering.key_ask),
    path("comments/keys/done", talk_entering.key_done),
    path("comments/embed/", talk_embed.embed),
    path("comments/embed.js", talk_embed.embed_script),
]

_FEDIVERSE = [
    path(".well-known/webfinger", fediverse.webfinger),
    path(".well-known/nodeinfo", fediverse.nodeinfo_at),
    path("nodeinfo/2.1", fediverse.nodeinfo),
    path("fediverse/inbox", fediverse.receive),
    path("fediverse/stories/<str:name>", fediverse.story),
    path("fediverse/<str:slot>", fediverse.actor),
    path("fediverse/<str:slot>/inbox", fediverse.receive),
    path("fediverse/<str:slot>/outbox", fediverse.outbox),
    path("fediverse/<str:slot>/followers", fediverse.followers),
]

urlpatterns = [
    re_path(_GATEWAY + r"(?P<form>feed\.rss|feed\.json)$", gateway.feed),
    re_path(_GATEWAY + r"pictures/(?P<sha256>[0-9a-f]{64})$", gateway.picture),
    *([] if settings.GATEWAY_ALONE else [path("contact/", contact.door), re_path(r"^contact/error/(?P<path>\d{4}/\d{2}/\d{2}/[^/]+/)$", contact.error), path("search/", finding.page), path("api/v1/stories.json", api.stories), path("oembed", api.oembed)]),
    *([] if settings.GATEWAY_ALONE else _LETTERS),
    *([] if settings.GATEWAY_ALONE else _FEDIVERSE),
    *([] if settings.GATEWAY_ALONE else _CONVERSATION),
    re_path(r"^wire/push/(?P<word>[A-Za-z0-9_-]{20,64})$", push.receive),
    re_path(r"^(?P<path>.*)$", gateway.closed if settings.GATEWAY_ALONE else views.paper),
]
