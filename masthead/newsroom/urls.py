"""The staff door."""

from django.urls import include, path
from wagtail.admin import urls as wagtailadmin_urls

from masthead.newsroom import views

urlpatterns = [
    path("originals/<path:name>", views.original),
    path("", include(wagtailadmin_urls)),
]
