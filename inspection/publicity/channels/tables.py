from piccolo.columns import UUID, Integer, Text, Timestamptz, Varchar
from piccolo.table import Table

from inspection.authority.tables import Authority
from inspection.kernel.indexes import Index, UniqueIndex
from inspection.kernel.references import refers_to
from inspection.publicity.tables import Publication, PublishedDocument


class Channel(Table, tablename="channel"):
    """A receiver of published results. `kind`: see `ChannelKind`; its secret is derived from the server's key.

    `events`: of a receiver of events, which (see `EventName`), with spaces between; `turn`: how often its secret was
    made anew, the last time at `turned_at`.
    """

    id = UUID(primary_key=True, default=None)
    authority = refers_to(Authority)
    code = Varchar(length=40, default=None)
    kind = Varchar(length=20, default=None)
    address = Varchar(length=500, default=None)
    made_at = Timestamptz(default=None)
    retired_at = Timestamptz(null=True, default=None)
    events = Text(null=True, default=None)
    turn = Integer(null=True, default=None)
    turned_at = Timestamptz(null=True, default=None)


class Delivery(Table, tablename="delivery"):
    """The outbox: one version of a published result on its way through one channel.

    `lane`: the object's registration code: what concerns one object arrives in order. `state`: see `DeliveryState`.
    `receipt`: SHA-256 (hex) of what the receiver answered. An event has no publication but the line of the journal
    that it tells of (`event`: `<stream>:<seq>`), what it is about (`subject`) and what is sent of it (`body`, JSON).
    """

    id = UUID(primary_key=True, default=None)
    channel = refers_to(Channel)
    publication = refers_to(Publication, null=True)
    document = refers_to(PublishedDocument, null=True)
    lane = Varchar(length=40, default=None)
    state = Varchar(length=12, default=None)
    attempts = Integer(default=None)
    asked_at = Timestamptz(default=None)
    not_before = Timestamptz(default=None)
    claimed_until = Timestamptz(null=True, default=None)
    status = Integer(null=True, default=None)
    error = Text(null=True, default=None)
    receipt = Varchar(length=64, null=True, default=None)
    settled_at = Timestamptz(null=True, default=None)
    event = Varchar(length=200, null=True, default=None)
    subject = Varchar(length=120, null=True, default=None)
    body = Text(null=True, default=None)


INDEXES = [
    UniqueIndex("channel", ("authority", "code"), where="retired_at IS NULL"),
    UniqueIndex("delivery", ("channel", "document")),
    UniqueIndex("delivery", ("channel", "event"), where="event IS NOT NULL"),
    Index("delivery", ("not_before",), where="state = 'waiting'"),
    Index("delivery", ("channel", "lane"), where="state = 'waiting'"),
    Index("delivery", ("channel", "state", "asked_at")),
]
