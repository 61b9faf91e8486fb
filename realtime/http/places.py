"""Addresses: suggestions while somebody types, and the one they chose."""

from __future__ import annotations

from aiohttp import web

from realtime.errors import Refused
from realtime.http.bodies import json_answer
from realtime.http.house import House
from realtime.http.throttle import hold_back, ip_key
from realtime.places.model import Address
from realtime.places.spelling import indexed
from realtime.wire.http_accounts import FreeAddress


class PlaceRoutes:
    """`/api/addresses`."""

    def __init__(self, house: House) -> None:
        self._house = house

    async def addresses(self, request: web.Request) -> web.StreamResponse:
        await hold_back(self._house.limits, "address_search", ip_key(request))
        found = await self._house.finder.search(request.query.get("q", ""))
        return json_answer({"addresses": [_shown(address) for address in found]})


def _shown(address: Address) -> dict[str, object]:
    """The shape `FoundAddress`: never a position."""
    return {
        "id": address.id,
        "label": address.label,
        "street": address.street.name,
        "city": address.street.city,
        "postcode": address.street.postcode,
        "cell": address.cell,
    }


async def find_home(
    house: House, request: web.Request, address_id: str | None, written: FreeAddress | None
) -> Address:
    """The chosen door, or Refused("invalid") with the field to mend. It counts as no search."""
    await hold_back(house.limits, "home", ip_key(request))
    if address_id is not None and written is None:
        address = await house.finder.find(address_id)
        if address is None:
            raise Refused("invalid", field="address_id")
        return address
    if written is None or address_id is not None:
        raise Refused("invalid", field="address_id")
    text = f"{written.number} {written.street} {written.postcode} {written.city}"
    found = await house.finder.search(text)
    address = next((one for one in found if _is_same(one, written)), None)
    if address is None:
        raise Refused("invalid", field="address")
    return address


def _is_same(address: Address, written: FreeAddress) -> bool:
    """Number, street and town as written; a position cannot be claimed, only found."""
    number = f"{address.number}{address.suffix}"
    return (
        number == "".join(written.number.lower().split())
        and set(indexed(written.street)) == set(indexed(address.street.name))
        and (not written.postcode or written.postcode == address.street.postcode)
        and set(indexed(written.city)) == set(indexed(address.street.city))
    )
