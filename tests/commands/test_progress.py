"""Progress: a line that renews itself on a terminal, a plain line now and then elsewhere."""

from io import StringIO

import pytest
from django.core.management.base import OutputWrapper

from geeks.management import progress
from geeks.management.progress import Progress


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


@pytest.mark.parametrize(
    ("out", "seconds"), [(Terminal(), progress.TERMINAL_SECONDS), (StringIO(), progress.FILE_SECONDS)]
)
def test_it_speaks_now_and_then_with_rate_and_time_left(clock, out, seconds):
    with Progress(OutputWrapper(out), "done", total=200) as bar:
        bar.at(1)
        assert out.getvalue() == ""
        clock[0] += seconds
        bar.at(50)
        assert "50 of 200 done" in out.getvalue()
        assert f"{50 / seconds:,.0f} a second" in out.getvalue()
        assert f"{150 / (50 / seconds):,.0f} s left" in out.getvalue()
        assert ("\r" in out.getvalue()) is out.isatty()


def test_an_unknown_total_is_no_bar(clock):
    bar = Progress(OutputWrapper(StringIO()), "done")
    assert bar.line(10, 110.0) == "10 done, 1 a second"
