"""The other side of macs.rs: what Python's hmac makes of random keys and messages, one of each a line."""

from base64 import urlsafe_b64encode
from hmac import digest
from random import Random
import sys

rows, random = int(sys.argv[1]), Random(2104)
HASHES = ["sha1", "sha256", "sha384", "sha512"]


def b64(data):
    return urlsafe_b64encode(data).rstrip(b"=")


for row in range(rows):
    secret = random.randbytes(random.randint(1, 200))
    message = random.randbytes(random.randint(0, 500))
    key = digest(secret, b"tower-cookie-session:__Host-session", "sha256")

    # A token of our layout whose payload is the message, each byte of it a character.
    issued = random.randrange(2**37)
    time = issued.to_bytes(8, "big").lstrip(b"\0")
    body = b64(message.decode("latin-1").encode()) + b"." + b64(time)
    token = body + b"." + b64(digest(key, body, "sha256"))

    # By turns Flask's, of each hash, and Express' under the secret itself.
    hash = HASHES[row // 20 % 4]
    if row // 10 % 2 == 0:
        other = digest(digest(secret, b"cookie-session", hash), message, hash)
    else:
        other = digest(secret, b"session=" + message, "sha1")
    fields = b64(secret), b64(message) or b"-", b"%d" % issued, token, b64(digest(key, message, "sha256")), b64(other)
    print(b" ".join(fields).decode())
