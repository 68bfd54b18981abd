"""Any SELECT as a table of text: exact values, one statement, nothing written, and an end in time."""

import sqlite3

import pytest
import sqlalchemy as sa

from connectors.refusal import ImportRefused, MappingError, SourceFailed
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
    "select * from requests /*! into outfile '/tmp/taken' */", "select * from requests /*M!100100 into outfile 'a' */",
    "select /*+ set_var(sql_mode='') */ 1", r"select '\'' /*! into outfile 'a' */, ''",
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


def test_two_columns_of_one_name_are_refused(url):
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql("drop table if exists others")
        connection.exec_driver_sql("create table others (id varchar(20), other varchar(20))")
    with pytest.raises(ImportRefused, match=r"^the (query gives the column|source did not answer.*Duplicate column)"):
        open_select(url, "select others.id, requests.* from requests, others", needed=["id"])


def test_a_database_file_that_is_not_there_is_not_made(tmp_path):
    with pytest.raises(SourceFailed, match=r"^there is no database file .*none\.db; check"):
        open_select(f"sqlite:///{tmp_path}/none.db", "select 1")
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("name", ["a b.db", "50% of it?.db", "log.db"])
def test_a_database_file_is_read_whatever_its_name_and_kind_of_log(tmp_path, name):
    theirs = sqlite3.connect(tmp_path / name)
    theirs.execute("pragma journal_mode = wal" if name == "log.db" else "pragma journal_mode = delete")
    theirs.execute("create table t as select 1 as a")
    theirs.commit()
    theirs.close()
    assert read(sa.URL.create("sqlite", database=str(tmp_path / name)), "select a from t") == [("1",)]


def test_a_text_that_is_not_utf_8_is_not_told(sqlite):
    query = "select cast(x'4AE9726F6D6520536D697468' as text) as tenant"
    with pytest.raises(SourceFailed, match=r"column 'tenant'\.$") as refused:
        read(sqlite, query)
    assert "Smith" not in str(refused.value)


@pytest.mark.servers
def test_a_value_a_server_stumbles_over_is_not_told(postgresql):
    with pytest.raises(SourceFailed, match="invalid input syntax for type integer") as refused:
        read(postgresql, "select cast(note as integer) from requests")
    assert "quoted" not in str(refused.value)


@pytest.mark.parametrize("wrong", ["postgresql+psycopg://reader:hidden-word@host:port/none", "sqlite://tmp/theirs.db"])
def test_an_address_that_is_none_is_one_sentence(wrong):
    with pytest.raises(MappingError, match=r"^the source's URL cannot be used") as refused:
        open_select(wrong, "select 1")
    assert "hidden-word" not in str(refused.value)
