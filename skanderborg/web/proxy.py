"""Behind a reverse proxy the visitor's address is what the proxy says, and what nobody else says."""

import ipaddress
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

Application = Callable[..., Iterable[bytes]]
THIS_MACHINE = ("127.0.0.0/8", "::1/128")


class Behind:
    """Passes requests on, with the visitor's address in those that come from the proxy: on this machine, or one of the
    addresses or nets that are named."""

    def __init__(self, inside: Application, proxies: Iterable[str]):
        self._inside = inside
        self._from_proxy = ProxyFix(inside, x_for=1, x_proto=0)
        self._proxies = [ipaddress.ip_network(one) for one in (*THIS_MACHINE, *proxies)]

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer a request."""
        is_proxy = self._is_proxy(environ.get("REMOTE_ADDR", ""))
        return (self._from_proxy if is_proxy else self._inside)(environ, start_response)

    def _is_proxy(self, address: str) -> bool:
        try:
            known = ipaddress.ip_address(address)
        except ValueError:  # a socket file has none
            return False
        return any(known in net for net in self._proxies)
