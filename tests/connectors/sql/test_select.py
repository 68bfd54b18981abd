"""Any SELECT as a table of text: exact values, one statement, nothing written, and an end in time."""

import pytest
import sqlalchemy as sa

from connectors.refusal import ImportRefused
from connectors.sql.select import check_statement, open_select

TABLE = """create table requests (
    id varchar(20) primary key, opened {time}, due date, cost decimal(12,2), urgent boolean, note varchar(100))"""
ROWS = (
    "insert into requests values "
    "('0012345', '2026-05-04 09:30:00', '2026-05-11', 12.50, {yes}, 'café; \"quoted\"'),"
    "('12345', '2026-05-05 00:00:00', null, 1000000000.00, {no}, null)"
)


def fill(url: str, *, time: str = "timestamp", yes: str = "true", no: str = "false") -> str:
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("drop table if exists requests")
        connection.exec_driver_sql(TABLE.format(time=time))
        connection.exec_driver_sql(ROWS.format(yes=yes, no=no))
    return url


@pytest.fixture
def sqlite(tmp_path) -> str:
    return fill(f"sqlite:///{tmp_path}/theirs.db", time="text", yes="1", no="0")


@pytest.fixture
def postgresql(postgresql_url: str) -> str:
    return fill(postgresql_url)


@pytest.fixture
def mariadb(mariadb_server: str) -> str:
    return fill(mariadb_server, time="datetime")


SERVERS = ["sqlite", pytest.param("postgresql", marks=pytest.mark.servers),
           pytest.param("mariadb", marks=pytest.mark.servers)]  # fmt: skip


@pytest.fixture(params=SERVERS)
def url(request) -> str:
    return request.getfixturevalue(request.param)


def read(url: str, statement: str, parameters=None, **how) -> list[tuple]:
    opened = open_select(url, statement, parameters, **how)
    return [row for batch in opened.read(opened.columns) for row in batch.rows.rows()]


def test_values_are_the_text_their_source_holds(url):
    rows = read(url, "select id, opened, due, note from requests order by id")
    assert rows == [
        ("0012345", "2026-05-04 09:30:00", "2026-05-11", 'café; "quoted"'),
        ("12345", "2026-05-05 00:00:00", None, None),
    ]


@pytest.mark.servers
@pytest.mark.parametrize("url", SERVERS[1:], indirect=True)
def test_money_keeps_its_pence_and_its_thousands(url):
    assert [cost for (cost,) in read(url, "select cost from requests order by id")] == ["12.50", "1000000000.00"]


def test_values_are_bound_and_never_pasted(url):
    statement = "select id from requests where id = :id"
    assert read(url, statement, {"id": "12345"}) == [("12345",)]
    assert read(url, statement, {"id": "x' or '1' = '1"}) == []


def test_rows_come_in_blocks_with_row_numbers(url, monkeypatch):
    monkeypatch.setattr("connectors.sql.select.ROWS", 1)
    batches = list(open_select(url, "select id from requests order by id").read(["id"]))
    assert [(batch.rows.rows(), batch.lines.to_list()) for batch in batches] == [
        ([("0012345",)], [1]), ([("12345",)], [2]),
    ]  # fmt: skip


@pytest.mark.parametrize("statement", [
    "delete from requests", "select 1; drop table requests", "with gone as (delete from requests returning *) select 1",
    "select * into copy from requests", "update requests set id = '1'", "",
])  # fmt: skip
def test_anything_but_one_select_is_refused_before_it_is_sent(statement):
    with pytest.raises(ImportRefused, match=r"^the query .*\.$"):
        check_statement(statement)


def test_words_inside_quotes_and_comments_are_no_statements():
    kept = "select 'delete; drop' as \"update\" from requests -- ; insert\n;"
    assert check_statement(kept) == kept.rstrip(";").rstrip()


@pytest.mark.servers
def test_a_function_that_writes_is_refused_by_the_server(postgresql):
    engine = sa.create_engine(postgresql, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(
            "create function empty_it() returns int language sql as 'delete from requests returning 1'"
        )
    with pytest.raises(ImportRefused, match="read-only transaction"):
        read(postgresql, "select empty_it()")
    assert len(read(postgresql, "select id from requests")) == 2


@pytest.mark.servers
def test_a_query_without_end_is_given_up(postgresql, mariadb, sqlite):
    for url, endless in (
        (postgresql, "select pg_sleep(30)"),
        (mariadb, "select sum(a.seq + b.seq) from seq_1_to_1000000 a, seq_1_to_1000000 b"),
        (sqlite, "with recursive n(i) as (select 1 union all select i + 1 from n) select max(i) from n"),
    ):
        with pytest.raises(ImportRefused, match="the source did not answer"):
            read(url, endless, timeout_seconds=1)


def test_a_column_the_mapping_names_and_the_query_lacks_is_named(url):
    with pytest.raises(ImportRefused, match=r"the query has no column 'opened_at' .*nearest: 'opened'"):
        open_select(url, "select id, opened from requests", needed=["opened_at"])


def test_a_source_out_of_reach_is_one_sentence_without_its_password(tmp_path):
    with pytest.raises(ImportRefused, match=r"^the source did not answer") as refused:
        open_select("postgresql+psycopg://reader:hidden-word@127.0.0.1:9/none?connect_timeout=2", "select 1")
    assert "hidden-word" not in str(refused.value)
    assert "\n" not in str(refused.value)
    with pytest.raises(ImportRefused, match="URL cannot be used"):
        open_select("nonsense", "select 1")
