"""How the paper looks: name, logo, colours, letters and menu, with the front page beside them as it would be."""

from __future__ import annotations

import hashlib
from typing import Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from wagtail.admin.auth import require_admin_access
from wagtail.log_actions import log

from masthead.kit import images
from masthead.newsroom.where import paper
from masthead.press import proofreading, run
from masthead.stories import diary
from masthead.titles.looks import check_colour
from masthead.titles.models import Logo, Section, Title

LARGEST = 2_000_000
"""Bytes of a logo as it is uploaded."""
PRINTED = (960, 240)
"""Pixels that a logo has at the most: twice what a page shows."""
FIELDS = ["name", "tagline", "ground", "letters", "colour", "menu"]


class LookForm(forms.ModelForm):  # type: ignore[type-arg]
    """The paper's look. Each section has a colour of its own, which may be left empty."""

    logo = forms.FileField(
        required=False,
        label="Logo",
        help_text="PNG, WebP or JPEG, best with a clear ground. It stands in place of the name.",
    )
    no_logo = forms.BooleanField(required=False, label="Take the logo away")

    class Meta:
        model = Title
        fields = FIELDS
        widgets = {"menu": forms.Textarea(attrs={"rows": 6}), "ground": forms.RadioSelect, "letters": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections = list(self.instance.sections.all())
        for section in self.sections:
            self.fields[f"section_{section.pk}"] = forms.CharField(
                required=False, max_length=7, label=section.name, initial=section.colour, validators=[check_colour]
            )

    def of_sections(self) -> list[Any]:
        """The fields of the sections' colours, for the template."""
        return [self[f"section_{section.pk}"] for section in self.sections]

    def coloured(self) -> list[Section]:
        """The sections with the colours that were asked for; nothing is kept."""
        for section in self.sections:
            section.colour = self.cleaned_data[f"section_{section.pk}"]
        return self.sections

    def clean_logo(self) -> tuple[bytes, int, int] | None:
        """The logo made anew: nothing of the file that was sent is shown to readers."""
        sent = self.cleaned_data["logo"]
        if not sent:
            return None
        if sent.size > LARGEST:
            raise forms.ValidationError(
                f"The file has {sent.size / 1_000_000:.1f} MB; a logo may have {LARGEST // 1_000_000}."
            )
        try:
            return images.drawing(sent.read(), PRINTED)
        except images.BadPicture as wrong:
            raise forms.ValidationError(str(wrong)) from None


@require_admin_access
def look(request: HttpRequest) -> HttpResponse:
    """The form, and what was sent with it."""
    title = paper()
    form = LookForm(request.POST or None, request.FILES or None, instance=Title.objects.get(pk=title.pk))
    if request.method == "POST" and form.is_valid():
        keep(form, request.user)
        messages.success(request, "The look is kept. Pages are printed again with it, the front first.")
        return redirect("look")
    return render(request, "newsroom/look.html", {"form": form, "paper": title}, status=422 if form.errors else 200)


@require_admin_access
def preview(request: HttpRequest) -> HttpResponse:
    """The front page as it would look; nothing is kept. A new logo is shown once it is kept."""
    title = Title.objects.get(pk=paper().pk)
    if request.method != "POST":
        return HttpResponse(proofreading.proofread_look(title, list(title.sections.all())))
    form = LookForm(request.POST, instance=title)
    if not form.is_valid():
        return render(request, "newsroom/look_wrong.html", {"form": form}, status=422)
    return HttpResponse(proofreading.proofread_look(form.instance, form.coloured()))


@transaction.atomic
def keep(form: LookForm, user: Any) -> None:
    """Keep what the form holds and have every page printed with it."""
    title: Title = form.save(commit=False)
    drawn = form.cleaned_data["logo"]
    if drawn:
        body, width, height = drawn
        Logo.objects.update_or_create(title=title, defaults={"body": body})
        title.logo_mark = f"{hashlib.sha256(body).hexdigest()[:12]} {width} {height}"
    elif form.cleaned_data["no_logo"]:
        Logo.objects.filter(title=title).delete()
        title.logo_mark = ""
    title.save(update_fields=[*FIELDS, "logo_mark"])
    Section.objects.bulk_update(form.coloured(), ["colour"])
    log(instance=title, action="wagtail.edit", user=user)
    run.mark_stale(title, f"title:{title.pk}")
    transaction.on_commit(diary.bell.set)
