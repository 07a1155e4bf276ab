"""Every address of the house: the newsroom behind the staff door, everything else the readers'."""

from django.urls import include, path

urlpatterns = [
    path("newsroom/", include("masthead.newsroom.urls")),
    path("", include("masthead.public.urls")),
]

handler500 = "masthead.project.outage.failed"
