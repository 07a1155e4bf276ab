"""Where copy comes from, on screen: choose a kind, fill in what that kind needs, and be told whether it works."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.text import slugify
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.admin.forms import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel, ObjectList
from wagtail.snippets.views.snippets import CreateView, EditView, SnippetViewSet

from masthead.kit import fetch
from masthead.newsroom.choosing import OfThisPaper
from masthead.newsroom.desk import may_edit
from masthead.newsroom.source_kinds import EVERY, KINDS, KindOfSource
from masthead.newsroom.where import paper
from masthead.wire import credentials
from masthead.wire.arrivals import push, rounds, websub
from masthead.wire.models import Source


class SourceForm(WagtailAdminModelForm):
    """Only the fields of the source's kind. A saved password never comes back to the screen."""

    secret = forms.CharField(
        required=False,
        strip=False,
        max_length=5000,
        widget=forms.PasswordInput(render_value=False, attrs={"autocomplete": "new-password"}),
    )
    private_key = forms.CharField(
        required=False,
        max_length=20_000,
        label="Or a private key",
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Instead of a password: the whole text, from -----BEGIN to the end, without a passphrase. "
        "It is never shown again.",
    )
    forget_host_key = forms.BooleanField(required=False, label="Forget the pinned key")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.said: KindOfSource = KINDS[Source.Kind(self.instance.kind)]
        for name in set(self.fields) - {*EVERY, *self.said.fields}:
            del self.fields[name]
        for name, text in self.said.helps.items():
            self.fields[name].help_text = text
        for name, label in self.said.labels.items():
            self.fields[name].label = label
        for name in self.said.needed:
            self.fields[name].required = True
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = "Also the name of its folder below wire/in/. Empty: made from the name."
        if not self.instance.pk:
            self.initial = {**self.initial, **self.said.initial}
        self._pinned()
        self.before = {name: getattr(self.instance, name) for name in ("address", "host", "port", "place", "username")}

    def _pinned(self) -> None:
        if "forget_host_key" not in self.fields:
            return
        if not self.instance.host_key:
            del self.fields["forget_host_key"]
            return
        self.fields["forget_host_key"].help_text = (
            f"Pinned at the first visit: {self.instance.host_key}. Forget it only when the agency tells you that its "
            "computer has a new key; compare what it tells you with what is shown here afterwards."
        )

    def clean_host(self) -> str:
        host = self.cleaned_data["host"].strip().lower()
        if not re.fullmatch(r"[\w.-]+|[0-9a-f:.]+", host):
            raise ValidationError("Only the computer's name, such as files.example.com, without // and folders.")
        return host

    def clean_port(self) -> int | None:
        port = self.cleaned_data["port"]
        if port is not None and not 0 < port < 65_536:
            raise ValidationError("A port is a number from 1 to 65535.")
        return port  # type: ignore[no-any-return]

    def clean_every(self) -> int:
        return max(int(self.cleaned_data["every"]), rounds.SOONEST)

    def clean_header_name(self) -> str:
        name = self.cleaned_data["header_name"].strip()
        if name and not re.fullmatch(r"[A-Za-z0-9-]+", name):
            raise ValidationError("A header's name has letters, figures and hyphens only, such as x-api-key.")
        return name  # type: ignore[no-any-return]

    def clean(self) -> dict[str, Any]:
        said = super().clean()
        self._slug(said)
        typed = (said.get("private_key") or "").strip() or (said.get("secret") or "").strip()
        self.typed = typed
        if "secret" in self.fields:
            self._secret(said, typed)
        return said

    def _slug(self, said: dict[str, Any]) -> None:
        slug = said.get("slug") or slugify(said.get("name", ""))[:80]
        taken = Source.objects.filter(title=self.instance.title or paper(), slug=slug).exclude(pk=self.instance.pk)
        if slug and taken.exists():
            self.add_error("slug", f"Another source has the folder “{slug}” already. Choose another word.")
        elif not slug:
            self.add_error("slug", "Choose a word for its folder, in letters and figures.")
        said["slug"] = slug

    def _secret(self, said: dict[str, Any], typed: str) -> None:
        has = bool(typed or self.instance.sealed)
        address = said.get("address", "")
        if not has and (said.get("proof") or self.said.kind in (Source.Kind.SFTP, Source.Kind.IMAP, Source.Kind.AP)):
            self.add_error("secret", "This is needed to be let in.")
        if said.get("proof") == Source.Proof.HEADER and not said.get("header_name"):
            self.add_error("header_name", "Which header does the key go into?")
        if has and address and not address.startswith("https://") and (said.get("proof") or typed):
            self.add_error("address", "With a password or key the address must begin with https://, or it could be read.")
        if "\n" in typed and "PRIVATE KEY" not in typed:
            self.add_error("secret", "There is a line break in it. Copy it again without one.")
        if self.instance.sealed and not typed and self._is_elsewhere(said):
            # Else whoever may edit sources could have the agency's password sent to a computer of their own.
            self.add_error("secret", "This is another computer than before: type the password for it.")

    def _is_elsewhere(self, said: dict[str, Any]) -> bool:
        if "host" in self.fields:
            weaker = said.get("security") == Source.Security.NONE != Source.objects.get(pk=self.instance.pk).security
            return said.get("host") != self.before["host"] or said.get("port") != self.before["port"] or weaker
        return not fetch.same_computer(self.before["address"], said.get("address", ""))

    def save(self, commit: bool = True) -> Source:
        source: Source = self.instance
        if not source.title_id:
            source.title = paper()
        if self.typed:
            credentials.keep(source, self.typed)
        changed = [name for name, was in self.before.items() if getattr(source, name) != was]
        if changed:
            source.cursor, source.etag, source.last_modified = {}, "", ""
        if {"host", "port"} & set(changed) or self.cleaned_data.get("forget_host_key"):
            source.host_key = ""
        saved: Source = super().save(commit=commit)
        if {"host", "port", "place"} & set(changed) and saved.pk:
            saved.taken_files.all().delete()
        return saved


class AddSource(CreateView):
    """First the kind, then the form for it."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.kind = request.GET.get("kind", "")
        if self.kind not in Source.Kind.values:
            return render(request, "newsroom/wire/source_kinds.html", {"kinds": KINDS.values()})
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        kwargs = super().get_form_kwargs()
        kwargs["instance"] = kwargs.get("instance") or self.model()
        kwargs["instance"].kind = self.kind
        kwargs["instance"].title = paper()
        return kwargs  # type: ignore[no-any-return]

    def get_add_url(self) -> str:
        return f"{super().get_add_url()}?{urlencode({'kind': self.kind})}"

    def get_success_url(self) -> str:
        return reverse("wire_sources")

    def get_page_subtitle(self) -> str:
        return f"Add a source: {Source.Kind(self.kind).label}"


class EditSource(EditView):
    """Back to the page that says how each source is."""

    def get_success_url(self) -> str:
        return reverse("wire_sources")


class SourceViewSet(OfThisPaper, SnippetViewSet):
    model = Source
    icon = "download"
    list_display = ["name", "get_kind_display", "slug", "agency", "active"]
    search_backend_name = None
    copy_view_enabled = False
    add_view_class = AddSource
    edit_view_class = EditSource
    edit_handler = ObjectList(
        [
            MultiFieldPanel([FieldPanel("name"), FieldPanel("active")], heading="Source"),
            MultiFieldPanel(
                [
                    FieldPanel(name)
                    for name in (
                        "address", "host", "port", "security", "proof", "username", "header_name", "secret",
                        "private_key", "forget_host_key", "place", "pattern", "take_old", "take_away", "every",
                    )
                ],
                heading="How it comes",
            ),
            MultiFieldPanel([FieldPanel("agency"), FieldPanel("profile"), FieldPanel("slug")], heading="What comes"),
        ],
        base_form_class=SourceForm,
    )  # fmt: skip


def try_now(request: HttpRequest, source: Source) -> None:
    """Ask a source that was just saved, and say in a sentence what happened."""
    if not source.active:
        return
    if source.kind in rounds.ASKED:
        found = rounds.look(source)
        (messages.success if found.well else messages.warning)(request, f"{source.name}: {found.words}")
    elif source.kind == Source.Kind.WEBHOOK and not source.sealed_push:
        page = reverse("wire_sources")
        messages.warning(request, f"{source.name}: one step is left. Make its signing secret on the page {page}.")
    elif source.kind == Source.Kind.FOLDER:
        messages.success(request, f"{source.name}: drop files into wire/in/{source.slug}/ and they are read at once.")


@require_admin_access
@require_POST
def new_secret(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a webhook's signing secret and show it, this once."""
    may_edit(request)
    source = get_object_or_404(Source, pk=pk, kind=Source.Kind.WEBHOOK)
    renewed = bool(source.sealed_push)
    secret = push.new_secret(source)
    context = {"source": source, "secret": secret, "address": websub.callback(source), "renewed": renewed}
    return render(request, "newsroom/wire/source_secret.html", context)
