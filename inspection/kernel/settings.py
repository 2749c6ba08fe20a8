"""The process's settings: read once at the edge from the environment, frozen, and handed down."""

from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from inspection.kernel.command import Role


class Settings(BaseSettings):
    """Every setting is `FIELDCHECK_<NAME>`; the database is also read from `DATABASE_URL`."""

    model_config = SettingsConfigDict(env_prefix="FIELDCHECK_", frozen=True, extra="forbid")

    data_dir: Path = Field(
        default=Path("var"), description="keys, stored media, reject files; the SQLite file by default"
    )
    key_file: Path | None = Field(
        default=None, description="file with the key that the server's keys are encrypted under (docs/threats.md)"
    )
    database_url: str = Field(
        default="", validation_alias=AliasChoices("database_url", "FIELDCHECK_DATABASE_URL", "DATABASE_URL")
    )
    pool_size: int = Field(default=8, ge=1, le=100, description="connections to PostgreSQL of one process")
    pooler: bool = Field(
        default=False, description="PgBouncer in transaction mode stands before PostgreSQL: prepare no named statements"
    )
    migrate_url: str = Field(
        default="", description="database of `migrate`, `backup`, `restore`: past the pooler, or as the tables' owner"
    )
    replica_url: str = Field(default="", description="PostgreSQL that follows, for reads that may be a little old")
    replica_lag_s: float = Field(
        default=10.0, ge=0.5, le=3600, description="by how many seconds such a read may be behind at most"
    )
    web_processes: int = Field(default=1, ge=1, le=64, description="processes that serve; more than one: PostgreSQL")
    drain_s: float = Field(
        default=0.0, ge=0, le=600, description="seconds between the signal to stop and the last request that is taken"
    )
    shutdown_s: int = Field(
        default=10, ge=1, le=3600, description="seconds for requests and jobs in hand to end once no new one is taken"
    )
    backups: Path | None = Field(
        default=None, description="folder of the backups, best on another disk; DATA_DIR/backups by default"
    )
    pg_bin: Path | None = Field(
        default=None, description="folder of pg_dump and pg_restore, for backups; searched on PATH by default"
    )
    rule_sets: Path | None = Field(
        default=None, description="folder whose rule-sets (*.toml) are read beside the shipped ones; none by default"
    )
    beacon: str = Field(
        default="", description="public beacon that draws may name, `module:name` of a plug-in; none by default"
    )
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=1, le=65535)
    public_url: str = Field(default="", description="address that people and tablets use; http://host:port when empty")
    other_urls: str = Field(
        default="", description="further addresses of this server, separated by spaces, if public_url is set"
    )
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "console"] = "json"
    slow_request_ms: int = Field(default=2000, ge=1, description="requests that take longer are logged as slow")
    silent_days: int = Field(
        default=7, ge=1, le=366, description="after how many days a tablet that was not heard of counts as silent"
    )
    metrics_host: str = Field(default="127.0.0.1", description="address at which metrics are scraped, never public_url")
    metrics_port: int = Field(
        default=0, ge=0, le=65535, description="port for metrics, the first of several processes'; 0: none are kept"
    )
    traces_url: str = Field(
        default="", description="collector of traces (OTLP over HTTP), http://host:4318/v1/traces; none by default"
    )
    traces_sample: float = Field(default=0.05, ge=0, le=1, description="the share of traces that is kept")
    https: bool = Field(default=False, description="send HSTS; set when a TLS proxy stands in front")
    trusted_proxies: int = Field(default=0, ge=0, le=5, description="how many proxies add to X-Forwarded-For")
    session_hours: int = Field(default=10, ge=1, le=72, description="how long a session lasts at most, desk and API")
    desk_idle_minutes: int = Field(
        default=60, ge=5, le=1440, description="after how long without a click a session at the desk ends"
    )
    two_factor_roles: Annotated[tuple[Role, ...], NoDecode] = Field(
        default=(Role.ADMIN, Role.APPROVER, Role.SUPERVISOR),
        description="roles that sign in with a second factor, separated by spaces; empty: whoever likes to",
    )
    password_days: int = Field(
        default=0, ge=0, le=3650, description="after how many days a password must be changed; 0: never"
    )
    rate_limit: bool = True
    timestamp_url: str = Field(
        default="", description="time-stamp authority (RFC 3161) for one tree head a day; none by default"
    )
    timestamp_certificates: Path | None = Field(
        default=None, description="certificates (PEM) of the time-stamp authority, to verify what it answers"
    )
    revoked_grace_days: int = Field(
        default=30, ge=0, le=366, description="days for which a revoked tablet may still hand in what it holds"
    )
    s3_url: str = Field(
        default="", description="object store (S3-compatible) that gets a copy of every file, s3://bucket/prefix"
    )
    s3_endpoint: str = Field(default="", description="the object store's address, without the bucket; AWS's by default")
    s3_region: str = "us-east-1"
    s3_key_id: str = ""
    s3_secret: SecretStr = SecretStr("")
    s3_virtual_host: bool = Field(default=False, description="the bucket is part of the host's name (OSS, COS, OBS)")
    s3_evict: bool = Field(default=False, description="files leave the disk once the object store has them")
    s3_redirect: bool = Field(default=False, description="send the office to the object store to read originals")
    private_receivers: str = Field(
        default="", description="networks (CIDR) of one's own that channels may send to beside public addresses"
    )

    @field_validator("rule_sets", "key_file", "timestamp_certificates", "pg_bin", "backups", mode="before")
    @classmethod
    def _nothing_is_no_folder(cls, given: object) -> object:
        return given or None

    @field_validator("two_factor_roles", mode="before")
    @classmethod
    def _named(cls, given: object) -> object:
        return given.replace(",", " ").split() if isinstance(given, str) else given

    @field_validator("private_receivers")
    @classmethod
    def _networks(cls, given: str) -> str:
        for one in given.split():
            ip_network(one)
        return given

    @property
    def database(self) -> str:
        """The database address; SQLite in the data directory when none is given."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'fieldcheck.sqlite3').absolute()}"

    @property
    def as_owner(self) -> "Settings":
        """These settings with the database as migrations reach it: past the pooler, as the tables' owner."""
        if not self.migrate_url:
            return self
        return self.model_copy(update={"database_url": self.migrate_url, "pooler": False})

    @property
    def address(self) -> str:
        """The address to print and to put into links, without a slash at the end."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")
