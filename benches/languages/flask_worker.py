"""Flask: its own session interface, called as its request context does."""

from importlib.metadata import version

from flask import Flask, Request, Response
from flask.json.tag import TaggedJSONSerializer
from flask.sessions import SecureCookieSessionInterface

import worker


class Peer:
    name = f"Flask {version('flask')}"
    packages = ["Werkzeug", "itsdangerous"]

    def __init__(self):
        self.app = Flask(__name__)
        self.app.secret_key = worker.KEY
        self.sessions = SecureCookieSessionInterface()
        # A request is always within one, and the JSON differs without.
        self.app.app_context().push()

    def parse(self, text):
        # The flash message is stored as a tuple, and Flask writes the tag itself.
        return TaggedJSONSerializer().loads(text)

    def answer(self, cookies, job):
        session = self.sessions.open_session(self.app, Request(worker.environ(cookies)))
        # As `flask.session` does where it is looked at.
        session.accessed = True
        seen = job(session)
        response = Response()
        self.sessions.save_session(self.app, session, response)
        return seen, response

    def bare(self, cookies):
        Request(worker.environ(cookies))
        return None, Response()

    def set_cookie(self, response):
        return response.headers.get("Set-Cookie")


worker.work(Peer())
