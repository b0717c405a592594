"""Logs people in; a Rust service knows them by the same cookie. See ../beside_flask.rs."""
import os, sys
from flask import Flask, flash, redirect, render_template_string, request, session

app = Flask(__name__)
app.secret_key = os.environ.get("SECRET_KEY") or sys.exit("SECRET_KEY is not set")
# As the Rust side has them: who writes the cookie last decides on its attributes.
app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Lax")
PROFILE = os.environ.get("RUST_URL", "http://localhost:3000") + "/profile"
PAGE = """<!doctype html><title>Flask</title>
{% for message in get_flashed_messages() %}<p><em>{{ message }}</em></p>{% endfor %}
{% if session.user %}<p>Flask knows {{ session.user }}</p><a href="{{ profile }}">Profile</a>
{% else %}<p>Flask knows nobody</p><form method="post" action="/login">
<label>Name <input name="user" required></label> <button>Log in</button></form>{% endif %}
"""


@app.get("/")
def index():
    return render_template_string(PAGE, profile=PROFILE)


@app.post("/login")
def login():
    session["user"] = request.form["user"]
    flash("Welcome, says Flask", "success")
    return redirect(PROFILE)
