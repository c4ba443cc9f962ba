"""The same portal under a .onion address: no HTTPS there, no desk, and a hint to Tor Browser."""

from collections.abc import Callable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.request import split_domain_port

Answer = Callable[[HttpRequest], HttpResponse]


class Onion:
    """Middleware: tell Tor Browser of the onion address, and serve the portal alone there.

    Tor encrypts the way to an onion address itself. It is plain HTTP to the browser, in which a
    cookie that asks for HTTPS may be dropped, so cookies do not ask for it there. The header
    names the path and never the question mark behind it, which may carry the mark of a form.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.ONION:
            return self.get_response(request)
        host, _port = split_domain_port(request.get_host())
        if host != settings.ONION_HOST:
            response = self.get_response(request)
            if request.is_secure() and not request.path.startswith("/desk/"):
                response["Onion-Location"] = f"{settings.ONION}{request.path}"
            return response
        if request.path.startswith("/desk/"):
            raise Http404
        response = self.get_response(request)
        for cookie in response.cookies.values():
            cookie["secure"] = ""
        return response
