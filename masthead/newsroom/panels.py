"""Read-only panels of the story form: the agency's side of it, and what the desk must know."""

from __future__ import annotations

from typing import Any

from wagtail.admin.panels import MultiFieldPanel, Panel

from masthead.press.reading import WORDS_A_MINUTE


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
            context["story"] = self.instance
            return context


class FiguresPanel(Panel):
    """Words and reading time. With script they follow the typing."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "newsroom/figures_panel.html"

        def get_context_data(self, parent_context: Any = None) -> dict[str, Any]:
            context: dict[str, Any] = super().get_context_data(parent_context)
            words = self.instance.words
            minutes = max(1, round(words / WORDS_A_MINUTE))
            return {**context, "words": words, "minutes": minutes, "a_minute": WORDS_A_MINUTE}


class ReadersPanel(MultiFieldPanel):
    """What readers are told of a change. Only for a story that they may have read."""

    class BoundPanel(MultiFieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return bool(self.instance.live) and super().is_shown()
