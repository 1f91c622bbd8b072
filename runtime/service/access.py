"""Who calls: the bearer token of a request, and what it allows. Nothing else in a request says whose data it is."""

import re

from starlette.requests import Request as HttpRequest

from runtime import tokens
from runtime.errors import TokenRefused
from runtime.service.core import Core
from runtime.service.refusals import Refused
from runtime.tokens import Grant, Scope

_BEARER = re.compile(r"bearer +(\S{1,512}) *", re.IGNORECASE | re.ASCII)
_REALM = 'Bearer realm="funnelscript"'


async def grant_of(request: HttpRequest, scope: Scope, core: Core) -> Grant:
    """The grant of a request's token, which has the scope. Raises ``Refused``."""
    given = request.headers.getlist("authorization")
    bearer = _BEARER.fullmatch(given[0]) if len(given) == 1 else None
    if bearer is None:
        raise Refused("no_token", "a bearer token is needed", headers={"WWW-Authenticate": _REALM})
    try:
        grant = await core.in_thread(tokens.check, core.runtime.store, bearer[1])
    except TokenRefused as error:
        headers = {"WWW-Authenticate": f'{_REALM}, error="invalid_token"'}
        raise Refused("bad_token", "the token is not valid", headers=headers) from error
    if scope not in grant.scopes:
        headers = {"WWW-Authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'}
        raise Refused("missing_scope", f"the token has not the scope '{scope}'", headers=headers)
    return grant
