"""The real Django with signed_cookies: django_app.py SECRET."""
import json
import sys
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
from django.conf import settings
from serving import announce, end_with_test

settings.configure(
    SECRET_KEY=sys.argv[1],
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    DATABASES={},
    INSTALLED_APPS=["django.contrib.sessions"],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
    ],
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.http import HttpResponse  # noqa: E402
from django.urls import path  # noqa: E402


def answer(value=None):
    return HttpResponse(json.dumps(value), content_type="application/json")


def session(request):
    if request.method == "PUT":
        request.session.clear()
        request.session.update(json.loads(request.body))
        return answer()
    return answer(dict(request.session.items()))


def set_(request):
    body = json.loads(request.body)
    request.session[body["key"]] = body["value"]
    return answer()


def pop(request):
    request.session.pop(json.loads(request.body))
    return answer()


def login(request):
    request.session["user"] = json.loads(request.body)
    return answer()


def whoami(request):
    return answer(request.session.get("user"))


def logout(request):
    request.session.flush()
    return answer()


def persistent(request):
    if request.method == "POST":
        request.session.set_expiry(None if json.loads(request.body) else 0)
    return answer(not request.session.get_expire_at_browser_close())


def keys(request):
    """The first signs, all verify."""
    settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS = json.loads(request.body)
    return answer()


views = [session, pop, login, whoami, logout, persistent, keys]
urlpatterns = [path(view.__name__, view) for view in views] + [path("set", set_)]


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


if __name__ == "__main__":
    server = make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet)
    end_with_test()
    announce("Django", server.server_port)
    server.serve_forever()
