"""What we rely on in the library, and that its own client reads what we publish."""

import ast
import inspect
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.exchange.alliances import ExerciseAlliance
from tuf.api.exceptions import DownloadHTTPError, RepositoryError
from tuf.ngclient import FetcherInterface, Updater
from tuf.ngclient._internal import trusted_metadata_set
from tuf.ngclient._internal.trusted_metadata_set import TrustedMetadataSet

import tocsin.exchange
from tocsin.exchange.trust.files import write_folder
from tocsin.exchange.trust.refreshing import begin, refreshed


def test_the_internal_part_of_the_library_is_where_and_what_it_was():
    """`trust.verifying` steps through this class; if it changes, read the new one before you let this pass."""
    forms = {
        "update_root": ["data"],
        "update_timestamp": ["data"],
        "update_snapshot": ["data", "trusted"],
        "update_targets": ["data"],
        "update_delegated_targets": ["data", "role_name", "delegator_name"],
    }
    for method, parameters in forms.items():
        assert list(inspect.signature(getattr(TrustedMetadataSet, method)).parameters)[1:] == parameters, method
    source = inspect.getsource(trusted_metadata_set)
    assert "self.reference_time = " in source
    assert source.count("self.reference_time)") == 4  # of root, timestamp, snapshot, targets


def test_one_file_alone_knows_the_internal_part():
    package = Path(tocsin.exchange.__file__).parent
    knows = {
        path.name
        for path in package.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("tuf.ngclient")
    }
    assert knows == {"verifying.py"}


def test_the_clock_of_the_machine_is_not_asked(monkeypatch):
    alliance = ExerciseAlliance(["AL"], now=datetime(2039, 1, 1, tzinfo=UTC))

    class Stopped(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls(2500, 1, 1, tzinfo=tz)

    monkeypatch.setattr(trusted_metadata_set.datetime, "datetime", Stopped)
    assert refreshed(begin(alliance.root), alliance.files, now=alliance.now).list == alliance.list


class FromFolder(FetcherInterface):
    """Serves a folder to TUF's own client."""

    def __init__(self, folder):
        self.folder = folder

    def _fetch(self, url):
        path = self.folder / url.removeprefix("folder:/")
        if not path.exists():
            raise DownloadHTTPError("not found", 404)
        return iter([path.read_bytes()])


@pytest.fixture
def stock_client(tmp_path):
    """TUF's own client over a folder, beginning with a root."""

    def made(alliance):
        folder = tmp_path / "repository"
        write_folder(folder, alliance.repository)
        (tmp_path / "client").mkdir(exist_ok=True)
        return Updater(
            str(tmp_path / "client"),
            "folder:/",
            target_dir=str(tmp_path),
            target_base_url="folder:/",
            fetcher=FromFolder(folder),
            bootstrap=alliance.root,
        )

    return made


def test_tufs_own_client_reads_the_folder_and_finds_the_same_files(stock_client):
    alliance = ExerciseAlliance(["AL", "SEC"], now=datetime.now(UTC).replace(microsecond=0))
    alliance.rotate_root()
    alliance.end_key("AL")
    client = stock_client(alliance)
    for path in ("alliance.json", "nodes/AL.json", "nodes/SEC.json"):
        info = client.get_targetinfo(path)
        data = Path(client.download_target(info)).read_bytes()
        assert data in alliance.files.values()
        assert data in refreshed(begin(alliance.root), alliance.files, now=alliance.now).files.values()


def test_tufs_own_client_finds_nothing_of_a_state_in_anothers_role(stock_client):
    alliance = ExerciseAlliance(["AL", "SEC"], now=datetime.now(UTC).replace(microsecond=0))
    assert stock_client(alliance).get_targetinfo("nodes/BO.json") is None


def test_tufs_own_client_refuses_the_list_that_we_refuse(stock_client):
    alliance = ExerciseAlliance(["AL", "SEC"])  # of March 2026, a week
    with pytest.raises(RepositoryError):
        stock_client(alliance).refresh()
