"""What readers' search goes by: where a published story stands in the index, and how the words of headlines are spelt.

The words themselves lie in `stories_clippings` (FTS5 or tsvector), a table that Django does not know.
"""

from __future__ import annotations

from django.db import models


class Clipping(models.Model):
    """A published story in the readers' index. Its place grows with its time, so that newest first needs no sorting."""

    story = models.OneToOneField("stories.Story", primary_key=True, on_delete=models.CASCADE, related_name="clipping")
    place = models.BigIntegerField(unique=True, help_text="Seconds since 1970 of first publication, times 64, and a number.")

    def __str__(self) -> str:
        return str(self.place)


class Spelling(models.Model):
    """A word of a headline, under itself and under itself with one letter left out: two words that differ by a slip
    have a piece in common."""

    piece = models.CharField(max_length=32)
    word = models.CharField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["piece", "word"], name="spelling_once")]

    def __str__(self) -> str:
        return self.word
