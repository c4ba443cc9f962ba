"""Every address of the house. Each belongs to one door."""

from django.urls import include, path

urlpatterns = [
    path("", include("jikimi.api.urls")),
    path("desk/", include("jikimi.web.desk.urls")),
    path("", include("jikimi.web.portal.urls")),
]
