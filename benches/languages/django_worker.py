"""Django: its session middleware with the engine `signed_cookies`, around a view."""

import json

import django
from django.conf import settings

import worker

settings.configure(
    SECRET_KEY=worker.KEY,
    SESSION_COOKIE_NAME="session",
    SESSION_ENGINE="django.contrib.sessions.backends.signed_cookies",
)
django.setup()

from django.contrib.sessions.middleware import SessionMiddleware
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse


def view(request):
    if request.job is not None:
        request.seen = request.job(request.session)
    return HttpResponse()


class Peer:
    name = f"Django {django.get_version()}, signed_cookies"
    packages = ["asgiref"]
    parse = staticmethod(json.loads)
    middleware = SessionMiddleware(view)

    def answer(self, cookies, job):
        request = WSGIRequest(worker.environ(cookies))
        request.job = job
        response = self.middleware(request)
        return request.seen, response

    def bare(self, cookies):
        request = WSGIRequest(worker.environ(cookies))
        request.job = None
        return None, view(request)

    def set_cookie(self, response):
        return response.cookies.output(header="").strip()


worker.work(Peer())
