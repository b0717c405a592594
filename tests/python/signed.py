"""The other side of main.rs: opens or makes one token a line, with the four lines of the docs."""

import hashlib
import json
import sys

from itsdangerous import URLSafeTimedSerializer

key = sys.argv[2]

options = {"key_derivation": "hmac", "digest_method": hashlib.sha256}
sessions = URLSafeTimedSerializer(key, salt="tower-cookie-session:__Host-session", signer_kwargs=options)
opened = lambda cookie: sessions.loads(cookie, max_age=1209600)
made = lambda session: sessions.dumps(session)

for line in sys.stdin:
    if sys.argv[1] == "open":
        print(json.dumps(opened(line.strip())))
    else:
        print(made(json.loads(line)))
