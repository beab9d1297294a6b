"""Every address with every method for everybody, and with nasty values for its parameters: never a fault of ours."""

import pytest

from tests.hostile.addresses import all_addresses
from tests.hostile.site import ROLES
from tests.hostile.values import ESCAPED, EVERYTHING, some

pytestmark = pytest.mark.django_db

OTHER_METHODS = ("HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "NONSENSE")
ADDRESSES = all_addresses()
PARTS = 24 if EVERYTHING else 6  # of the addresses, so that workers share them


def test_the_suite_has_a_value_for_every_parameter_of_every_address(site):
    assert len(ADDRESSES) > 300
    for address in ADDRESSES:
        assert set(address.good(site)) == set(address.names), address


@pytest.mark.parametrize("part", range(PARTS))
def test_no_method_at_any_address_is_a_fault_for_anybody(site, part):
    for number, address in enumerate(ADDRESSES[part::PARTS]):
        path = address.filled(address.good(site))
        for turn, method in enumerate(["GET", "POST", *some(OTHER_METHODS, number, 2)]):
            for role in some(ROLES, number + turn, 2 if method == "GET" else 1):
                site.attack(role, method, path)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_value_in_any_address_is_a_fault(site, part):
    turn = 0
    for address in [one for one in ADDRESSES if one.names][part::PARTS]:
        good = address.good(site)
        for name in address.names:
            turn += 1
            for step, value in enumerate(some(ESCAPED, turn, 6)):
                role = ROLES[(turn + step) % len(ROLES)]
                method = "POST" if (turn + step) % 3 == 0 else "GET"
                site.attack(role, method, address.filled({**good, name: value}))
