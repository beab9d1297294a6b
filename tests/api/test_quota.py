"""How often an address may call."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from geeks.api import quota
from tests import make

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(monkeypatch, settings):
    settings.API_DAILY_QUOTA = 10_000
    now = [1_800_000_000.0]
    monkeypatch.setattr(quota.time, "time", lambda: now[0])
    return now


def test_each_call_counts_and_the_next_day_begins_anew(call, clock, settings):
    settings.API_DAILY_QUOTA = 3
    left = [call("tags")["quota_remaining"], call("nothing", 400) and None, call("tags")["quota_remaining"]]
    assert left == [2, None, 0]
    error = call("tags", 400)
    assert (error["error_id"], error["error_name"]) == (502, "throttle_violation")
    assert "3 calls" in error["error_message"]
    clock[0] += 86_400
    answer = call("tags")
    assert (answer["quota_max"], answer["quota_remaining"]) == (3, 2)


def test_a_burst_is_refused_and_a_second_later_all_is_well(call, clock):
    for _ in range(30):
        call("tags")
    error = call("tags", 400)
    assert (error["error_name"], error["backoff"]) == ("throttle_violation", 1)
    clock[0] += 1
    assert call("tags")["quota_remaining"] == 10_000 - 32


def test_addresses_are_counted_apart(stranger, clock, settings):
    settings.API_DAILY_QUOTA = 1
    assert stranger.get("/api/2.3/tags", REMOTE_ADDR="198.51.100.7").status_code == 200
    assert stranger.get("/api/2.3/tags", REMOTE_ADDR="198.51.100.8").status_code == 200
    assert stranger.get("/api/2.3/tags", REMOTE_ADDR="198.51.100.7").status_code == 400


def test_zero_is_no_limit(call, settings):
    settings.API_DAILY_QUOTA = 0
    for _ in range(40):
        answer = call("tags")
    assert answer["quota_remaining"] == answer["quota_max"] > 10_000


def test_who_searches_much_is_asked_to_wait(call, clock, index, ada):
    make.question(ada)
    index()
    for _ in range(quota.SEARCHES_A_MINUTE):
        assert "backoff" not in call("search/advanced", q="sums")
        clock[0] += 0.5
    assert call("search/advanced", q="sums")["backoff"] == quota.BACKOFF_SECONDS
    assert "backoff" not in call("tags")
    clock[0] += 60
    assert "backoff" not in call("search/excerpts", q="sums")


def test_calls_at_the_same_moment_are_all_counted(rf, clock, settings):
    settings.API_DAILY_QUOTA = 1_000
    with ThreadPoolExecutor(8) as pool:
        told = list(pool.map(lambda _: quota.spend(rf.get("/api/2.3/info")).remaining, range(quota.BURST)))
    assert sorted(told) == list(range(1_000 - quota.BURST, 1_000))
