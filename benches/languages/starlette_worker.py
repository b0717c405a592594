"""Starlette: its session middleware around a bare ASGI application. There is no event loop: the
coroutine is run by hand, for nothing in it waits."""

import json
from importlib.metadata import version

from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import Request

import worker


async def app(scope, receive, send):
    request = Request(scope)
    if scope["job"] is not None:
        scope["seen"] = scope["job"](request.session)
    await send({"type": "http.response.start", "status": 200, "headers": []})


def run(app, scope):
    """The head of the response."""
    sent = []

    async def send(message):
        sent.append(message)

    try:
        app(scope, None, send).send(None)
    except StopIteration:
        return sent[0]
    raise RuntimeError("there is nothing to wait for")


def scope(cookies, job):
    return {"type": "http", "headers": [(b"cookie", cookies.encode())], "job": job}


class Peer:
    name = f"Starlette {version('starlette')}, SessionMiddleware"
    packages = ["itsdangerous"]
    parse = staticmethod(json.loads)
    middleware = SessionMiddleware(app, secret_key=worker.KEY)

    def answer(self, cookies, job):
        asked = scope(cookies, job)
        response = run(self.middleware, asked)
        return asked["seen"], response

    def bare(self, cookies):
        return None, run(app, scope(cookies, None))

    def set_cookie(self, response):
        return dict(response["headers"]).get(b"set-cookie", b"").decode()


worker.work(Peer())
