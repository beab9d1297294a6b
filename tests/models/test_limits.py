"""How much a new person may post in an hour."""

from types import MappingProxyType

import pytest
from django.core.exceptions import PermissionDenied

from geeks import policy
from geeks.models.limits import demand_room
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("needed", "way_out"), [(25, "wait a little, or earn 25 reputation."), (None, "wait a little.")]
)
def test_the_refusal_names_what_this_site_asks_for(newcomer, monkeypatch, needed, way_out):
    numbers = MappingProxyType({**policy.PRIVILEGES, "skip_newcomer_limits": needed})
    monkeypatch.setattr(policy, "PRIVILEGES", numbers)
    make.question(newcomer)
    with pytest.raises(PermissionDenied, match=f"New people may send 1 posts an hour.*{way_out}$"):
        demand_room(newcomer, "posts", 1)


def test_moderators_are_never_held_back(mod):
    make.question(mod)
    demand_room(mod, "posts", 1)
