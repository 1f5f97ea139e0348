"""What people of the tests show beside their password: the codes of an app, and a passkey made of a key of ours."""

import base64
import hashlib
import json
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fido2.cbor import encode
from fido2.cose import ES256
from fido2.utils import websafe_encode

from skanderborg import clock as time
from skanderborg.domain.factors import apps
from skanderborg.store.factors import Challenge

HERE = "http://localhost:8000"


def totp(secret, at, steps=0):
    """What an app shows at an instant, or so many steps from there."""
    return TOTP(base64.b32decode(secret), 6, SHA1(), 30).generate(int(at.timestamp()) + 30 * steps).decode()


def code_of(secret, steps=0):
    """What an app shows now, or so many steps from now."""
    return totp(secret, time.now(), steps)


def an_app(person, name="Min telefon"):
    """An app of that person's: its secret, and the codes that came with it."""
    secret = apps.offered(person, apps.offer(person))
    return secret, apps.add(person, name, secret, code_of(secret, -1))


class Key:
    """A passkey, as a browser and what is built into a computer make one; `of` names the host and the origin."""

    def __init__(self, host="localhost", origin=HERE):
        self.private, self.id, self.count = ec.generate_private_key(ec.SECP256R1()), b"k" * 32, 0
        self.host, self.origin = host, origin

    def made(self, session, flags=0x45, **otherwise):
        """Its answer to what the session asks it to be made of."""
        public = encode(ES256.from_cryptography_key(self.private.public_key()))
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        client = self._client("webauthn.create", session, "add", **otherwise)
        attestation = encode({"fmt": "none", "attStmt": {}, "authData": self._data(flags) + attested})
        said = {"clientDataJSON": websafe_encode(client), "attestationObject": websafe_encode(attestation)}
        return self._answer(said)

    def signed(self, session, purpose="show", kind="webauthn.get", flags=5, **otherwise):
        """Its answer to what the session asks it to sign."""
        self.count += 1
        client, data = self._client(kind, session, purpose, **otherwise), self._data(flags)
        signature = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": client, "authenticatorData": data, "signature": signature}
        return self._answer({name: websafe_encode(value) for name, value in said.items()})

    def _client(self, kind, session, purpose, challenge=None):
        asked = Challenge.get_or_none(Challenge.session == session.ref, Challenge.purpose == purpose)
        said = {"type": kind, "challenge": challenge or (asked.challenge if asked else "x"), "origin": self.origin}
        return json.dumps(said).encode()

    def _data(self, flags):
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + struct.pack(">I", self.count)

    def _answer(self, response):
        name = websafe_encode(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response,
                           "clientExtensionResults": {}})  # fmt: skip
