"""Live on the desk, made for a phone: open the blog, write, post. What is typed is kept while it is typed."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from masthead.kit import clock, html
from masthead.newsroom.desk import edit_address
from masthead.newsroom.plain import text_of
from masthead.newsroom.where import paper
from masthead.stories.actions import live
from masthead.stories.models import LiveBlog, LivePost, Story

SHOWN, OFFERED = 60, 20


@require_admin_access
def overview(request: HttpRequest) -> HttpResponse:
    """Live blogs that run, with the field to post into at once; those that ended; and stories to go live with."""
    title = paper()
    blogs = LiveBlog.objects.filter(story__title=title).select_related("story__title", "story__section")
    running = list(blogs.filter(ended_at=None).order_by("-begun_at"))
    words = request.GET.get("q", "").strip()[:100]
    stories = Story.objects.filter(title=title, live_blog=None).exclude(state="withdrawn")
    if words:
        stories = stories.filter(Q(headline__icontains=words) | Q(wire_headline__icontains=words))
    context = {
        "running": [_field(blog, request.user) for blog in running],
        "ended": blogs.exclude(ended_at=None).order_by("-ended_at")[:20],
        "stories": stories.select_related("section", "title").order_by("-id")[:OFFERED],
        "words": words,
        "zone": title.zone,
    }
    return render(request, "newsroom/live/overview.html", context)


def _field(blog: LiveBlog, user: Any) -> dict[str, Any]:
    return {"blog": blog, "draft": blog.posts.filter(user=user, state=LivePost.State.DRAFT).first()}


@require_admin_access
@require_POST
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a story a live blog, or take an ended one up again."""
    user: Any = request.user
    blog = live.go_live(story=get_object_or_404(Story, pk=pk, title=paper()), user=user)
    return redirect("live_blog", blog.pk)


def _blog(pk: int) -> LiveBlog:
    return get_object_or_404(LiveBlog.objects.select_related("story__title"), pk=pk, story__title=paper())


@require_admin_access
def blog(request: HttpRequest, pk: int) -> HttpResponse:
    """One live blog: the field on top, then the summary, then what was posted."""
    found = _blog(pk)
    posts = found.posts.exclude(state=LivePost.State.DRAFT).select_related("user")[:SHOWN]
    context = {
        **_field(found, request.user),
        "posts": [{"post": p, "body": html.safe(p.text), "plain": text_of(p.text)} for p in posts],
        "summary": text_of(found.summary),
        "story": found.story,
        "edit": edit_address(found.story.pk),
        "zone": found.story.title.zone,
    }
    return render(request, "newsroom/live/blog.html", context)


@require_admin_access
@require_POST
def write(request: HttpRequest, pk: int) -> HttpResponse:
    """Post, or keep what is typed: by the script while typing, by a button without it."""
    found, user = _blog(pk), request.user
    said: dict[str, Any] = {
        "text": request.POST.get("text", "")[:50_000],
        "headline": request.POST.get("headline", ""),
        "key_point": bool(request.POST.get("key_point")),
    }
    if request.POST.get("do") == "keep":
        live.keep_draft(blog=found, user=user, **said)  # type: ignore[arg-type]
        now = clock.now().astimezone(found.story.title.zone)
        if request.headers.get("X-Requested-With") == "fetch":
            return JsonResponse({"kept": f"{now:%H:%M:%S}"})
        messages.success(request, "Kept as your draft. No reader sees it.")
    else:
        try:
            live.post(blog=found, user=user, **said)  # type: ignore[arg-type]
            messages.success(request, "Posted.")
        except live.CannotPost as refused:
            live.keep_draft(blog=found, user=user, **said)  # type: ignore[arg-type]
            messages.error(request, str(refused))
    return redirect("live_blog", pk)


@require_admin_access
@require_POST
def act(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the summary, correct or strike a post, end the live blog or take it up again."""
    found = _blog(pk)
    what, _, number = request.POST.get("do", "").partition("-")
    try:
        messages.success(request, _done(request, found, what, number))
    except live.CannotPost as refused:
        messages.error(request, str(refused))
    return redirect("live_blog", pk)


def _done(request: HttpRequest, found: LiveBlog, what: str, number: str) -> str:
    user: Any = request.user
    if what == "sum_up":
        live.sum_up(blog=found, summary=request.POST.get("summary", ""), user=user)
        return "The summary is changed."
    if what == "sign_off":
        live.sign_off(blog=found, user=user)
        return "The live blog has ended."
    if what == "resume":
        live.go_live(story=found.story, user=user)
        return "It is live again."
    if not number.isdigit():
        raise Http404
    post = get_object_or_404(found.posts, number=number, state=LivePost.State.POSTED)
    if what == "strike":
        live.strike(post=post, user=user, reason=request.POST.get("reason", ""))
        return "The post is gone from every page."
    live.amend(
        post=post,
        text=request.POST.get("text", ""),
        headline=request.POST.get("headline", ""),
        key_point=bool(request.POST.get("key_point")),
        correction=request.POST.get("correction", ""),
        user=user,
    )
    return "The post is changed."
