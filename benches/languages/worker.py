"""What the Python workers share: the cases, their checks, and a round whenever one is asked for."""

import json
import platform
import sys
from functools import partial
from importlib.metadata import version
from time import perf_counter_ns
from wsgiref.util import setup_testing_defaults

KEY = "a key for benches: 0123456789 abcdef"
ADA = "ada lovelace"

ENVIRON = {}
setup_testing_defaults(ENVIRON)


def environ(cookies):
    """What a WSGI server hands over."""
    return {**ENVIRON, "HTTP_COOKIE": cookies}


def work(peer):
    """`peer.answer(cookies, job)` is a request whose handler is `job`: what that gave, and the
    response."""
    cases = {}
    with open(sys.argv[1], encoding="utf-8") as samples:
        for size, text in zip(["small", "typical", "large"], samples, strict=True):
            cases |= of_sample(peer, size, text)
    cookies = among_others("session=")
    cases["bare"] = partial(peer.bare, cookies)
    beside = [f"{name} {version(name)}" for name in peer.packages]
    hello = {"name": peer.name, "with": ", ".join([f"Python {platform.python_version()}", *beside])}
    print(json.dumps(hello), flush=True)
    for line in sys.stdin:
        times = {name: nanoseconds(case, int(line)) for name, case in cases.items()}
        print(json.dumps(times), flush=True)


def of_sample(peer, size, text):
    """Read, write and forged, checked."""
    session = peer.parse(text)
    filled = peer.answer(among_others("a=b"), lambda stored: stored.update(session))
    cookie = new_cookie(peer, filled)
    good, bad = among_others(cookie), among_others(forged(cookie))
    read = partial(peer.answer, good, read_name)
    write = partial(peer.answer, good, write_number)
    miss = partial(peer.answer, bad, read_name)

    expect(peer, f"{size}, all", peer.answer(good, dict)[0], session)
    name, response = read()
    expect(peer, f"{size}, read", (name, peer.set_cookie(response) or None), (ADA, None))
    written = peer.answer(among_others(new_cookie(peer, write())), dict)[0]
    expect(peer, f"{size}, write", written, session | {"n": 42})
    expect(peer, f"{size}, forged", miss()[0], None)
    expect(peer, f"{size}, forged, all", peer.answer(bad, dict)[0], {})
    return {f"read {size}": read, f"write {size}": write, f"forged {size}": miss}


def read_name(session):
    return session.get("name")


def write_number(session):
    session["n"] = 42


def new_cookie(peer, answer):
    cookie = peer.set_cookie(answer[1])
    return cookie.split(";")[0] if cookie else sys.exit(f"{peer.name} sets no cookie")


def expect(peer, what, seen, wanted):
    if seen != wanted:
        sys.exit(f"{peer.name}, {what}: {seen!r} instead of {wanted!r}")


def among_others(cookie):
    """As in the Rust benches."""
    return f"theme=dark; _ga=GA1.1.1234567890.1700000000; {cookie}; lang=en-GB"


def forged(cookie):
    """With another letter in the middle, which is in the content and not in the MAC."""
    name, value = cookie.split("=", 1)
    at = next(at for at in range(len(value) // 2, len(value)) if value[at].isalnum())
    return f"{name}={value[:at]}{'y' if value[at] == 'x' else 'x'}{value[at + 1 :]}"


def nanoseconds(case, milliseconds):
    count, elapsed, start = 0, 0, perf_counter_ns()
    while elapsed < milliseconds * 1_000_000:
        for _ in range(20):
            case()
        count += 20
        elapsed = perf_counter_ns() - start
    return elapsed / count
