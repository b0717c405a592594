"""The real Flask: flask_app.py SECRET. Tagged values travel in plain JSON as {"$tuple": ...} and the like."""
import base64
import datetime
import json
import logging
import sys
import uuid

from flask import Flask, Response, flash, get_flashed_messages, request, session
from markupsafe import Markup
from serving import announce, end_with_test
from werkzeug.serving import make_server

app = Flask(__name__)
app.secret_key = sys.argv[1]


def moment(text):
    return datetime.datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")


MAKE = {
    "$tuple": lambda items: tuple(made(item) for item in items),
    "$bytes": base64.b64decode,
    "$markup": Markup,
    "$uuid": uuid.UUID,
    "$datetime": moment,
}


def made(value):
    """The Python value of the plain notation."""
    if isinstance(value, dict):
        if len(value) == 1 and (only := next(iter(value))) in MAKE:
            return MAKE[only](value[only])
        return {key: made(item) for key, item in value.items()}
    if isinstance(value, list):
        return [made(item) for item in value]
    return value


def plain(value):
    """The plain notation of a Python value."""
    if isinstance(value, Markup):
        return {"$markup": str(value)}
    if isinstance(value, tuple):
        return {"$tuple": [plain(item) for item in value]}
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    if isinstance(value, uuid.UUID):
        return {"$uuid": str(value)}
    if isinstance(value, datetime.datetime):
        utc = value.astimezone(datetime.timezone.utc)
        return {"$datetime": utc.strftime("%Y-%m-%dT%H:%M:%SZ")}
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value


def body():
    return json.loads(request.get_data())


def answer(value=None):
    return Response(json.dumps(value), mimetype="application/json")


@app.get("/session")
def read():
    return answer(plain(dict(session)))


@app.put("/session")
def replace():
    session.clear()
    session.update({key: made(value) for key, value in body().items()})
    return answer()


@app.post("/set")
def set_():
    session[body()["key"]] = body()["value"]
    return answer()


@app.post("/pop")
def pop():
    session.pop(body())
    return answer()


@app.post("/login")
def login():
    session["user"] = body()
    return answer()


@app.get("/whoami")
def whoami():
    return answer(session.get("user"))


@app.post("/logout")
def logout():
    session.clear()
    return answer()


@app.post("/flash")
def flash_():
    flash(made(body()["message"]), body()["category"])
    return answer()


@app.get("/flashed")
def flashed():
    messages = get_flashed_messages(with_categories=True)
    return answer([[category, str(message)] for category, message in messages])


@app.get("/persistent")
def is_persistent():
    return answer(session.permanent)


@app.post("/persistent")
def set_persistent():
    session.permanent = body()
    return answer()


@app.post("/keys")
def keys():
    """The first signs, all verify."""
    app.secret_key, *fallbacks = body()
    app.config["SECRET_KEY_FALLBACKS"] = fallbacks
    return answer()


if __name__ == "__main__":
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, app)
    end_with_test()
    announce("Flask", server.server_port)
    server.serve_forever()
