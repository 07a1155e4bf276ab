"""What Wagtail's picture form shows beside the fields."""

from __future__ import annotations

from typing import Any

from django import template

from masthead.kit import clock
from masthead.newsroom import pictures
from masthead.pictures import taking
from masthead.pictures.models import Picture

register = template.Library()


@register.inclusion_tag("newsroom/library/uses_list.html")
def where_used(picture: Picture) -> dict[str, Any]:
    """The stories with a picture, and pictures that look the same."""
    near = taking.looks_like(picture)
    return {"picture": picture, "uses": pictures.uses(picture), "near": near, "now": clock.now()}
