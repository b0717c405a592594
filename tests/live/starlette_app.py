"""The real Starlette under uvicorn: starlette_app.py SECRET."""
import json
import socket
import sys

import uvicorn
from serving import announce, end_with_test
from starlette.middleware.sessions import SessionMiddleware
from starlette.responses import Response
from starlette.routing import Route, Router


def answer(value=None):
    return Response(json.dumps(value), media_type="application/json")


async def read(request):
    return answer(dict(request.session))


async def replace(request):
    request.session.clear()
    request.session.update(await request.json())
    return answer()


async def set_(request):
    body = await request.json()
    request.session[body["key"]] = body["value"]
    return answer()


async def pop(request):
    request.session.pop(await request.json())
    return answer()


async def login(request):
    request.session["user"] = await request.json()
    return answer()


async def whoami(request):
    return answer(request.session.get("user"))


async def logout(request):
    request.session.clear()
    return answer()


async def keys(request):
    """The middleware takes one key only: a new one is a new middleware, as after a restart."""
    [app.sessions] = [SessionMiddleware(router, key) for key in await request.json()]
    return answer()


class App:
    """The router behind a session middleware that can be exchanged."""

    def __init__(self, secret):
        self.sessions = SessionMiddleware(router, secret)

    async def __call__(self, scope, receive, send):
        await self.sessions(scope, receive, send)


router = Router(
    [
        Route("/session", read, methods=["GET"]),
        Route("/session", replace, methods=["PUT"]),
        Route("/set", set_, methods=["POST"]),
        Route("/pop", pop, methods=["POST"]),
        Route("/login", login, methods=["POST"]),
        Route("/whoami", whoami, methods=["GET"]),
        Route("/logout", logout, methods=["POST"]),
        Route("/keys", keys, methods=["POST"]),
    ]
)
app = App(sys.argv[1])

if __name__ == "__main__":
    listener = socket.create_server(("127.0.0.1", 0))
    end_with_test()
    # Connections wait in the listener's queue until uvicorn is up.
    announce("starlette", listener.getsockname()[1])
    config = uvicorn.Config(app, log_level="warning", lifespan="off")
    uvicorn.Server(config).run(sockets=[listener])
