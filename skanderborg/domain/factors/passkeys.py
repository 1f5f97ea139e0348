"""Passkeys (WebAuthn): a key in a telephone, a computer or on a stick, which signs for this address alone.

What it signs is drawn at random for one session and one purpose, and goes when it is answered.
"""

import json
import logging
import struct
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from fido2.server import Fido2Server
from fido2.utils import websafe_decode, websafe_encode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from ... import clock
from ...errors import Invalid
from ...kinds import FactorKind
from ...store.db import transaction
from ...store.factors import Challenge, Factor
from ...store.people import Person, Session
from .. import factors

ADD, SHOW = "add", "show"
LASTS = timedelta(minutes=30)  # a form that waits for its step-up comes back with what was signed before
LONGEST = 20_000  # characters of an answer
NO_KEY = "Adgangsnøglen svarede ikke rigtigt. Prøv igen, eller brug en kode."
ODD = (  # what comes of an answer that no browser gives
    ValueError, LookupError, TypeError, AttributeError, struct.error, AssertionError, RecursionError,
    UnsupportedAlgorithm,
)  # fmt: skip
logging.getLogger("fido2").setLevel(logging.WARNING)


@cache
def _server(base_url: str) -> Fido2Server:
    host = urlsplit(base_url).hostname or ""
    return Fido2Server(PublicKeyCredentialRpEntity(id=host, name="Koordinering"), verify_origin=base_url.__eq__)


def begin_adding(person: Person, session: Session, base_url: str) -> dict[str, Any]:
    """What a browser is asked to make a passkey of, and what that shall sign."""
    user = PublicKeyCredentialUserEntity(id=person.ref.encode(), name=person.username, display_name=person.plain_name)
    options, state = _server(base_url).register_begin(
        user, _known(person), ResidentKeyRequirement.DISCOURAGED, UserVerificationRequirement.PREFERRED
    )
    _remember(session, ADD, state["challenge"])
    return dict(options)


def begin_showing(person: Person, session: Session, base_url: str) -> dict[str, Any]:
    """What a browser is asked to have signed by one of the person's passkeys."""
    options, state = _server(base_url).authenticate_begin(_known(person), UserVerificationRequirement.PREFERRED)
    _remember(session, SHOW, state["challenge"])
    return dict(options)


def _known(person: Person) -> list[AttestedCredentialData]:
    return [_opened(factor) for factor in factors.of_person(person) if factor.kind == FactorKind.PASSKEY]


def _opened(factor: Factor) -> AttestedCredentialData:
    return AttestedCredentialData(websafe_decode(factor.secret))


@transaction
def _remember(session: Session, purpose: str, challenge: str) -> None:
    columns = {"challenge": challenge, "at": clock.now()}
    Challenge.insert(session=session.ref, purpose=purpose, **columns).on_conflict(
        conflict_target=[Challenge.session, Challenge.purpose], update=columns
    ).execute()


@transaction
def _asked(session: Session, purpose: str) -> dict[str, Any]:
    """What was to be signed, which is asked no more. Raises ValueError where nothing was, or too long ago."""
    this = (Challenge.session == session.ref, Challenge.purpose == purpose)
    for row in Challenge.delete().where(*this).returning(Challenge).execute():
        if clock.now() - LASTS < row.at <= clock.now():
            return {"challenge": row.challenge, "user_verification": UserVerificationRequirement.PREFERRED}
    raise ValueError


def _read(answer: str) -> Any:
    if len(answer) > LONGEST:
        raise ValueError
    return json.loads(answer)


def add(actor: Person, session: Session, name: str, answer: str, base_url: str) -> list[str]:
    """Keep a passkey that was made just now; the codes that come with the first factor. Raises Invalid as
    `factors.keep`, and for an answer that is no passkey's, or is not to what was asked."""
    try:
        made = _server(base_url).register_complete(_asked(session, ADD), _read(answer))
        credential = made.credential_data
        if credential is None or credential.credential_id in {known.credential_id for known in _known(actor)}:
            raise ValueError
    except ODD:
        raise Invalid(NO_KEY, "name") from None
    return factors.keep(actor, FactorKind.PASSKEY, name, websafe_encode(credential), made.counter)


def is_shown(person: Person, session: Session, answer: str, base_url: str) -> bool:
    """Whether one of the person's passkeys signed what this session asked for just now."""
    mine = [factor for factor in factors.of_person(person) if factor.kind == FactorKind.PASSKEY]
    known = {_opened(factor).credential_id: factor for factor in mine}
    try:
        said = _read(answer)
        used = _server(base_url).authenticate_complete(_asked(session, SHOW), [_opened(one) for one in mine], said)
        counter = AuthenticationResponse.from_dict(said).response.authenticator_data.counter
    except ODD:
        return False
    return _count(known[used.credential_id], counter)


@transaction
def _count(factor: Factor, counter: int) -> bool:
    """Remember how often it was used, by its own word; one that says less than before is a copy. Many never count."""
    further = (Factor.step < counter) | ((Factor.step == 0) & (counter == 0))
    return Factor.update(step=counter, used_at=clock.now()).where(Factor.ref == factor.ref, further).execute() == 1
