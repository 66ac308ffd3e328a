"""A screening that is killed in any of its windows leaves nothing that anybody sees, and goes on by itself."""

import numpy as np
import pytest
from django.db import IntegrityError, OperationalError
from django_tasks_db.models import DBTaskResult
from tests.node.surveillance.screened import ending, given, screened, usual

from tocsin.node.surveillance.actions import screening as acts
from tocsin.node.surveillance.models import Screening, Signal, Thread
from tocsin.node.work import windows
from tocsin.node.work.tasks import screen_all

WINDOWS = {
    "screening.started": False,
    "screening.chunk": False,
    "screening.chunk-written": False,
    "screening.written": False,
    "screening.flipping": False,
    "screening.flipped": True,
}


class Killed(BaseException):
    """Passes every `except Exception`, as the end of the process would."""


@pytest.fixture
def killed_at(monkeypatch):
    def arm(window: str | None) -> None:
        def at(name: str) -> None:
            if name == window:
                raise Killed

        monkeypatch.setattr(windows, "at", at)

    return arm


@pytest.mark.parametrize("window", WINDOWS)
def test_all_or_none_and_then_on_by_itself(source, diseases, amina, work, killed_at, window):
    counts = {
        ("dengue", code, ""): ending(usual(10, seed), 60) for seed, code in enumerate(("XX-11", "XX-12", "XX-13"))
    }
    given(source, {**counts, ("plague", "XX-12", ""): ending(np.zeros(520), 1)})
    asked = acts.ask(source, by=None, evaluate=1)
    killed_at(window)
    with pytest.raises(Killed):
        work()
    published = WINDOWS[window]
    assert bool(Signal.objects.visible_to(amina).count()) == published
    assert bool(Thread.objects.visible_to(amina).count()) == published
    killed_at(None)
    work()
    asked.refresh_from_db()
    assert (asked.status, asked.signals_found) == (Screening.Status.DONE, 4)
    assert Signal.objects.visible_to(amina).count() == Signal.objects.count() == 4
    assert Thread.objects.visible_to(amina).count() == Thread.objects.count() == 4


def test_a_screening_whose_task_is_gone_is_queued_again(source, diseases, work):
    given(source, {("dengue", "XX-11", ""): ending(usual(10), 60)})
    asked = acts.ask(source, by=None, evaluate=1)
    assert acts.sweep_screenings() == 0
    DBTaskResult.objects.all().delete()
    Screening.objects.update(status=Screening.Status.RUNNING)
    assert acts.sweep_screenings() == 1
    assert acts.sweep_screenings() == 0
    work()
    asked.refresh_from_db()
    assert asked.status == Screening.Status.DONE


def test_a_run_that_another_has_replaced_writes_nothing_more(source, diseases, killed_at, monkeypatch):
    given(source, {("dengue", "XX-11", ""): ending(usual(10), 60)})
    asked = acts.ask(source, by=None, evaluate=1)

    def taken_over(name: str) -> None:
        if name == "screening.started":
            Screening.objects.update(started_at="2026-01-01T00:00Z")

    monkeypatch.setattr(windows, "at", taken_over)
    assert acts.run(asked.pk) is None
    assert not Signal.objects.exists()
    asked.refresh_from_db()
    assert asked.status == Screening.Status.RUNNING


@pytest.mark.parametrize("error", [ZeroDivisionError, IntegrityError])
def test_an_error_of_ours_is_raised_and_the_screening_says_that_it_failed(source, diseases, monkeypatch, error):
    given(source, {("dengue", "XX-11", ""): ending(usual(10), 60)})
    asked = acts.ask(source, by=None, evaluate=1)

    def broken(*_):
        raise error

    monkeypatch.setattr(acts, "publish", broken)
    with pytest.raises(error):
        acts.run(asked.pk)
    asked.refresh_from_db()
    assert (asked.status, asked.problem["code"]) == (Screening.Status.FAILED, error.__name__)
    assert not Signal.objects.exists()
    assert not Thread.objects.exists()


def test_what_a_database_refuses_for_the_moment_leaves_the_screening_to_be_begun_anew(source, diseases, monkeypatch):
    given(source, {("dengue", "XX-11", ""): ending(usual(10), 60)})
    asked = acts.ask(source, by=None, evaluate=1)

    def locked(*_):
        raise OperationalError("database is locked")

    with monkeypatch.context() as patched:
        patched.setattr(acts, "publish", locked)
        with pytest.raises(OperationalError):
            acts.run(asked.pk)
    asked.refresh_from_db()
    assert asked.status == Screening.Status.RUNNING
    DBTaskResult.objects.all().delete()  # the worker gave the task up
    assert screen_all.func() == 1
    acts.run(asked.pk)
    asked.refresh_from_db()
    assert (asked.status, asked.signals_found) == (Screening.Status.DONE, 1)
    assert DBTaskResult.objects.filter(task_path__endswith="tasks.screen").exists()


def test_a_signal_that_is_there_without_a_screening_is_not_found_again(source, diseases, work):
    keys = given(source, {("dengue", "XX-11", ""): ending(usual(10), 60)})
    screened(source)
    Signal.objects.update(screening=None)
    assert screened(source).status == Screening.Status.DONE
    assert Signal.objects.filter(series__in=keys.values()).count() == 1
