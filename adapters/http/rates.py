"""How often something may happen, by key. Pure: the time is a parameter, in seconds of any clock that only goes forward."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from ipaddress import IPv6Address, ip_address

_NETWORK_BYTES = 8  # whoever has an IPv6 address usually has the other 2^64 of its network too


class Rates:
    """So many a second, and at first ``burst`` at once. Of ``most`` keys something is remembered, of the latest ones.

    For each key one instant is kept: when everything so far would have happened at an even pace (the generic cell rate
    algorithm). Counting costs the same however often it is refused, and what is refused does not count.
    """

    def __init__(self, a_second: float, burst: int, most: int = 10_000) -> None:
        self._apart, self._ahead, self._most = 1 / a_second, (burst - 1) / a_second, most
        self._even: OrderedDict[Hashable, float] = OrderedDict()

    def wait(self, key: Hashable, now: float) -> float:
        """In how many seconds it may happen again; 0 when it may now."""
        return max(0.0, self._even.get(key, now) - self._ahead - now)

    def take(self, key: Hashable, now: float) -> float:
        """The same, and counts it when it may happen now."""
        if wait := self.wait(key, now):
            return wait
        self._even[key] = max(self._even.get(key, now), now) + self._apart
        self._even.move_to_end(key)
        if len(self._even) > self._most:
            self._even.popitem(last=False)
        return 0.0

    @property
    def remembered(self) -> int:
        """Of how many keys something is remembered."""
        return len(self._even)


def network(host: str) -> str:
    """Whom to count an address as: itself, or for IPv6 its network."""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:64]
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return str(mapped) if mapped else address.packed[:_NETWORK_BYTES].hex()
    return str(address)
