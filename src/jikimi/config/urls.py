"""Every address of the house. Each belongs to one door; what goes wrong answers as the portal."""

from django.urls import include, path

handler400 = "jikimi.web.portal.trouble.cannot_be_read"
handler404 = "jikimi.web.portal.trouble.no_such_page"
handler500 = "jikimi.web.portal.trouble.failed"
urlpatterns = [
    path("", include("jikimi.api.urls")),
    path("desk/", include("jikimi.web.desk.urls")),
    path("", include("jikimi.web.portal.urls")),
]
