"""The corrections desk of one story: add a note with a look at what readers will see, mend one, take one away."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from wagtail.admin import messages
from wagtail.admin.auth import require_admin_access
from wagtail.models import Revision

from masthead.newsroom import drafts
from masthead.newsroom.budget import seen
from masthead.newsroom.checking import findings
from masthead.people.models import User
from masthead.stories import actions
from masthead.stories.content import content_of
from masthead.stories.models import Correction, Story

EXPLAINED = {
    "correction": "We were wrong. Say what was wrong and what is right: “An earlier version gave… It is…”.",
    "clarification": "What we said was right but could be misread.",
    "editors_note": "Something about the story itself that readers should know.",
    "update": "News was added; nothing was wrong.",
}


class NoteForm(forms.Form):
    kind = forms.ChoiceField(choices=Correction.Kind.choices, label="What kind of note?")
    text = forms.CharField(widget=forms.Textarea({"rows": 4}), label="What readers are told", max_length=4000)
    with_draft = forms.BooleanField(required=False, label="Publish the newest draft together with it", initial=True)


@require_admin_access
def corrections(request: HttpRequest, pk: int) -> HttpResponse:
    """The notes of a story. A new one is shown as readers will see it before it is added."""
    story = seen(request.user, pk)
    form = NoteForm(request.POST or None)
    preview = None
    if request.method == "POST" and form.is_valid():
        if request.POST.get("what") == "add":
            return _add(request, story, form.cleaned_data)
        preview = {"label": dict(Correction.Kind.choices)[form.cleaned_data["kind"]], **form.cleaned_data}
    revision = _draft(story)
    changed = drafts.compare(content_of(story), content_of(story.with_content_json(revision.content))) if revision else []
    notes = story.corrections.all()
    context = {"story": story, "form": form, "preview": preview, "notes": notes, "changed": changed}
    return render(request, "newsroom/story/corrections.html", {**context, "explained": EXPLAINED})


def _draft(story: Story) -> Revision | None:
    """The draft that readers have not seen, if there is one."""
    waiting = story.has_unpublished_changes and story.latest_revision_id != story.live_revision_id
    return story.latest_revision if waiting else None


def _add(request: HttpRequest, story: Story, said: dict[str, str]) -> HttpResponse:
    user: User = request.user  # type: ignore[assignment]
    if not story.live:
        messages.error(request, "Readers cannot see this story now, so there is nothing to correct in public yet.")
        return redirect("story_corrections", story.pk)
    revision = _draft(story) if said["with_draft"] else None
    if revision is None:
        actions.correct(story=story, kind=said["kind"], text=said["text"], user=user)
        messages.success(request, "Added. It stands with the story, in the feeds and on the page of corrections.")
        return redirect("story_corrections", story.pk)
    wrong = [f.sentence for f in findings(story) if f.blocks]
    if wrong:
        messages.error(request, "Nothing was added or published yet. " + " ".join(wrong))
        return redirect("story_corrections", story.pk)
    try:
        actions.publish(revision=revision, user=user, told=actions.Told(said["kind"], said["text"]))
    except actions.CannotPublish as refused:
        messages.error(request, f"Nothing was added or published. {refused}")
    else:
        messages.success(request, "Published with the note. It stands with the story and on the page of corrections.")
    return redirect("story_corrections", story.pk)


@require_admin_access
def correction(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Mend the words of a note, or take it away with a reason."""
    story = seen(request.user, pk)
    kept = get_object_or_404(Correction, pk=number, story=story)
    user: User = request.user  # type: ignore[assignment]
    if request.method != "POST":
        return render(request, "newsroom/story/correction.html", {"story": story, "note": kept})
    if request.POST.get("what") == "retract":
        actions.retract_note(note=kept, user=user, reason=request.POST.get("reason", "")[:200])
        messages.success(request, "Taken away. The diary keeps its words.")
    elif text := request.POST.get("text", "").strip():
        actions.amend(note=kept, text=text[:4000], user=user)
        messages.success(request, "Reworded. Its time and the story’s stay as they were.")
    else:
        messages.error(request, "A note needs words; it was left as it was.")
    return redirect("story_corrections", story.pk)
