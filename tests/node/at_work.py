"""What a worker does, and the start of a node, for processes of crash tests: the real ones, which wait for nothing."""

from django_tasks_db.models import DBTaskResult

from tocsin.node.work import leases, worker

__all__ = ["start", "work"]


def start() -> None:
    """Whatever a killed process left goes on by itself."""
    leases.release()
    worker.sweep()
    work()


def work() -> None:
    """Every task that is ready. A kill leaves the one under way as it leaves that of a real worker."""
    one = worker.TaskWorker()
    one.worker = leases.register()
    while one.run_one():
        pass
    leases.forget(one.worker)
    if failed := DBTaskResult.objects.failed().first():
        raise AssertionError(failed.traceback)
