"""The other side of `Private`: opens or makes one token a line, with the lines of docs/FORMATS.md."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
import hashlib, hmac, json, os, sys, time
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as decrypt
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as encrypt

key = hmac.new(sys.argv[2].encode(), b"tower-cookie-session private", hashlib.sha256).digest()


def opened(token):
    sealed = urlsafe_b64decode(token + "=" * (-len(token) % 4))
    opened = decrypt(sealed[24:], b"__Host-session", sealed[:24], key)
    issued, session = int.from_bytes(opened[:8], "big"), json.loads(opened[8:])
    assert abs(time.time() - issued) < 600
    return session


def made(session):
    nonce, message = os.urandom(24), int(time.time()).to_bytes(8, "big") + json.dumps(session).encode()
    sealed = nonce + encrypt(message, b"__Host-session", nonce, key)
    return urlsafe_b64encode(sealed).rstrip(b"=").decode()


for line in sys.stdin:
    if sys.argv[1] == "open":
        print(json.dumps(opened(line.strip())))
    else:
        print(made(json.loads(line)))
