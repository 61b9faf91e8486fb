"""An IP address can contradict a home, never prove one; what is unknown is not held against it."""

import pytest
from mmdb_writer import MMDBWriter
from netaddr import IPSet

from realtime.errors import BadSetting
from realtime.geo.cells import cell_at
from realtime.places.ip_area import IpArea

RENNES, NANTES, MARSEILLE = cell_at(-1.68, 48.11), cell_at(-1.55, 47.22), cell_at(5.37, 43.30)


def entry(lon, lat, radius):
    return {"location": {"longitude": lon, "latitude": lat, "accuracy_radius": radius}}


def write(path, kind="Test-City"):
    writer = MMDBWriter(ip_version=6, ipv4_compatible=True, database_type=kind)
    writer.insert_network(IPSet(["192.0.2.0/25"]), entry(-1.68, 48.11, 20))
    writer.insert_network(IPSet(["192.0.2.128/26"]), entry(2.35, 46.60, 1000))
    writer.insert_network(IPSet(["198.51.100.0/24"]), entry(5.37, 43.30, 50))
    writer.insert_network(IPSet(["2001:db8::/32"]), entry(-1.68, 48.11, 20))
    writer.insert_network(IPSet(["203.0.113.0/25"]), {"country": {"iso_code": "FR"}})
    writer.insert_network(IPSet(["203.0.113.128/25"]), entry(0.0, 89.5, 20))
    writer.to_db_file(str(path))
    return str(path)


@pytest.fixture
def area(tmp_path):
    area = IpArea(write(tmp_path / "city.mmdb"))
    yield area
    area.close()


@pytest.mark.parametrize("ip", ["192.0.2.7", "2001:db8::7"])
def test_a_connection_from_the_same_region_agrees(area, ip):
    found = area.find_surroundings(ip)

    assert found.may_hold(RENNES)
    assert found.may_hold(NANTES)  # 99 km
    assert not found.may_hold(MARSEILLE)


def test_a_connection_from_elsewhere_contradicts(area):
    assert not area.find_surroundings("198.51.100.9").may_hold(RENNES)


@pytest.mark.parametrize(
    "ip",
    ["127.0.0.1", "10.0.0.1", "::1", "192.0.2.130", "203.0.113.1", "203.0.113.200", "", "nonsense"],
)
def test_what_is_unknown_vague_or_no_address_says_nothing(area, ip):
    assert area.find_surroundings(ip) is None


def test_without_a_file_nothing_is_known():
    area = IpArea("")

    assert area.find_surroundings("192.0.2.7") is None
    area.close()


def test_a_wrong_file_stops_the_start_with_one_line(tmp_path):
    junk = tmp_path / "junk.mmdb"
    junk.write_bytes(b"not a database")
    for path in (str(tmp_path / "none.mmdb"), str(junk), write(tmp_path / "asn.mmdb", "ASN")):
        with pytest.raises(BadSetting, match="PALIER_GEOIP_DB") as bad:
            IpArea(path)
        assert "\n" not in str(bad.value)
