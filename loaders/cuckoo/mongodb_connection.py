"""The connection to a MongoDB, and what goes wrong with it in words for the user, without the password."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bson.errors import InvalidBSON
from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, InvalidName, OperationFailure, PyMongoError

from graph_model.errors import BrokenLogError, InputError, UsageError
from loaders.cuckoo.mongodb_address import Address

Client = MongoClient[dict[str, Any]]

_TIMEOUT = "serverSelectionTimeoutMS"
_TIMEOUT_MS = 5000
_REFUSED = frozenset({13, 18, 8000})  # Unauthorized, AuthenticationFailed, and Atlas's word for both
_UNREACHABLE_HINT = "check the host and the port, and that MongoDB runs and lets this machine in"
_REFUSED_HINT = "check the user name and the password; ?authSource= names the database that knows the user"
_LONGEST_REASON = 200


def connect(address: Address) -> Client:
    """A client for the address; whether a server answers shows with the first question."""
    patience: dict[str, Any] = {} if _TIMEOUT.lower() in address.driver_uri.lower() else {_TIMEOUT: _TIMEOUT_MS}
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)  # an option that the driver does not know
            client: Client = MongoClient(address.driver_uri, **patience)
    except (PyMongoError, ValueError, TypeError, OSError, UserWarning) as error:
        raise _not_usable(address, error) from None  # the driver's words may quote the address
    return client


def _not_usable(address: Address, error: Exception) -> UsageError:
    secret = any(word in address.driver_uri.lower() for word in ("@", "password", "token"))
    reason = "" if secret else f" ({_one_line(str(error))})"
    hint = "check its options and host; write @ : / ? # % in a user name or password as %40 %3A %2F %3F %23 %25"
    return UsageError(f"{address.name}: the driver of MongoDB cannot use this address{reason}", hint=hint)


@contextmanager
def told(address: Address) -> Iterator[None]:
    """What goes wrong with the server becomes an error that names the address."""
    try:
        yield
    except ConnectionFailure as error:
        reason = _one_line(str(error).partition(" (configured")[0].partition(", Timeout:")[0])
        raise InputError(f"no MongoDB answers ({reason})", path=address.name, hint=_UNREACHABLE_HINT) from error
    except OperationFailure as error:
        if error.code in _REFUSED:
            raise InputError("MongoDB does not let us in", path=address.name, hint=_REFUSED_HINT) from error
        raise _refused(address, str((error.details or {}).get("errmsg") or error)) from error
    except InvalidName as error:
        hint = "the name after the host is the database's, as in mongodb://host/cuckoo"
        raise UsageError(f"{address.name}: {_one_line(str(error))}", hint=hint) from error
    except InvalidBSON as error:
        raise BrokenLogError(f"a stored document is damaged ({_one_line(str(error))})", path=address.name) from error
    except PyMongoError as error:
        raise _refused(address, str(error)) from error


def _refused(address: Address, reason: str) -> InputError:
    hint = "check that this is the MongoDB of Cuckoo or CAPE, and what its log says"
    return InputError(f"MongoDB says: {_one_line(reason)}", path=address.name, hint=hint)


def _one_line(text: str) -> str:
    return " ".join(text.split())[:_LONGEST_REASON]
