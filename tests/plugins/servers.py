"""Real database servers for the tests: PostgreSQL and MariaDB, each started once on a free port of this machine."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

PATIENCE_SECONDS = 60


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _program(name: str, *elsewhere: str) -> str | None:
    found = [str(path) for pattern in elsewhere for path in sorted(Path("/").glob(pattern))]
    return found[-1] if found else shutil.which(name)


def _as_user(user: str, command: list[str]) -> list[str]:
    """Neither server runs as root."""
    return ["runuser", "-u", user, "--", *command] if os.getuid() == 0 else command


def _folder(user: str) -> Path:
    folder = Path(tempfile.mkdtemp(prefix=f"{user}-", dir="/tmp"))
    if os.getuid() == 0:
        account = pwd.getpwnam(user)
        os.chown(folder, account.pw_uid, account.pw_gid)
    return folder


def _wait(url: str, server: subprocess.Popen) -> None:
    engine = sa.create_engine(url)
    for _ in range(PATIENCE_SECONDS * 10):
        try:
            with engine.connect():
                pass
            engine.dispose()
            return
        except sa.exc.OperationalError:
            if server.poll() is not None:
                pytest.fail(f"the server ended with code {server.returncode}")
            time.sleep(0.1)
    pytest.fail(f"the server did not answer within {PATIENCE_SECONDS} s")


def _stop(server: subprocess.Popen, folder: Path) -> None:
    server.terminate()
    try:
        server.wait(20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The URL of an empty PostgreSQL server's first database."""
    initdb = _program("initdb", "usr/lib/postgresql/*/bin/initdb")
    if initdb is None:
        pytest.skip("PostgreSQL is not installed here")
    folder, port = _folder("postgres"), _free_port()
    data = str(folder / "data")
    subprocess.run(
        _as_user("postgres", [initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync"]),
        check=True, capture_output=True, cwd="/",
    )  # fmt: skip
    postgres = str(Path(initdb).parent / "postgres")
    command = [postgres, "-D", data, "-p", str(port), "-h", "127.0.0.1", "-k", str(folder), "-F"]
    server = subprocess.Popen(
        _as_user("postgres", command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
    )
    url = f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
    try:
        _wait(url, server)
        yield url
    finally:
        _stop(server, folder)


@pytest.fixture
def postgresql_url(postgresql_server: str) -> Iterator[str]:
    """A new, empty PostgreSQL database for one test."""
    name = f"test_{time.time_ns()}"
    engine = sa.create_engine(postgresql_server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.text(f"create database {name}"))
    yield sa.make_url(postgresql_server).set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f"drop database {name} with (force)"))
    engine.dispose()


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[str]:
    """The URL of an empty MariaDB server's database `test`."""
    mariadbd = _program("mariadbd", "usr/sbin/mariadbd")
    install = _program("mariadb-install-db", "usr/bin/mariadb-install-db")
    if mariadbd is None or install is None:
        pytest.skip("MariaDB is not installed here")
    folder, port = _folder("mysql"), _free_port()
    data = str(folder / "data")
    common = ["--no-defaults", f"--datadir={data}"]
    subprocess.run(
        _as_user("mysql", [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db"]),
        check=True, capture_output=True, cwd="/",
    )  # fmt: skip
    command = [
        mariadbd, *common, f"--port={port}", "--bind-address=127.0.0.1", f"--socket={folder}/sock",
        f"--pid-file={folder}/pid", "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve",
        "--innodb-buffer-pool-size=32M",
    ]  # fmt: skip
    server = subprocess.Popen(_as_user("mysql", command), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/")
    url = f"mysql+pymysql://root@127.0.0.1:{port}/"
    try:
        _wait(url, server)
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            connection.execute(sa.text("create database test character set utf8mb4"))
        engine.dispose()
        yield f"{url}test"
    finally:
        _stop(server, folder)
