"""The database: which it is, how it is set, whether its schema is this version's, whether it is whole."""

from datetime import timedelta
from typing import Final

from api.doctor import judging
from api.doctor.judging import Check
from api.doctor.patient import Patient, bad, good, warn
from api.migrate import waiting
from inspection.kernel.database import speaks_postgres
from inspection.kernel.standing import database_standing, postgres_settings, sqlite_fault, time_of_database

OLDEST_POSTGRES: Final = 14
RESERVED: Final = 5
"""Connections that must be left over for people and for backups."""
OFF: Final = timedelta(seconds=5)


async def database(_: Patient) -> Check:
    """It is reached, and of a version that is looked after."""
    found = await database_standing()
    facts = {"engine": found.engine, "version": found.version, "size": judging.size(found.length)}
    major = found.version.partition(".")[0].partition(" ")[0]
    if found.engine == "PostgreSQL" and int(major) < OLDEST_POSTGRES:
        return warn("database", "old", **facts)
    return good("database", **facts)


async def schema(_: Patient) -> Check:
    """The schema is this version's."""
    return judging.of_migrations(len(await waiting()))


async def durability(_: Patient) -> Check:
    """What was acknowledged is on the disk: nobody has turned that off."""
    if not speaks_postgres():
        return good("durability")
    told = await postgres_settings("fsync", "full_page_writes", "synchronous_commit")
    wrong = [f"{name} = {value}" for name, value in told.items() if value == "off"]
    return bad("durability", "off", settings=", ".join(wrong)) if wrong else good("durability")


async def archiving(_: Patient) -> Check:
    """PostgreSQL keeps what a point-in-time recovery and a standby need."""
    if not speaks_postgres():
        return good("archiving")
    told = await postgres_settings("wal_level", "archive_mode")
    if told["wal_level"] == "minimal":
        return warn("archiving", "minimal")
    return warn("archiving", "off") if told["archive_mode"] == "off" else good("archiving")


async def connections(patient: Patient) -> Check:
    """There are as many connections as the processes may open."""
    if not speaks_postgres():
        return good("connections", most=0, needed=0)
    most = int((await postgres_settings("max_connections"))["max_connections"])
    needed = patient.settings.pool_size * (patient.settings.web_processes + 1) + RESERVED
    if patient.settings.pooler or needed <= most:
        return good("connections", most=most, needed=needed)
    return bad("connections", "few", most=most, needed=needed)


async def encoding(_: Patient) -> Check:
    """Chinese text is kept as it is."""
    if not speaks_postgres():
        return good("encoding", told="UTF-8")
    told = (await postgres_settings("server_encoding"))["server_encoding"]
    return good("encoding", told=told) if told == "UTF8" else bad("encoding", "wrong", told=told)


async def integrity(_: Patient) -> Check:
    """SQLite's file is whole, and its log is a write-ahead log."""
    if speaks_postgres():
        return good("integrity")
    fault = await sqlite_fault()
    return bad("integrity", "damaged", told=fault) if fault else good("integrity")


async def clock(patient: Patient) -> Check:
    """The machine's clock agrees with the database's, and is not behind what was written down already."""
    here, newest = await time_of_database()
    apart = abs(here - patient.now) if here is not None else timedelta()
    if newest is not None and newest - patient.now > OFF:
        return bad("clock", "behind", newest=newest.isoformat(timespec="seconds"))
    if apart > OFF:
        return warn("clock", "apart", seconds=int(apart.total_seconds()))
    return good("clock")


LOOKS: Final = (database, schema, durability, archiving, connections, encoding, integrity, clock)
