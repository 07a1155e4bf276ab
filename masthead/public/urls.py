"""The readers' door: every address that is not the newsroom's."""

from django.urls import re_path

from masthead.public import views

urlpatterns = [re_path(r"^(?P<path>.*)$", views.paper)]
