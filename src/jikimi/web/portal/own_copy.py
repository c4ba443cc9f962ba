"""A copy of everything, as one file that opens anywhere."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from jikimi.aftercare.exports import everything_about
from jikimi.web.portal.door import page, show_page
from jikimi.web.portal.standing import places_of
from jikimi.web.portal.visit import Visit, with_visit

FILE_NAME = "copy.html"
"""It says nothing to whoever sees it among other files."""


@page("GET", "HEAD", "POST")
@with_visit
def copy(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Say what the file is and what it means to keep it; then give it."""
    if request.method != "POST":
        return show_page(request, "copy.html")
    about = everything_about(visit.case, visit.key, now=timezone.now())
    response = show_page(
        request,
        "copy_file.html",
        status=HTTPStatus.OK,
        about=about,
        machine=about.as_json(),
        places=places_of(visit.case),
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return response
