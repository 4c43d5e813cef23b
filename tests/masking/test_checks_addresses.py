import ipaddress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logcorr.masking import checks

ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

IPV4 = st.ip_addresses(v=4)
IPV6 = st.ip_addresses(v=6) | st.ip_addresses(v=6, network="2000::/3")


@ANY_SPEED
@given(IPV4)
def test_public_ipv4_is_what_the_internet_routes(address):
    """What ipaddress calls global is public, but multicast; of the rest only the addresses for documentation are."""
    documentation = any(
        address in ipaddress.ip_network(net) for net in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
    )
    relays = address in ipaddress.ip_network("192.88.99.0/24") or address in ipaddress.ip_network(
        "192.0.0.0/24"
    )
    if not relays:
        expected = str(address) if (address.is_global and not address.is_multicast) or documentation else None
        assert checks.public_ip(str(address)) == expected


@ANY_SPEED
@given(IPV6)
def test_public_ipv6_covers_what_is_global(address):
    """What ipaddress calls global unicast is public, in one spelling; link-local, unique local and loopback are not."""
    if address.ipv4_mapped is None and address in ipaddress.ip_network("2000::/3"):
        assert ipaddress.ip_address(checks.public_ip(str(address))) == address
        assert checks.public_ip(address.exploded.upper()) == checks.public_ip(str(address))
    elif address not in ipaddress.ip_network("64:ff9b::/96") and address.ipv4_mapped is None:
        assert checks.public_ip(str(address)) is None


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("8.8.8.8", "8.8.8.8"),
        ("203.0.113.7", "203.0.113.7"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("[2a00:1450:4001:82b::200e]", "2a00:1450:4001:82b::200e"),
        ("2a00:1450::1%eth0", "2a00:1450::1"),
        ("::ffff:8.8.4.4", "8.8.4.4"),
        ("64:ff9b::8.8.4.4", "8.8.4.4"),
    ],
)
def test_one_address_has_one_spelling(text, canonical):
    """Capitals, zeros, brackets, zones and IPv4 in IPv6 make no other address."""
    assert checks.public_ip(text) == checks.canonical_ip(text) == canonical


@pytest.mark.parametrize(
    "text",
    ["10.0.0.1", "127.0.0.1", "192.168.1.1", "172.31.255.255", "169.254.169.254", "100.64.0.1", "0.0.0.1", "255.255.255.255", "224.0.0.1", "240.0.0.1",
     "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "256.1.1.1", "1.2.3.4 ", "1.2.3.-4", "\uff11.2.3.4",
     "12:30:45", "::g", ":", "", "1.2.3.4\x00", "\udcff::1", "2001:db8::1::2", "a" * 70, "[", "%"],
)  # fmt: skip
def test_addresses_of_nobody_are_not_public(text):
    """Private, special, multicast and malformed addresses are nobody's in public."""
    assert checks.public_ip(text) is None


def test_any_ip_leaves_out_loopback_and_unspecified_only():
    """An address in a network of one's own may be a person's; the machine itself and no address at all are not."""
    assert all(
        map(
            checks.any_ip,
            (
                "10.0.0.1",
                "192.168.1.20",
                "8.8.8.8",
                "fe80::1%eth0",
                "fd00::2",
                "::ffff:10.1.1.1",
                "2001:db8::1",
            ),
        )
    )
    assert not any(
        map(
            checks.any_ip,
            (
                "127.0.0.1",
                "127.8.8.8",
                ".".join("0000"),
                "::1",
                "::",
                "::ffff:127.0.0.1",
                "unknown",
                "1.2.3",
                "",
            ),
        )
    )


def test_mac_has_six_groups_and_is_somebodys():
    """Six groups of two with one sign, or three of four, not all zeros or ones."""
    assert all(map(checks.mac, ("00:1B:44:11:3A:B7", "00-1b-44-11-3a-b7", "001b.4411.3ab7")))
    assert not any(
        map(
            checks.mac,
            (
                "00:00:00:00:00:00",
                "ff:ff:ff:ff:ff:ff",
                "00:1B:44:11:3A",
                "00:1B:44:11:3A:B7:01",
                "00:1B-44:11:3A:B7",
                "001B44113AB7",
                "0012.4411.3317",
                "",
            ),
        )
    )


def test_imei_takes_its_check_digit():
    """Fifteen digits, with signs between or without, whose last one checks the rest."""
    assert checks.imei("490154203237518")
    assert checks.imei("49-015420-323751-8")
    assert not checks.imei("490154203237519")
    assert not checks.imei("000000000000000")
    assert not checks.imei("4901542032375")


@ANY_SPEED
@given(st.text() | st.text("0123456789abcdef:.%[]"))
def test_nothing_raises(text):
    """Whatever the text, there is an answer."""
    assert checks.public_ip(text) is None or checks.public_ip(text) == checks.canonical_ip(text)
    assert checks.any_ip(text) in (True, False)
    assert checks.mac(text) in (True, False)
    assert checks.imei(text) in (True, False)
