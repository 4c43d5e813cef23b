import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logcorr.masking import checks

ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

BASE58 = [
    "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "mipcBbFg9gMiCh81Kj8tqqdgoZub1ZJRfn",
    "DH5yaieqoZN36fDVciNyRueRGvGLR3mr7L",
]
# https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki#test-vectors and bip-0350
BECH32 = [
    "BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "tb1qrp33g0q5c5txsp9arysrx4k6zdkfs4nce4xj0gdcccefvpysxf3q0sl5k7",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    "bc1pw508d6qejxtdg4y5r3zarvary0c5xw7kw508d6qejxtdg4y5r3zarvary0c5xw7kt5nd6y",
]


@pytest.mark.parametrize("address", BASE58)
def test_base58_address_takes_its_check(address):
    """Published addresses of several coins are wallets; with another character they are none."""
    assert checks.base58check(address)
    for place in range(1, len(address)):
        other = "z" if address[place] != "z" else "y"
        assert not checks.base58check(address[:place] + other + address[place + 1 :])


@pytest.mark.parametrize("address", BECH32)
def test_bech32_address_takes_its_check(address):
    """The test vectors of the standard are wallets; with another character, or in mixed case, they are none."""
    assert checks.bech32(address)
    assert not checks.bech32(address[:-1] + ("q" if address[-1] not in "qQ" else "p"))
    assert not checks.bech32(address[:5] + address[5:].swapcase())


def test_private_key_in_import_format_is_known():
    """A private key is no address, and is told from one."""
    key = "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ"
    assert checks.private_wif(key)
    assert not checks.base58check(key)
    assert not checks.private_wif(key[:-1] + "K")
    assert not checks.private_wif(BASE58[0])


def test_ethereum_address_is_shape_alone():
    """Forty hexadecimal digits after 0x; the zero address and the like are nobody's."""
    assert checks.ethereum_address("0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BAe")
    assert not checks.ethereum_address("0x" + "0" * 40)
    assert not checks.ethereum_address("0xde0B295669a9FD93d5F28D9Ec85E40f4cb697BA")
    assert not checks.ethereum_address("de0B295669a9FD93d5F28D9Ec85E40f4cb697BAe01")


@ANY_SPEED
@given(
    st.text()
    | st.from_regex(r"[1-9A-HJ-NP-Za-km-z]{20,60}", fullmatch=True)
    | st.from_regex(r"(bc1)?[qpzry9x8gf2tvdw0s3jn54khce6mua7l]{5,90}", fullmatch=True)
)
def test_nothing_raises(text):
    """Whatever the text, there is an answer."""
    assert checks.base58check(text) in (True, False)
    assert checks.bech32(text) in (True, False)
    assert checks.private_wif(text) in (True, False)
    assert checks.ethereum_address(text) in (True, False)
