"""Read-only panels of the story form: the agency's side of it, and what the desk must know."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import Panel


class OriginPanel(Panel):
    """Agency, id, version, headline as delivered, orders and terms."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/origin_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            context["story"] = self.instance
            context["diary"] = self.instance.diary.select_related("user")[:30] if self.instance.pk else []
            return context


class DeskNotesPanel(Panel):
    """Notes that never leave the desk; here, behind the staff door, they are opened."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/desk_notes_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            notes = self.instance.desk_notes.all() if self.instance.pk else []
            context["notes"] = [{"at": n.at, "source": n.source, "text": n.text.reveal()} for n in notes]
            return context
