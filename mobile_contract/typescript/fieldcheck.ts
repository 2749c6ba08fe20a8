// The wire of Fieldcheck, contract 2. Written by `python -m mobile_contract.artefacts`: do not edit.
//
// Every integer lies within ±(2^53−1) and there are no fractions. Members with a default may be absent when the server
// writes them too. Answers may gain members and open enumerations may gain values: live with those you do not know.
// Header and body of an entry and every signed text are *texts*: sign, hash, keep and send their exact bytes, and
// never write them anew from a parsed value.

// ---- anchor: The signed time anchor: the only server time a device holds while it is offline.

/**
 * The server's instant in this history. A device keeps it beside its monotonic clock.
 * Written by the server.
 */
export interface TimeAnchor {
  /** Limits: minimum 1, maximum 1, default 1. */
  readonly v?: 1;
  /**
   * What an entry's header names in `anchor`.
   * Limits: pattern "^[A-Za-z0-9_-]{30}$".
   */
  readonly id: string;
  /**
   * The server's instant, UTC, in ms.
   * Limits: format "date-time".
   */
  readonly time: string;
  /**
   * The server's life: another one means that it was restored.
   * Limits: format "uuid".
   */
  readonly history: string;
  /**
   * How far the device had confirmed its feed, as the server knew; absent where the server did not know who asked.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly feed?: number | null;
}

/**
 * Answer of GET /v1/time: the text of `signed` is a `TimeAnchor`.
 * Written by the server.
 */
export interface TimeAnswer {
  /** Its text is a `TimeAnchor`. */
  readonly signed: SignedText;
}

// ---- base: The base of every model on the wire, and the small types that many of them share.

export const SAFE_INTEGER = 9007199254740991;

// ---- checklist: A checklist as it is pinned by a visit: immutable, named by code, version and digest.

export const LONGEST_DECIMAL = 24;
export const MOST_DECIMALS = 6;

/**
 * The answers of a choice item: 是 / 否 / 合理缺项.
 * Written by the server.
 */
export type Answer = "yes" | "no" | "not_applicable";

/**
 * A released version of a checklist. Its digest covers every member.
 * Written by the server.
 */
export interface Checklist {
  /**
   * Names the checklist in all its versions.
   * Limits: minLength 1, maxLength 100.
   */
  readonly code: string;
  /**
   * Counted from 1.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly version: number;
  /** What people call it. */
  readonly title: Text;
  /**
   * The document and article the check points come from.
   * Limits: maxLength 10000.
   */
  readonly source?: string | null;
  /**
   * The check points, in their order.
   * Limits: minItems 1, maxItems 2000.
   */
  readonly items: readonly ChecklistItem[];
}

/**
 * One check point (检查要点).
 *
 * The members after `policy` came later: they are left out of the JSON, and so of the digest, where they say
 * nothing.
 * Written by the server.
 */
export interface ChecklistItem {
  /**
   * Names the point within the checklist, in all versions in which it means the same.
   * Limits: minLength 1, maxLength 100.
   */
  readonly code: string;
  /** The heading it stands under. */
  readonly group?: Text | null;
  /** The point as the inspector reads it. */
  readonly text: Text;
  /**
   * How to check it.
   * Limits: maxLength 10000.
   */
  readonly guidance?: string | null;
  /**
   * What may be stated of it.
   * Limits: minItems 2, maxItems 3, default ["yes", "no", "not_applicable"].
   */
  readonly answers?: readonly Answer[];
  /**
   * Points it counts.
   * Limits: minimum 0, maximum 1000, default 0.
   */
  readonly score?: number;
  /**
   * A key item (关键项) weighs more in the outcome.
   * Limits: default false.
   */
  readonly is_key?: boolean;
  /**
   * One "no" decides the outcome (一票否决).
   * Limits: default false.
   */
  readonly is_veto?: boolean;
  /**
   * An answer 否 needs a comment.
   * Limits: default false.
   */
  readonly note_required_on_no?: boolean;
  /**
   * Every answer needs a photo.
   * Limits: default false.
   */
  readonly photo_required?: boolean;
  /**
   * Who must state it.
   * Limits: default "any".
   */
  readonly policy?: ItemPolicy;
  /**
   * Tenths of a point on top of `score`: 1.5 points are a score of 1 and 5 tenths.
   * Limits: minimum 0, maximum 9, default 0.
   */
  readonly tenths?: number;
  /**
   * A photo is required with the answer 否 only; `photo_required` asks for one with every answer.
   * Limits: default false.
   */
  readonly photo_required_on_no?: boolean;
  /** Set for a point that is measured or counted; of `answers` then only 合理缺项 counts. */
  readonly number?: NumberAnswer | null;
}

/**
 * Who must state an item: any inspector (the other countersigns), or each of them.
 * Written by the server.
 */
export type ItemPolicy = "any" | "each";

/**
 * What a check point asks for that is measured or counted instead of answered 是 or 否.
 *
 * Limits and values are decimal texts ("12.5"): no number on the wire is a binary fraction. A value outside
 * `least` …
 * `most` cannot be stated; two inspectors agree when their values differ by `tolerance` at most.
 * Written by the server.
 */
export interface NumberAnswer {
  /**
   * Of the value, e.g. `℃`.
   * Limits: minLength 1, maxLength 40.
   */
  readonly unit?: string | null;
  /**
   * How many places behind the point a value may have.
   * Limits: minimum 0, maximum 6, default 0.
   */
  readonly decimals?: number;
  /**
   * The least value that can be stated.
   * Limits: pattern "^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,6})?$".
   */
  readonly least?: string | null;
  /**
   * The greatest value that can be stated.
   * Limits: pattern "^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,6})?$".
   */
  readonly most?: string | null;
  /**
   * By how much two inspectors may differ and still agree.
   * Limits: pattern "^-?(0|[1-9][0-9]{0,14})(\\.[0-9]{1,6})?$", default "0".
   */
  readonly tolerance?: string;
}

/**
 * A checklist as a visit carries it, with the digest the tablet must find again.
 * Written by the server.
 */
export interface PinnedChecklist {
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly digest: string;
  /** The checklist itself. */
  readonly checklist: Checklist;
}

/**
 * A text for people, in both languages; English may be absent where the source has none.
 * Written by the server.
 */
export interface Text {
  /**
   * In Chinese (zh-CN).
   * Limits: minLength 1, maxLength 2000.
   */
  readonly zh: string;
  /**
   * In English.
   * Limits: maxLength 2000.
   */
  readonly en?: string | null;
}

// ---- credentials: What an inspector shows at the door: a credential that a phone checks without a network (media.md §5).

/**
 * The inspection certificate (执法证) behind a credential, as the register tells of it now.
 * Written by the server.
 */
export interface CredentialCertificate {
  /**
   * As printed.
   * Limits: minLength 1, maxLength 200.
   */
  readonly number: string;
  /**
   * Who issued it.
   * Limits: minLength 1, maxLength 200.
   */
  readonly issuer: string;
  /**
   * The first day; null when nobody knows it.
   * Limits: format "date".
   */
  readonly valid_from: string | null;
  /**
   * The last day.
   * Limits: format "date".
   */
  readonly valid_until: string;
  /** Whether the holder may use it at all. */
  readonly status: "valid" | "suspended" | "revoked";
  /**
   * The matters that it covers; none: all of them.
   * Limits: maxItems 1000.
   * Each: Limits: maxLength 10000.
   */
  readonly scope: readonly string[];
  /**
   * Where it is good; none: everywhere.
   * Limits: maxItems 1000.
   * Each: Limits: maxLength 10000.
   */
  readonly areas: readonly string[];
}

/**
 * Answer of GET /v1/visits/{visit_id}/credentials.
 * Written by the server.
 */
export interface CredentialsAnswer {
  /**
   * Of the inspectors who may act on this device and are in the team.
   * Limits: maxItems 100.
   */
  readonly credentials: readonly InspectorCredential[];
  /**
   * The visit's code, to be printed on its papers: it opens the door, and shows beside a credential that it is the
   * same visit. For the party, and for nobody else.
   * Limits: pattern "^[0-9A-Z]{4}-[0-9A-Z]{4}$".
   */
  readonly code: string;
  /** Null when the office closed it. */
  readonly door: VisitDoor | null;
}

/**
 * One inspector's credential for one visit, and what the tablet shows beside its QR code.
 * Written by the server.
 */
export interface InspectorCredential {
  /**
   * Whose.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly inspector: string;
  /**
   * In full.
   * Limits: minLength 1, maxLength 200.
   */
  readonly name: string;
  /**
   * The unit he belongs to.
   * Limits: minLength 1, maxLength 200.
   */
  readonly unit: string | null;
  /** The certificate that he shows. */
  readonly certificate: CredentialCertificate | null;
  /**
   * SHA-256 of the photo's original; `GET /v1/visits/{visit_id}/team/{inspector}/photo` gives its small copy.
   * SHA-256, lower-case hex.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly photo: string | null;
  /**
   * What is signed.
   * Limits: pattern "^[A-Za-z0-9_.-]+$", maxLength 4000.
   */
  readonly text: string;
  /**
   * The page that checks it, with the credential behind `#`: what the QR code shows. A fragment is sent to nobody.
   * Limits: maxLength 8000.
   */
  readonly address: string;
  /**
   * Until when it is good, UTC; ask again whenever there is a network.
   * Limits: format "date-time".
   */
  readonly expires: string;
}

/**
 * Where the party reads what the visit is about and answers it, once it has typed the code.
 * Written by the server.
 */
export interface VisitDoor {
  /**
   * What the second QR code shows; it stands on the notice, too.
   * Limits: maxLength 2000.
   */
  readonly address: string;
  /**
   * The last day on which it opens.
   * Limits: format "date".
   */
  readonly expires_on: string;
}

// ---- decisions: The entries of leader and server: authority, policy and decisions, in the same envelope.

/**
 * `admit` or `exclude`: whether flagged statements count.
 * Written by the server.
 */
export interface Admission {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * The statements.
   * Limits: minItems 1, maxItems 200.
   * Each: 32 bytes, base64url.
   * Each: Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly targets: readonly string[];
  /**
   * Why.
   * Limits: maxLength 10000.
   */
  readonly reason: string;
}

/**
 * Changes a published result openly.
 * Written by the server.
 */
export interface Amend {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** Limits: minLength 1, maxLength 200. */
  readonly publication: string;
  /** Limits: maxLength 10000. */
  readonly reason: string;
}

/**
 * Gives a task or visit to an inspector; the version counts per assignment.
 * Written by the server.
 */
export interface Assign {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$". */
  readonly assignment: string;
  /** Limits: minimum 1, maximum 9007199254740991. */
  readonly version: number;
  /** Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$". */
  readonly inspector: string;
}

/**
 * `ck.publish` or `ck.pin`: names an immutable checklist version.
 * Written by the server.
 */
export interface ChecklistDecision {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * Limits: minItems 3, maxItems 3.
   * Limits: minLength 1, maxLength 100.
   * Limits: minimum 1, maximum 9007199254740991.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly ck: readonly [string, number, string];
}

/**
 * The types of entry a leader or the server writes.
 * Written by the server.
 */
export type DecisionType =
  | "log.gap"
  | "assign"
  | "recuse"
  | "substitute"
  | "handover"
  | "device.bind"
  | "device.revoke"
  | "ck.publish"
  | "ck.pin"
  | "visit.link"
  | "visit.unlink"
  | "resolve"
  | "admit"
  | "exclude"
  | "publish"
  | "amend"
  | "erase.body"
  | (string & {});

/**
 * An inspector may act on a device from now on.
 * Written by the server.
 */
export interface DeviceBind {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$". */
  readonly dev: string;
  /** Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$". */
  readonly inspector: string;
}

/**
 * A device may not act any more; what it wrote before stays.
 * Written by the server.
 */
export interface DeviceRevoke {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$". */
  readonly dev: string;
  /** Limits: maxLength 10000. */
  readonly reason: string;
}

/**
 * Removes bodies by law; headers stay.
 * Written by the server.
 */
export interface EraseBody {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * Limits: minItems 1, maxItems 200.
   * Each: 32 bytes, base64url.
   * Each: Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly targets: readonly string[];
  /** Limits: maxLength 10000. */
  readonly ground: string;
}

/**
 * Passes the lead of the visit on.
 * Written by the server.
 */
export interface Handover {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$". */
  readonly leader: string;
}

/**
 * Certifies that a stretch of a device log is lost, so that publication can go on.
 * Written by the server.
 */
export interface LogGap {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * Whose log.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly dev: string;
  /**
   * Which incarnation of it.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly ep: number;
  /**
   * The first number that is lost.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly first: number;
  /**
   * The last number that is lost.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly last: number;
  /**
   * What became of them, e.g. that the device is destroyed.
   * Limits: maxLength 10000.
   */
  readonly reason: string;
}

/**
 * Pins what was published: a set of entries and the way it was folded.
 * Written by the server.
 */
export interface Publish {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly set: string;
  /** Limits: minLength 1, maxLength 200. */
  readonly fold: string;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly state: string;
}

/**
 * Takes an inspector off the visit (回避).
 * Written by the server.
 */
export interface Recuse {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$". */
  readonly inspector: string;
  /** Limits: maxLength 10000. */
  readonly reason: string;
}

/**
 * Decides a conflict; `over` in the header names every head that was considered.
 * Written by the server.
 */
export interface Resolve {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * The check point.
   * Limits: minLength 1, maxLength 100.
   */
  readonly item: string;
  /** A value of its own, one of the statements, both, or another inspection. */
  readonly how: "value" | "choose" | "both-stand" | "re-inspect";
  /**
   * The value, with `value`.
   * Limits: minLength 1, maxLength 2000.
   */
  readonly value?: string | null;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly choose?: string | null;
  /**
   * Why.
   * Limits: maxLength 10000.
   */
  readonly reason: string;
}

/**
 * Puts one inspector in another's place (递补).
 * Written by the server.
 */
export interface Substitute {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$". */
  readonly leaves: string;
  /** Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$". */
  readonly enters: string;
  /** Limits: maxLength 10000. */
  readonly reason: string;
}

/**
 * `visit.link` or `visit.unlink`: two visits of one object are one, or are not.
 * Written by the server.
 */
export interface VisitLink {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * One visit.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly a: string;
  /**
   * The other visit of the same object.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly b: string;
  /**
   * Why.
   * Limits: maxLength 10000.
   */
  readonly reason?: string | null;
}

// ---- devices: What server and device tell each other about the device itself: its standing, what it holds, and its end.

/**
 * Answer of GET /v1/devices/self: how the device stands. Open to a revoked one as well.
 * Written by the server.
 */
export interface DeviceSelf {
  /**
   * The device that asks.
   * Limits: format "uuid".
   */
  readonly device: string;
  /**
   * For whom it was enrolled.
   * Limits: format "uuid".
   */
  readonly inspector: string;
  /**
   * All who may act on it now, sorted.
   * Limits: maxItems 1000.
   * Each: Limits: format "uuid".
   */
  readonly inspectors: readonly string[];
  /** Whether it may not read any more. */
  readonly revoked: boolean;
  /**
   * Until when a revoked device may hand in what it holds.
   * Limits: format "date-time".
   */
  readonly submit_until?: string | null;
  /** null as well once the device has said that it is done. */
  readonly wipe?: WipeOrder | null;
}

/**
 * `manifest.json` of an export file. `manifest.sig`: base64url of the device's ES256 signature over its exact
 * bytes
 * for `insp/export/v1`. What is in the file counts without it: every entry is signed on its own.
 * Written by devices.
 */
export interface ExportManifest {
  /** Limits: minimum 1, maximum 1, default 1. */
  readonly v?: 1;
  /**
   * The device that exported.
   * Limits: format "uuid".
   */
  readonly device: string;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly kid: string;
  /**
   * The inspector it was enrolled for.
   * Limits: format "uuid".
   */
  readonly inspector: string;
  /**
   * Wall clock of the device at the export, ms since 1970.
   * Limits: minimum -9007199254740991, maximum 9007199254740991.
   */
  readonly wall: number;
  /**
   * Lines of `entries.ndjson`.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly entries: number;
  /**
   * SHA-256, lower-case hex.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly entries_sha256: string;
  /**
   * The files, by digest.
   * Limits: maxItems 20000.
   */
  readonly media: readonly ExportedFile[];
  /**
   * What wrote it.
   * Limits: minLength 1, maxLength 100.
   */
  readonly app?: string | null;
}

/**
 * A media file in an export file, as `media/<sha256>`.
 * Written by devices.
 */
export interface ExportedFile {
  /**
   * SHA-256, lower-case hex.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly sha256: string;
  /**
   * Its size.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly bytes: number;
  /**
   * Its media type.
   * Limits: minLength 1, maxLength 200.
   */
  readonly mime: string;
}

/**
 * What a device holds and nobody else has: told with every inventory, so that the office sees what is out there.
 * Written by devices.
 */
export interface Holding {
  /**
   * Entries that are not in custody.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly entries: number;
  /**
   * Files that are not uploaded whole.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly files: number;
  /**
   * Their bytes together.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly bytes: number;
  /**
   * Wall clock of the oldest of these entries, ms since 1970, as the device's clock said; null without any.
   * Limits: minimum -9007199254740991, maximum 9007199254740991.
   */
  readonly oldest_wall?: number | null;
  /**
   * What runs on the device.
   * Limits: minLength 1, maxLength 100.
   */
  readonly app?: string | null;
}

/**
 * The office tells the device to erase itself.
 * Written by the server.
 */
export interface WipeOrder {
  /**
   * Names the order; the statement names it again.
   * Limits: format "uuid".
   */
  readonly order: string;
  /**
   * The server's instant, UTC.
   * Limits: format "date-time".
   */
  readonly ordered_at: string;
  /** Whether what nobody else has may be given up. If not, the device goes on handing it in, and waits. */
  readonly also_unsent: boolean;
}

/**
 * Answer of POST /v1/devices/wiped.
 * Written by the server.
 */
export interface WipedAnswer {
  /**
   * When the server took note, UTC.
   * Limits: format "date-time".
   */
  readonly wiped_at: string;
}

/**
 * Body of POST /v1/devices/wiped: a `WipedStatement` as text, signed by the device's key for `insp/wiped/v1`.
 * Written by devices.
 */
export interface WipedRequest {
  /**
   * The text of the statement, byte for byte as it was signed.
   * Limits: maxLength 2000.
   */
  readonly p: string;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly k: string;
  /** Limits: default "ES256". */
  readonly a?: "ES256";
  /**
   * 64 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{85}[AQgw]$".
   */
  readonly s: string;
}

/**
 * What a device says when it has erased itself; signed before its key goes.
 * Written by devices.
 */
export interface WipedStatement {
  /** Limits: minimum 1, maximum 1, default 1. */
  readonly v?: 1;
  /**
   * The device that erased itself.
   * Limits: format "uuid".
   */
  readonly device: string;
  /**
   * The order that it followed.
   * Limits: format "uuid".
   */
  readonly order: string;
  /**
   * Entries that nobody else had.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly lost_entries: number;
  /**
   * Files that nobody else had.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly lost_files: number;
}

// ---- enrol: Enrolment: a single-use code of ten minutes and a proof that the device holds the key it names.

/**
 * What an enrolled device keeps. Repeating a request whose answer was lost gives a new token.
 * Written by the server.
 */
export interface EnrolAnswer {
  /**
   * The number of the device: `dev` of its entries.
   * Limits: format "uuid".
   */
  readonly device: string;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly kid: string;
  /**
   * The inspector it was enrolled for: `ins` of the entries he makes.
   * Limits: format "uuid".
   */
  readonly inspector: string;
  /**
   * Opens the channel together with a proof by the key.
   * Limits: minLength 1, maxLength 200.
   */
  readonly token: string;
  /**
   * The server's instant, UTC.
   * Limits: format "date-time".
   */
  readonly token_expires: string;
  /**
   * The server's life.
   * Limits: format "uuid".
   */
  readonly history: string;
  /**
   * The keys whose signatures the device believes.
   * Limits: minItems 1, maxItems 100.
   */
  readonly server_keys: readonly ServerJwk[];
  /**
   * What the server holds of this device's own log: empty at the first enrolment.
   * Limits: maxItems 10000.
   */
  readonly logs: readonly LogState[];
  /** The first time anchor. */
  readonly anchor: SignedText;
}

/**
 * Body of POST /v1/devices.
 * Written by devices.
 */
export interface EnrolRequest {
  /**
   * As the office gave it.
   * Limits: pattern "^[A-Z2-7]{16}$".
   */
  readonly code: string;
  /** The public half of the device's new key. */
  readonly key: DeviceJwk;
  /**
   * ES256 over `enrolment_message(code, kid)` by the new key. 64 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{85}[AQgw]$".
   */
  readonly proof: string;
  /**
   * What the device calls itself, for people.
   * Limits: minLength 1, maxLength 200.
   */
  readonly name: string;
  /**
   * The number that this key had before. A server that was restored from a backup older than the enrolment gives it
   * again, so that what the device signed under it is its own; where the number is taken there is a new one.
   * Limits: format "uuid".
   */
  readonly device?: string | null;
}

/**
 * Answer of POST /v1/devices/token: a token for the key whose proof came with the request.
 * Written by the server.
 */
export interface TokenAnswer {
  /** Limits: minLength 1, maxLength 200. */
  readonly token: string;
  /** Limits: format "date-time". */
  readonly token_expires: string;
}

// ---- entries: The entries an inspector's device writes: one body model per type.

/**
 * The acting inspector's statement on one checklist item. The checklist judges `value`, not the wire.
 * Written by devices.
 */
export interface AnswerSet {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * Code of the check point in the checklist that `ck` of the header names.
   * Limits: minLength 1, maxLength 100.
   */
  readonly item: string;
  /**
   * "yes", "no" or "not_applicable" for choice items; a decimal as text for measured ones.
   * Limits: minLength 1, maxLength 2000.
   */
  readonly value: string;
  /**
   * The inspector's words on it.
   * Limits: maxLength 10000.
   */
  readonly comment?: string | null;
  /**
   * How the inspector knows.
   * Limits: default "seen".
   */
  readonly basis?: Basis;
  /**
   * Photos and documents that show it.
   * Limits: maxItems 50.
   * Each: SHA-256, lower-case hex.
   * Each: Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly media?: readonly string[];
}

/**
 * The author has no statement any more; `over` in the header names the withdrawn ones.
 * Written by devices.
 */
export interface AnswerWithdraw {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * Code of the check point.
   * Limits: minLength 1, maxLength 100.
   */
  readonly item: string;
  /**
   * Why.
   * Limits: maxLength 10000.
   */
  readonly reason: string;
}

/**
 * `attest` or `submit`: the inspector vouches for exactly these entries; `submit` ends the own part.
 * Written by devices.
 */
export interface Attest {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly set: string;
  /**
   * Where the logs of the entries stood.
   * Limits: maxItems 64.
   */
  readonly heads?: readonly LogEnd[];
  /**
   * How many entries are in the set.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly count: number;
}

/**
 * How the inspector knows.
 * Written by devices.
 */
export type Basis = "seen" | "told" | "document";

/**
 * A position fix: WGS 84, in units of 10⁻⁷ degree, so that no float is signed.
 * Written by devices.
 */
export interface Coordinates {
  /**
   * Latitude in 10⁻⁷ degree, north positive.
   * Limits: minimum -900000000, maximum 900000000.
   */
  readonly lat_e7: number;
  /**
   * Longitude in 10⁻⁷ degree, east positive.
   * Limits: minimum -1800000000, maximum 1800000000.
   */
  readonly lon_e7: number;
  /**
   * Accuracy radius in decimetres.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly acc_dm: number;
  /** Which of the platform's providers gave the fix. */
  readonly source: "gnss" | "network" | "fused" | "manual";
  /**
   * How old the fix was, in ms.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly fix_age_ms: number;
  /**
   * Whether the platform says that the fix was made up.
   * Limits: default false.
   */
  readonly mock?: boolean;
}

/**
 * What every body carries: 16 random bytes, because "yes" would be guessable from its digest.
 * Written by devices.
 */
export interface EntryBody {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
}

/**
 * The types of entry a device writes.
 * Written by devices.
 */
export type EntryType =
  | "visit.open"
  | "arrive"
  | "leave"
  | "notice.serve"
  | "answer.set"
  | "answer.withdraw"
  | "photo.add"
  | "document.add"
  | "photo.annotate"
  | "note.add"
  | "signature"
  | "refusal"
  | "concur"
  | "dispute"
  | "attest"
  | "submit"
  | "withdraw"
  | "log.epoch"
  | (string & {});

/**
 * Where a device log stands.
 * Written by devices.
 */
export interface LogEnd {
  /**
   * Whose log.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly dev: string;
  /**
   * Which incarnation of it.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly ep: number;
  /**
   * The number of its newest entry; 0 when there is none.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly seq: number;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly hash?: string | null;
}

/**
 * Starts a new incarnation of the device log.
 * Written by devices.
 */
export interface LogEpoch {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * `fork`, `restored`, `wiped` or in words.
   * Limits: minLength 1, maxLength 200.
   */
  readonly reason: string;
  /** The newest entry of the incarnation before, as far as known. */
  readonly last?: LogEnd | null;
}

/**
 * `photo.add` or `document.add`: a reference to bytes that travel on their own road.
 * Written by devices.
 */
export interface MediaAdd {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * SHA-256, lower-case hex.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly digest: string;
  /**
   * Size of the file in bytes; 0 where a camera failed.
   * Limits: minimum 0, maximum 1099511627776.
   */
  readonly bytes: number;
  /**
   * Media type (RFC 6838), lower case, without parameters.
   * Limits: pattern "^[a-z]+/[a-z0-9.+-]+$", maxLength 100.
   */
  readonly mime: string;
  /**
   * Pixels.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly width?: number | null;
  /**
   * Pixels.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly height?: number | null;
  /**
   * The camera's clock, ms since 1970: evidence only.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly taken_wall?: number | null;
  /** Where it was taken. */
  readonly position?: Coordinates | null;
  /**
   * The checklist item it documents; null for the whole visit.
   * Limits: minLength 1, maxLength 100.
   */
  readonly item?: string | null;
  /**
   * What it shows.
   * Limits: maxLength 10000.
   */
  readonly caption?: string | null;
}

/**
 * Why the record bears no signature of the party.
 * "refused": The party would not sign.
 * "unable": The party could not sign.
 * "absent": Nobody was there who could sign.
 * Written by devices.
 */
export type NotSigned = "refused" | "unable" | "absent";

/**
 * Free text, append only.
 * Written by devices.
 */
export interface NoteAdd {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * The note.
   * Limits: minLength 1, maxLength 10000.
   */
  readonly text: string;
  /**
   * The check point it is about; null for the whole visit.
   * Limits: minLength 1, maxLength 100.
   */
  readonly item?: string | null;
}

/**
 * The notice (抽查告知书) was served; one entry for each time and way.
 * Written by devices.
 */
export interface NoticeServe {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * The number that it bears: of the paper from the office, or the next one of a block of this device.
   * Limits: minLength 1, maxLength 60.
   */
  readonly number: string;
  readonly how: ServedHow;
  /** Who took it; null when nobody gave a name. */
  readonly receiver?: NoticeReceiver | null;
  /**
   * SHA-256 of the paper that was shown or handed over, where the tablet made it.
   * SHA-256, lower-case hex.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly doc?: string | null;
  /**
   * The language of that paper.
   * Limits: default "zh".
   */
  readonly lang?: "zh" | "en";
}

/**
 * A drawing laid over a photo; the original is never changed.
 * Written by devices.
 */
export interface PhotoAnnotate {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * SHA-256, lower-case hex.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly of: string;
  /**
   * SHA-256, lower-case hex.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly overlay: string;
  /**
   * What the drawing says.
   * Limits: maxLength 10000.
   */
  readonly caption?: string | null;
}

/**
 * `arrive` or `leave`: a position, or why there is none.
 * Written by devices.
 */
export interface Presence {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** Where the device was. */
  readonly position?: Coordinates | null;
  /**
   * Why there is no fix, e.g. `indoors`.
   * Limits: minLength 1, maxLength 200.
   */
  readonly no_fix?: string | null;
}

/**
 * Stands instead of the thing refused, but only with a witness or the second inspector's `concur`.
 * Written by devices.
 */
export interface Refusal {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** What was refused. */
  readonly what: RefusedThing;
  /**
   * Of a signature: whether the party refused to sign, was unable to, or was not there. Else `refused`.
   * Limits: default "refused".
   */
  readonly outcome?: NotSigned;
  /**
   * The check point it is about, for an answer or a document.
   * Limits: minLength 1, maxLength 100.
   */
  readonly item?: string | null;
  /**
   * A code of the rule-set's list.
   * Limits: pattern "^[a-z_]+$", maxLength 40.
   */
  readonly reason_code: string;
  /**
   * What happened, in words.
   * Limits: minLength 1, maxLength 10000.
   */
  readonly text: string;
  /** Who refused. */
  readonly by: RefusingPerson;
  /** Who saw it. */
  readonly witness?: Witness | null;
  /**
   * What shows it; a sound or video recording among them, added by an entry of its own, counts as a witness.
   * Limits: maxItems 50.
   * Each: SHA-256, lower-case hex.
   * Each: Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly media?: readonly string[];
  /**
   * Of a refusal to sign: `entry_set_digest` of the entries that were shown all the same.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly set?: string | null;
  /**
   * Where the logs of the shown entries stood.
   * Limits: maxItems 64.
   */
  readonly heads?: readonly LogEnd[];
}

/**
 * What was refused.
 * Written by devices.
 */
export type RefusedThing = "access" | "answer" | "document" | "signature";

/**
 * Who refused; `unknown` when the person would not give a name.
 * Written by devices.
 */
export interface RefusingPerson {
  /**
   * As given.
   * Limits: minLength 1, maxLength 200.
   */
  readonly name?: string | null;
  /**
   * The function at the inspected party.
   * Limits: minLength 1, maxLength 200.
   */
  readonly role?: string | null;
  /**
   * No name was given.
   * Limits: default false.
   */
  readonly unknown?: boolean;
}

/**
 * A drawn or imaged signature that attests a set of entries and the document that was shown.
 * Written by devices.
 */
export interface SignatureBody {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /** In which capacity. */
  readonly role: SignerRole;
  /**
   * Who signs, as written on the record.
   * Limits: minLength 1, maxLength 200.
   */
  readonly name: string;
  /**
   * The signer's function at the inspected party, e.g. 店长.
   * Limits: minLength 1, maxLength 200.
   */
  readonly position?: string | null;
  /**
   * The last four characters of the signer's identity document.
   * Limits: pattern "^[0-9Xx]{4}$".
   */
  readonly id_tail?: string | null;
  /** `drawn` on the device, or an `image` of a signature on paper. */
  readonly method: "drawn" | "image";
  /** The strokes, with `drawn`. */
  readonly ink?: Ink | null;
  /**
   * SHA-256, lower-case hex.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly image?: string | null;
  /**
   * SHA-256 of the document that was shown to the signer. SHA-256, lower-case hex.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly doc: string;
  /**
   * `entry_set_digest` of the entries that were shown. 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly set: string;
  /**
   * Where the logs of the shown entries stood: what lets everybody else find the entries of `set`.
   * Limits: maxItems 64.
   */
  readonly heads?: readonly LogEnd[];
}

/**
 * In which capacity somebody signs.
 * Written by devices.
 */
export type SignerRole = "inspector" | "representative" | "witness";

/**
 * `concur` or `dispute`: the second inspector's explicit word on entries of the first.
 * Written by devices.
 */
export interface Stance {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * The entries that are agreed with or disputed.
   * Limits: minItems 1, maxItems 200.
   * Each: 32 bytes, base64url.
   * Each: Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly targets: readonly string[];
  /**
   * Why; a dispute should say.
   * Limits: maxLength 10000.
   */
  readonly reason?: string | null;
}

/**
 * Opens the visit; more than one is fine. `reason` explains a visit that was not assigned (ad hoc).
 * Written by devices.
 */
export interface VisitOpen {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * The inspected party or thing.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly object: string;
  /**
   * The tasks that are begun.
   * Limits: maxItems 50.
   * Each: Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly tasks?: readonly string[];
  /**
   * Why there is a visit that nobody assigned.
   * Limits: maxLength 10000.
   */
  readonly reason?: string | null;
}

/**
 * Takes back the author's own submit or attest, named in `over`.
 * Written by devices.
 */
export interface Withdraw {
  /**
   * 16 random bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{21}[AQgw]$".
   */
  readonly salt: string;
  /**
   * Why.
   * Limits: maxLength 10000.
   */
  readonly reason: string;
}

/**
 * A second inspector of the team, or a named person.
 * Written by devices.
 */
export interface Witness {
  /**
   * The second inspector of the team.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly inspector?: string | null;
  /**
   * A person of no team.
   * Limits: minLength 1, maxLength 200.
   */
  readonly name?: string | null;
  /**
   * How to reach that person.
   * Limits: minLength 1, maxLength 200.
   */
  readonly contact?: string | null;
}

// ---- envelope: The signed envelope of an entry (sync protocol, envelope version 1).

export const ALGORITHM = "ES256";
export const ENVELOPE_VERSION = 1;
export const MAX_BODY_BYTES = 65536;
export const MAX_HEADER_BYTES = 4096;
export const MAX_LINE_BYTES = 163840;
export const SERVER_ALGORITHM = "EdDSA";

/**
 * The signed header. A member this version does not know is ignored here and kept in the signed bytes.
 * Written by devices.
 */
export interface EntryHeader {
  /**
   * Version of the envelope: 1. A newer one is stored and held.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly v: number;
  /**
   * UUIDv7 by the device's clock. Two entries may have one: the entry's identity is its hash.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly id: string;
  /**
   * The device whose log this is; in the office's own log the authority.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly dev: string;
  /**
   * Incarnation of the device log: 1, and one more after the device learnt that it lost its tail.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly ep: number;
  /**
   * Dense from 1 within (dev, ep).
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly seq: number;
  /**
   * Hash of the previous header of (dev, ep); null for seq 1.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly prev?: string | null;
  /**
   * The acting inspector.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly ins: string;
  /**
   * The visit as the server named it; absent in `log.epoch`.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly visit?: string | null;
  /**
   * The tasks of the visit that the entry is about; none: all of them.
   * Limits: maxItems 50.
   * Each: Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   */
  readonly tasks?: readonly string[];
  /**
   * What the body is; a type that nobody knows is stored and held.
   * Limits: pattern "^[a-z]+(\\.[a-z]+)*$", maxLength 40.
   */
  readonly type: string;
  /**
   * Earlier statements of the author (for a resolution: every head considered) that this one replaces.
   * Limits: maxItems 64.
   * Each: 32 bytes, base64url.
   * Each: Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly over?: readonly string[];
  /**
   * Assignment and its version the author acted under.
   * Limits: minItems 2, maxItems 2.
   * Limits: format "uuid", pattern "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$".
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly asg?: readonly [string, number] | null;
  /**
   * Checklist code, version and digest the author saw.
   * Limits: minItems 3, maxItems 3.
   * Limits: minLength 1, maxLength 100.
   * Limits: minimum 1, maximum 9007199254740991.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly ck?: readonly [string, number, string] | null;
  /**
   * Device wall clock, ms since 1970. Evidence only: orders nothing, decides nothing.
   * Limits: minimum -9007199254740991, maximum 9007199254740991.
   */
  readonly wall: number;
  /**
   * Monotonic ms since boot.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly mono: number;
  /**
   * Names one life of the monotonic clock.
   * Limits: minLength 1, maxLength 40.
   */
  readonly boot: string;
  /**
   * Id of the newest server time anchor held.
   * Limits: maxLength 40.
   */
  readonly anchor?: string | null;
  /**
   * Newest signed tree head seen.
   * Limits: minItems 2, maxItems 2.
   * Limits: minimum 0, maximum 9007199254740991.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly sth?: readonly [number, string] | null;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly body: string;
  /**
   * Bytes of the body.
   * Limits: minimum 0, maximum 65536.
   */
  readonly blen: number;
}

/**
 * One line of a push: header text, body text, and who signed the header how.
 *
 * `b` is null when only the header travels (the body was erased, or comes later).
 * Written by both sides.
 */
export interface EntryLine {
  /**
   * The header's JSON text, byte for byte as it was signed; at most 4 KiB of UTF-8.
   * Limits: maxLength 4096.
   */
  readonly p: string;
  /**
   * The body's JSON text, byte for byte as its digest was taken; at most 64 KiB of UTF-8.
   * Limits: maxLength 65536.
   */
  readonly b?: string | null;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly k: string;
  /**
   * `ES256` of a device, `EdDSA` of the server (docs/sync.md §Decisions).
   * Limits: maxLength 16.
   */
  readonly a: string;
  /**
   * 64 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{85}[AQgw]$".
   */
  readonly s: string;
}

// ---- ink: The strokes of a drawn signature, in compact form.

export const MAX_POINTS = 20000;
export const MIN_POINTS = 8;

/**
 * A signature as it was drawn.
 * Written by devices.
 */
export interface Ink {
  /**
   * Canvas, CSS pixels.
   * Limits: minimum 50, maximum 10000.
   */
  readonly width: number;
  /**
   * Canvas, CSS pixels.
   * Limits: minimum 20, maximum 10000.
   */
  readonly height: number;
  /**
   * Device pixel ratio in percent.
   * Limits: minimum 50, maximum 1000, default 100.
   */
  readonly dpr_percent?: number;
  /** What drew. */
  readonly pointer: "pen" | "touch" | "mouse";
  /** Whether the pointer reported pressure. */
  readonly pressure: boolean;
  /**
   * From pen down to pen up each, in the order they were drawn.
   * Limits: minItems 1, maxItems 40.
   * Each: Limits: maxItems 20000.
   * Each: Each: Limits: minItems 4, maxItems 4.
   * Each: Each: Limits: minimum -110000, maximum 110000.
   * Each: Each: Limits: minimum 0, maximum 86400000.
   * Each: Each: Limits: minimum 0, maximum 255.
   */
  readonly strokes: readonly (readonly (readonly [number, number, number, number])[])[];
}

// ---- keys: The server's keys on the wire: which there were, and how each named the next.

/**
 * The text of a statement (purpose `insp/key/v1`), signed by the key that goes: `next` follows it.
 * Written by the server.
 */
export interface KeyStatement {
  /** Limits: minimum 1, maximum 1, default 1. */
  readonly v?: 1;
  /** The key that follows. */
  readonly next: ServerJwk;
  /**
   * When, by the server, UTC.
   * Limits: format "date-time".
   */
  readonly at: string;
}

/**
 * Answer of GET /v1/keys.
 * Written by the server.
 */
export interface KeysAnswer {
  /**
   * The key in use first, then those before it, the newest first. What they signed stays checkable.
   * Limits: minItems 1, maxItems 100.
   */
  readonly keys: readonly ServerJwk[];
  /**
   * Oldest first: the text of each is a `KeyStatement`.
   * Limits: maxItems 100.
   */
  readonly statements: readonly SignedText[];
}

// ---- log: The transparency log on the wire: signed tree heads, proofs and time stamps (RFC 9162, RFC 3161).

/**
 * Answer of GET /v1/log/consistency: the tree of `second` leaves begins with the tree of `first`.
 * Written by the server.
 */
export interface ConsistencyAnswer {
  /**
   * Leaves of the smaller tree.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly first: number;
  /**
   * Leaves of the larger tree.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly second: number;
  /**
   * The proof (RFC 9162 §2.1.4.1).
   * Limits: maxItems 64.
   * Each: 32 bytes, base64url.
   * Each: Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly path: readonly string[];
}

/**
 * Answer of GET /v1/log/sth: the text of `signed` is a `LogHead`; null while the log is empty.
 * Written by the server.
 */
export interface HeadAnswer {
  /** Its text is a `LogHead`. */
  readonly signed: SignedText | null;
}

/**
 * Answer of GET /v1/log/inclusion/{hash}: the entry is leaf `place`, counted from 0, of the tree of `size`.
 * Written by the server.
 */
export interface InclusionAnswer {
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly hash: string;
  /**
   * Counted from 0.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly place: number;
  /**
   * Leaves of the tree.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly size: number;
  /**
   * The proof (RFC 9162 §2.1.3.1).
   * Limits: maxItems 64.
   * Each: 32 bytes, base64url.
   * Each: Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly path: readonly string[];
}

/**
 * An older history, and how many leaves of its tree the present one begins with: what a restore did not lose.
 * Written by the server.
 */
export interface KeptHistory {
  /**
   * The older history.
   * Limits: format "uuid".
   */
  readonly history: string;
  /**
   * Leaves of it that the present one begins with.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly kept: number;
}

/**
 * The text of a signed tree head (purpose `insp/tree/v1`).
 *
 * Every head is consistent with every earlier one of its history, and with those of the older histories in `past`
 * up
 * to `kept` leaves. A larger head of an older history tells of leaves that a restore of the server lost.
 * Written by the server.
 */
export interface LogHead {
  /** Limits: minimum 1, maximum 1, default 1. */
  readonly v?: 1;
  /**
   * How many entries are in the tree.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly size: number;
  /**
   * The root over their leaf hashes; a leaf's input is the 32 bytes of an entry's hash. 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly root: string;
  /**
   * When it was signed, UTC.
   * Limits: format "date-time".
   */
  readonly at: string;
  /**
   * The life of the server whose log this is.
   * Limits: format "uuid".
   */
  readonly history: string;
  /**
   * Oldest first.
   * Limits: maxItems 100.
   */
  readonly past?: readonly KeptHistory[];
}

/**
 * Answer of GET /v1/log/stamps/{day}: a time-stamp authority saw the head of that local day's end.
 *
 * `response` is the whole TimeStampResp (RFC 3161 §2.4.2) in base64; its imprint is the SHA-256 of the bytes of
 * `head.p`: `openssl ts -verify` checks it against the authority's certificates.
 * Written by the server.
 */
export interface StampAnswer {
  /**
   * The local day.
   * Limits: format "date".
   */
  readonly day: string;
  /** Its text is a `LogHead`. */
  readonly head: SignedText;
  /**
   * The stamp, base64 of DER.
   * Limits: maxLength 100000.
   */
  readonly response: string;
  /**
   * The time the stamp tells.
   * Limits: format "date-time".
   */
  readonly at: string;
  /**
   * The authority that stamped.
   * Limits: maxLength 2000.
   */
  readonly url: string;
}

// ---- media: Files of any kind: which of them are here, and small ones in one request.

export const MAX_ASKED = 1000;
export const MAX_SMALL_BYTES = 1048576;

/**
 * The files among those asked for that this authority brought, verified: no byte of them need be sent.
 * Written by the server.
 */
export interface MediaHaveAnswer {
  /**
   * In the order in which they were asked for.
   * Limits: maxItems 1000.
   * Each: SHA-256, lower-case hex.
   * Each: Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly sha256: readonly string[];
}

/**
 * Which of these files has a tablet of this authority brought? Ask before uploading many.
 * Written by devices.
 */
export interface MediaHaveRequest {
  /**
   * Limits: minItems 1, maxItems 1000.
   * Each: SHA-256, lower-case hex.
   * Each: Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly sha256: readonly string[];
}

// ---- merkle: The Merkle tree of RFC 9162 §2 with SHA-256: what the transparency log promises and how anyone checks it.

export const HASH_BYTES = 32;

// ---- notices: Notices (抽查告知书): how they are served, and their numbers, which a tablet may give out offline.

export const BLOCK_SIZE = 50;
export const LEAST_UNUSED = 20;

/**
 * Answer of POST /v1/notices/numbers: what this device may give out.
 *
 * A number is printed as `before`, the number in at least `digits` digits with leading zeros, `after`.
 * Written by the server.
 */
export interface NoticeNumbersAnswer {
  /**
   * The year of the series, in the authority's time zone.
   * Limits: minimum 2000, maximum 9999.
   */
  readonly year: number;
  /**
   * What stands before the digits, e.g. 商务检告〔2026〕.
   * Limits: minLength 1, maxLength 60.
   */
  readonly before: string;
  /**
   * What stands behind the digits, e.g. 号.
   * Limits: minLength 1, maxLength 20.
   */
  readonly after: string;
  /**
   * The least number of digits.
   * Limits: minimum 1, maximum 12.
   */
  readonly digits: number;
  /**
   * The blocks of this device with a number that is not used, the first first.
   * Limits: maxItems 1000.
   */
  readonly blocks: readonly NumberRange[];
}

/**
 * Who took the notice for the party.
 * Written by devices.
 */
export interface NoticeReceiver {
  /**
   * As given.
   * Limits: minLength 1, maxLength 200.
   */
  readonly name: string;
  /**
   * The function at the inspected party, e.g. 店长.
   * Limits: minLength 1, maxLength 200.
   */
  readonly role?: string | null;
}

/**
 * The numbers `first` to `last`, reserved for one device: nobody else gives them out.
 * Written by the server.
 */
export interface NumberRange {
  /**
   * The first of them.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly first: number;
  /**
   * The last of them, 49 behind it.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly last: number;
  /**
   * Those that notices bear already, as far as the server knows: a device that was set up anew skips them.
   * Limits: maxItems 50.
   * Each: Limits: minimum 1, maximum 9007199254740991.
   */
  readonly used?: readonly number[];
}

/**
 * How the party got the notice (送达方式).
 * "handed_over": On paper.
 * "shown": On the tablet.
 * "scanned": The party opened it with the code that it scanned.
 * "link": As a link that was sent to it.
 * Written by devices.
 */
export type ServedHow = "handed_over" | "shown" | "scanned" | "link";

// ---- problems: The closed list of problem codes: every error a client can meet, with its HTTP status and its stable type.

/**
 * Stable slugs, grouped by the room that raises them.
 * Written by the server.
 */
export type ProblemCode =
  | "malformed"
  | "invalid"
  | "not-found"
  | "method-not-allowed"
  | "conflict"
  | "refused"
  | "stale-screen"
  | "unsupported-media-type"
  | "internal"
  | "too-large"
  | "too-many-requests"
  | "request-timeout"
  | "busy"
  | "storage-full"
  | "unauthenticated"
  | "token-invalid"
  | "login-failed"
  | "second-factor-needed"
  | "sign-in-at-desk"
  | "forbidden"
  | "account-unknown"
  | "account-taken"
  | "weak-password"
  | "same-person"
  | "import-unreadable"
  | "import-empty"
  | "import-column-missing"
  | "import-too-large"
  | "import-unknown"
  | "object-unknown"
  | "inspector-unknown"
  | "certificate-invalid"
  | "item-unknown"
  | "checklist-unknown"
  | "checklist-immutable"
  | "rule-set-unknown"
  | "plan-unknown"
  | "plan-exists"
  | "plan-rule-broken"
  | "plan-not-open"
  | "plan-not-approved"
  | "task-unknown"
  | "task-rule-broken"
  | "task-not-open"
  | "task-not-approved"
  | "draw-unknown"
  | "draw-wrong-step"
  | "draw-frame-empty"
  | "draw-too-few-inspectors"
  | "draw-contribution-missing"
  | "draw-contribution-invalid"
  | "draw-not-reproducible"
  | "ticket-unknown"
  | "visit-unknown"
  | "visit-sealed"
  | "visit-wrong-step"
  | "leader-missing"
  | "leader-not-in-team"
  | "record-incomplete"
  | "record-in-conflict"
  | "media-missing"
  | "run-unexplained"
  | "publication-unknown"
  | "publication-exists"
  | "publication-not-ready"
  | "publication-withdrawn"
  | "penalty-unknown"
  | "objection-unknown"
  | "objection-wrong-step"
  | "notice-too-early"
  | "door-closed"
  | "filing-unknown"
  | "alert-unknown"
  | "report-unknown"
  | "dossier-unknown"
  | "dossier-not-ready"
  | "upload-unknown"
  | "upload-offset"
  | "upload-busy"
  | "upload-metadata"
  | "tus-version"
  | "digest-mismatch"
  | "media-unknown"
  | "checksum-mismatch"
  | "upload-quota"
  | "enrolment-code-invalid"
  | "enrolment-proof-invalid"
  | "device-unknown"
  | "device-revoked"
  | "encoding-unsupported"
  | "cursor-invalid"
  | "cursor-ahead"
  | "history-changed"
  | "proof-required"
  | "proof-invalid"
  | "client-too-old"
  | "device-wipe"
  | "rescue-unreadable"
  | "letter-unknown"
  | "letter-settled"
  | "entry-unknown"
  | "tree-size-unknown"
  | "visits-not-linkable"
  | (string & {});

// ---- pull: Pull: the changes of a device's own feed, the snapshot of it, and the comparison of logs.

export const DEFAULT_ITEMS = 100;
export const MAX_BLOCK = 10000;
export const MAX_CLAIMS = 200;
export const MAX_ITEMS = 1000;
export const MAX_PAGE_BYTES = 1048576;
export const MAX_RANGES = 1000;

/**
 * The entries of a visit from number `after` + 1 to `through`, in order.
 *
 * `after` = 0: all there are to `through`; they replace what the device was told of them before. A block that does
 * not
 * fit a page is continued by the next one.
 * Written by the server.
 */
export interface EntryBlock {
  /**
   * Whose entries.
   * Limits: format "uuid".
   */
  readonly visit: string;
  /**
   * What the block follows on: the number before its first.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly after: number;
  /**
   * The number that the device has everything up to, once it is applied.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly through: number;
  /**
   * In the order of their numbers.
   * Limits: maxItems 10000.
   */
  readonly entries: readonly GivenEntry[];
}

/**
 * One topic in its latest state. A topic stands once in a feed; a new change moves it to the end.
 *
 * Of `card`, `entries` and `checklist` the one that the topic is about stands here, and none with a removal.
 * Written by the server.
 */
export interface FeedItem {
  /**
   * `visit:<uuid>`, `entries:<uuid>` or `checklist:<code>@<version>`.
   * Limits: pattern "^[a-z]+:[^\\x00-\\x1f]+$", maxLength 120.
   */
  readonly topic: string;
  /**
   * Its number in the feed.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly seq: number;
  /** What happened. */
  readonly op: FeedOp;
  /** Why it was removed. */
  readonly reason?: RemoveReason | null;
  /**
   * Digest of the canonical JSON of the card or the checklist.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly rev?: string | null;
  /** With `visit:`. */
  readonly card?: VisitCard | null;
  /** With `entries:`. */
  readonly entries?: EntryBlock | null;
  /** With `checklist:`. */
  readonly checklist?: PinnedChecklist | null;
}

/**
 * What happened to a topic.
 * "put": The topic's whole latest state stands in the item.
 * "remove": Hide the topic, drop what others wrote in it, keep the own entries.
 * Written by the server.
 */
export type FeedOp = "put" | "remove";

/**
 * One entry of a visit, byte for byte as it was signed.
 * Written by the server.
 */
export interface GivenEntry {
  /**
   * Its number in the visit's order of arrival.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly vseq: number;
  /** As it was pushed; without `b` where the body was erased. */
  readonly line: EntryLine;
  /**
   * Why it does not count, as it was found when it arrived; a leader may admit it.
   * Limits: maxItems 64.
   */
  readonly uncounted?: readonly Reason[];
}

/**
 * Answer of POST /v1/sync/inventory, in the order of the request.
 * Written by the server.
 */
export interface InventoryAnswer {
  /**
   * The life of the server in which this is so.
   * Limits: format "uuid".
   */
  readonly history: string;
  /**
   * One for each claim.
   * Limits: maxItems 200.
   */
  readonly logs: readonly LogComparison[];
}

/**
 * Body of POST /v1/sync/inventory: which logs the device holds and how far.
 * Written by devices.
 */
export interface InventoryRequest {
  /**
   * The newest entry of every log and incarnation.
   * Limits: maxItems 200.
   */
  readonly heads: readonly LogClaim[];
  /** What it holds and nobody else has; left out by apps from before contract 2. */
  readonly holding?: Holding | null;
}

/**
 * The head of one log as a device holds it.
 * Written by devices.
 */
export interface LogClaim {
  /**
   * Whose log.
   * Limits: format "uuid".
   */
  readonly dev: string;
  /**
   * Which incarnation of it.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly ep: number;
  /**
   * The number of the newest entry.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly seq: number;
  /**
   * Its hash. 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly hash: string;
}

/**
 * What the server has of one log and which of the claimed numbers it lacks.
 * Written by the server.
 */
export interface LogComparison {
  /** What the server has. */
  readonly state: LogState;
  /**
   * The first of them, in order.
   * Limits: maxItems 1000.
   */
  readonly missing: readonly SeqRange[];
}

/**
 * Answer of GET /v1/sync/pull. Apply items and `to` in one step, only if `from` is the own cursor.
 * Written by the server.
 */
export interface PullAnswer {
  /**
   * The cursor the request named; null for the first pull.
   * Limits: maxLength 1000.
   */
  readonly from: string | null;
  /**
   * The cursor once the page is applied.
   * Limits: maxLength 1000.
   */
  readonly to: string;
  /**
   * The feed's newest number when the page was read.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly head: number;
  /** Whether the feed goes on behind this page. */
  readonly more: boolean;
  /**
   * When `more` is false: XOR over all topics that stand in the feed of SHA-256(topic ‖ 0x00 ‖ decimal seq).
   * A device whose own differs takes a snapshot.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly digest?: string | null;
  /** A time anchor that also proves how far the device has confirmed its feed. */
  readonly anchor: SignedText;
  /**
   * In the order of the feed.
   * Limits: maxItems 1000.
   */
  readonly items: readonly FeedItem[];
}

/**
 * Why a topic left a feed.
 * Written by the server.
 */
export type RemoveReason = "reassigned" | "recused" | "closed" | "published" | "erased" | (string & {});

/**
 * Numbers from `first` to `last`, both included.
 * Written by the server.
 */
export interface SeqRange {
  /**
   * The first number.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly first: number;
  /**
   * The last number.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly last: number;
}

/**
 * Answer of GET /v1/sync/snapshot: every topic of the feed; what is not named is not there any more.
 * Written by the server.
 */
export interface SnapshotAnswer {
  /**
   * Taken before the first page was read; valid once all pages are applied.
   * Limits: maxLength 1000.
   */
  readonly cursor: string;
  /**
   * The `page` of the next request; null at the end.
   * Limits: maxLength 1000.
   */
  readonly next: string | null;
  /**
   * In any order; none is a removal.
   * Limits: maxItems 1000.
   */
  readonly items: readonly FeedItem[];
}

// ---- push: Push: what a device sends up, the verdict on each line, and the receipt of custody.

export const MAX_LINES = 500;
export const MAX_PACKED_BYTES = 1048576;
export const MAX_UNPACKED_BYTES = 8388608;

/**
 * The verdict on one line of the push.
 * Written by the server.
 */
export interface EntryVerdict {
  /**
   * Which line of the request body, counted from 0, blank lines included.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly line: number;
  /**
   * The entry's hash; null when the line could not be read as an entry.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly hash?: string | null;
  /** What became of the line. */
  readonly verdict: Verdict;
  /**
   * Why the verdict is no plain `accepted`.
   * Limits: maxItems 64.
   */
  readonly reasons?: readonly Reason[];
  /**
   * The visit the entry is of, if of any.
   * Limits: format "uuid".
   */
  readonly visit?: string | null;
  /**
   * Position in the visit's order of arrival, for ever the same within a history.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly vseq?: number | null;
}

/**
 * One device log as the server holds it.
 * Written by the server.
 */
export interface LogState {
  /**
   * Whose log.
   * Limits: format "uuid".
   */
  readonly dev: string;
  /**
   * Which incarnation of it.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly ep: number;
  /**
   * Every entry from 1 to here is in the store; 0 when the first is missing.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly seq: number;
  /**
   * Hash of the entry at `seq`; null at 0.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly hash?: string | null;
  /**
   * The highest number in the store.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly top: number;
  /**
   * Two entries claimed one number: the device starts a new incarnation.
   * Limits: default false.
   */
  readonly forked?: boolean;
}

/**
 * Answer of POST /v1/sync/push.
 * Written by the server.
 */
export interface PushAnswer {
  /**
   * One for each line that was read, in order.
   * Limits: maxItems 500.
   */
  readonly verdicts: readonly EntryVerdict[];
  /**
   * The body broke off: whole lines before the break were processed, the last partial line was not.
   * Limits: default false.
   */
  readonly truncated?: boolean;
  /** Its text is a `Receipt`. */
  readonly receipt: SignedText;
  /** A fresh time anchor. */
  readonly anchor: SignedText;
}

/**
 * Why a verdict is not a plain "accepted".
 * "recused": Stated before its author could know that he was recused.
 * "acted-after-recusal": Stated although its author's tablet had been told of the recusal.
 * "certificate-expired": No certificate (执法证) of the author was valid when this was recorded at the latest.
 * "signed-part": Changes what the inspected party had signed and the leader did not send back.
 * "log-witness": Names a tree head that this server never signed.
 * Written by the server.
 */
export type Reason =
  | "unknown-visit"
  | "unknown-checklist"
  | "unknown-type"
  | "newer-version"
  | "future-key"
  | "body-missing"
  | "stale-assignment"
  | "recused"
  | "acted-after-recusal"
  | "cancelled-task"
  | "certificate-expired"
  | "signed-part"
  | "log-witness"
  | "not-bound"
  | "not-in-team"
  | "superseded-checklist"
  | "unknown-item"
  | "invalid-value"
  | "invalid-body"
  | "log-gap"
  | "log-fork"
  | "id-reuse"
  | "device-revoked"
  | "clock-suspect"
  | "after-approval"
  | "after-publication"
  | "bad-signature"
  | "unknown-key"
  | "malformed"
  | "too-large"
  | "body-mismatch"
  | "busy"
  | "storage"
  | (string & {});

/**
 * What the server signs after the transactions that stored the entries were committed.
 * Written by the server.
 */
export interface Receipt {
  /** Limits: minimum 1, maximum 1, default 1. */
  readonly v?: 1;
  /**
   * UUIDv7 by the server's clock.
   * Limits: format "uuid".
   */
  readonly id: string;
  /**
   * The server's life in which it holds these entries.
   * Limits: format "uuid".
   */
  readonly history: string;
  /**
   * The device that brought the entries; they may be signed by others.
   * Limits: format "uuid".
   */
  readonly carrier: string;
  /**
   * The server's instant, UTC.
   * Limits: format "date-time".
   */
  readonly received_at: string;
  /**
   * What the server has taken into custody.
   * Limits: maxItems 500.
   */
  readonly entries: readonly ReceiptEntry[];
  /**
   * The logs the entries belong to, as stored now.
   * Limits: maxItems 500.
   */
  readonly logs: readonly LogState[];
  /**
   * Head of the carrier's feed, so that it knows whether to pull.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly feed: number;
  /**
   * Size and root of the newest signed tree head; null before the first. What this receipt names may lie beyond.
   * Limits: minItems 2, maxItems 2.
   * Limits: minimum 0, maximum 9007199254740991.
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly sth?: readonly [number, string] | null;
  /**
   * By when every entry named here has its place in the transparency log; null in receipts of contract 1.
   * Limits: format "date-time".
   */
  readonly merge_by?: string | null;
}

/**
 * One entry in custody.
 * Written by the server.
 */
export interface ReceiptEntry {
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly hash: string;
  /** As told in the answer. */
  readonly verdict: Verdict;
  /**
   * The visit the entry is of, if of any.
   * Limits: format "uuid".
   */
  readonly visit?: string | null;
  /**
   * Its number in the visit.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly vseq?: number | null;
}

/**
 * What became of one line, and what the device does.
 * "accepted": Stored and folded: mark custody.
 * "duplicate": Was there already, at the position told: mark custody.
 * "held": Stored, folded as soon as what it refers to is known: mark custody.
 * "flagged": Stored and folded with a flag the leader sees: mark custody.
 * "refused": Not authentic or not an entry: keep it, show it, never repeat it by itself, go on.
 * "later": Not stored now: repeat with back-off.
 * Written by the server.
 */
export type Verdict = "accepted" | "duplicate" | "held" | "flagged" | "refused" | "later";

// ---- signed: Texts that are signed as they are: anchors, receipts, tree heads, acknowledgements. The bytes travel unchanged.

export const MAX_TEXT = 1048576;

/**
 * A P-256 public key (RFC 7517, RFC 7518 §6.2).
 * Written by both sides.
 */
export interface DeviceJwk {
  /** Limits: default "EC". */
  readonly kty?: "EC";
  /** Limits: default "P-256". */
  readonly crv?: "P-256";
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly x: string;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly y: string;
}

/**
 * What a signature is for. The domain prefix keeps a signature for one purpose from serving another.
 * Written by the server.
 */
export type Purpose =
  | "insp/enrol/v1"
  | "insp/anchor/v1"
  | "insp/receipt/v1"
  | "insp/tree/v1"
  | "insp/wiped/v1"
  | "insp/export/v1"
  | "insp/key/v1"
  | "insp/custody/v1"
  | "insp/evidence/v1";

/**
 * An Ed25519 public key of the server (RFC 8037).
 * Written by the server.
 */
export interface ServerJwk {
  /** Limits: default "OKP". */
  readonly kty?: "OKP";
  /** Limits: default "Ed25519". */
  readonly crv?: "Ed25519";
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly x: string;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly kid: string;
}

/**
 * A JSON text `p` and the server's Ed25519 signature over `purpose ‖ 0x00 ‖ p`.
 * Written by the server.
 */
export interface SignedText {
  /**
   * The text, byte for byte as it was signed.
   * Limits: maxLength 1048576.
   */
  readonly p: string;
  /**
   * 32 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly k: string;
  /** Limits: default "EdDSA". */
  readonly a?: "EdDSA";
  /**
   * 64 bytes, base64url.
   * Limits: pattern "^[A-Za-z0-9_-]{85}[AQgw]$".
   */
  readonly s: string;
}

// ---- strict_json: Strict JSON: the only reader of JSON that devices signed.

export const MAX_DEPTH = 16;

// ---- version: The version of the contract: one number for everything under `mobile_contract/`.

export const CONTRACT_HEADER = "Fieldcheck-Contract";
export const CONTRACT_VERSION = 2;
export const LEAST_CONTRACT = 2;

// ---- visit_card: What a tablet gets for one visit: enough to work for days without a network.

/**
 * Where the visit stands, as far as a tablet must know.
 * Written by the server.
 */
export type CardState = "open" | "returned" | "approved" | "published";

/**
 * An inspection certificate (执法证), shown to the inspected party.
 * Written by the server.
 */
export interface CertificateCard {
  /**
   * As printed.
   * Limits: minLength 1, maxLength 200.
   */
  readonly number: string;
  /**
   * Who issued it.
   * Limits: minLength 1, maxLength 200.
   */
  readonly issuer?: string | null;
  /**
   * The last day.
   * Limits: format "date".
   */
  readonly valid_until?: string | null;
}

/**
 * A check point that the leader sent back, and what is to be corrected.
 * Written by the server.
 */
export interface FieldRemark {
  /**
   * Code of the checklist.
   * Limits: minLength 1, maxLength 100.
   */
  readonly checklist: string;
  /**
   * Code of the check point.
   * Limits: minLength 1, maxLength 100.
   */
  readonly item: string;
  /**
   * What is to be corrected.
   * Limits: maxLength 10000.
   */
  readonly remark: string;
  /**
   * The number of the newest entry that the leader had seen.
   * Limits: minimum 0, maximum 9007199254740991, default 0.
   */
  readonly through?: number;
}

/**
 * An inspector who left the team. What he stated since is shown and does not count unless a leader admits it.
 * Written by the server.
 */
export interface FormerMemberCard {
  /**
   * Who.
   * Limits: format "uuid".
   */
  readonly inspector: string;
  /** Why it does not count: `recused`, `stale-assignment`, `cancelled-task`. */
  readonly word: Reason;
  /**
   * The keys of the devices on which he acted.
   * Limits: maxItems 100.
   */
  readonly keys?: readonly DeviceJwk[];
}

/**
 * The inspected party or thing as the registry knows it.
 * Written by the server.
 */
export interface ObjectCard {
  /**
   * The number in the registry.
   * Limits: format "uuid".
   */
  readonly id: string;
  /**
   * As the registry words it: enterprise, individual, product, project, conduct …
   * Limits: minLength 1, maxLength 200.
   */
  readonly kind: string;
  /**
   * 统一社会信用代码 or registration number, if the registry has one.
   * Limits: maxLength 100.
   */
  readonly code?: string | null;
  /**
   * In full.
   * Limits: minLength 1, maxLength 200.
   */
  readonly name: string;
  /**
   * Where it is.
   * Limits: maxLength 10000.
   */
  readonly address?: string | null;
  /**
   * Who answers for it (法定代表人).
   * Limits: minLength 1, maxLength 200.
   */
  readonly representative?: string | null;
  /**
   * How to reach it.
   * Limits: minLength 1, maxLength 200.
   */
  readonly contact?: string | null;
}

/**
 * One task the visit carries out (一次进门, 多项检查).
 * Written by the server.
 */
export interface TaskCard {
  /**
   * The task.
   * Limits: format "uuid".
   */
  readonly id: string;
  /**
   * What people call it.
   * Limits: minLength 1, maxLength 200.
   */
  readonly title: string;
  /**
   * Code of the inspection item (抽查事项).
   * Limits: minLength 1, maxLength 200.
   */
  readonly item_code: string;
  /**
   * Its name.
   * Limits: maxLength 10000.
   */
  readonly item_name: string;
  /**
   * For `asg` of the header.
   * Limits: format "uuid".
   */
  readonly assignment: string;
  /**
   * For `asg` of the header.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly assignment_version: number;
  /**
   * Code and version of the pinned checklist this task is answered with.
   * Limits: minItems 2, maxItems 2.
   * Limits: minLength 1, maxLength 100.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly checklist: readonly [string, number];
  /**
   * The work scheme (工作方案) of the task as it was pinned.
   * Limits: maxLength 100000.
   */
  readonly scheme?: string | null;
  /**
   * The operable procedure (监管方案) of the item as it was pinned.
   * Limits: maxLength 100000.
   */
  readonly procedure?: string | null;
}

/**
 * One inspector of the team.
 * Written by the server.
 */
export interface TeamMemberCard {
  /**
   * For `ins` of the header.
   * Limits: format "uuid".
   */
  readonly inspector: string;
  /**
   * In full.
   * Limits: minLength 1, maxLength 200.
   */
  readonly name: string;
  /**
   * The unit he belongs to.
   * Limits: minLength 1, maxLength 200.
   */
  readonly unit?: string | null;
  /**
   * The place in the team, counted from 1.
   * Limits: minimum 1, maximum 9007199254740991.
   */
  readonly slot: number;
  /** Whether he leads. */
  readonly leader: boolean;
  /** The certificate he shows. */
  readonly certificate?: CertificateCard | null;
  /**
   * The keys of the devices on which he acts or acted: a tablet checks its partner's signatures itself.
   * Limits: maxItems 100.
   */
  readonly keys?: readonly DeviceJwk[];
}

/**
 * The visit as the team works on it, with everything that its entries are folded by (sync.md §2.11).
 * Written by the server.
 */
export interface VisitCard {
  /**
   * The visit.
   * Limits: format "uuid".
   */
  readonly id: string;
  /**
   * What it is called.
   * Limits: minLength 1, maxLength 200.
   */
  readonly authority: string;
  /**
   * The authority's id: the log (`dev`) in which its own decisions stand.
   * Limits: format "uuid".
   */
  readonly office: string;
  /**
   * The rules it is made under.
   * Limits: minLength 1, maxLength 200.
   */
  readonly rule_set: string;
  /**
   * SHA-256 (hex) of the rule-set's canonical JSON, as it was when the visit was made.
   * Limits: pattern "^[0-9a-f]{64}$".
   */
  readonly rule_set_digest?: string | null;
  /** Where it stands. */
  readonly state: CardState;
  /**
   * The remarks with which the leader sent it back.
   * Limits: maxLength 10000.
   */
  readonly returned_because?: string | null;
  /**
   * The check points that he sent back.
   * Limits: maxItems 2000.
   */
  readonly returned?: readonly FieldRemark[];
  /** The inspected party or thing. */
  readonly object: ObjectCard;
  /**
   * What is to be carried out.
   * Limits: minItems 1, maxItems 200.
   */
  readonly tasks: readonly TaskCard[];
  /**
   * Who inspects.
   * Limits: minItems 1, maxItems 200.
   */
  readonly team: readonly TeamMemberCard[];
  /**
   * Who inspected before.
   * Limits: maxItems 1000.
   */
  readonly former?: readonly FormerMemberCard[];
  /**
   * The inspectors whose `resolve`, `admit` and `exclude` count.
   * Limits: maxItems 1000.
   * Each: Limits: format "uuid".
   */
  readonly deciders?: readonly string[];
  /**
   * How many inspectors must vouch for the record.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly quorum: number;
  /**
   * How many must vouch for a refusal.
   * Limits: minimum 0, maximum 9007199254740991.
   */
  readonly refusal_vouchers: number;
  /** Whether a refusal needs a witness. */
  readonly witness: "required" | "when_necessary" | "never";
  /**
   * Code, version and digest; each is a topic of its own, `checklist:<code>@<version>`.
   * Limits: minItems 1, maxItems 200.
   * Each: Limits: minItems 3, maxItems 3.
   * Each: Limits: minLength 1, maxLength 100.
   * Each: Limits: minimum 1, maximum 9007199254740991.
   * Each: 32 bytes, base64url.
   * Each: Limits: pattern "^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$".
   */
  readonly checklists: readonly (readonly [string, number, string])[];
  /**
   * Further visits of the same object that are one with this one; the smallest id names them all.
   * Limits: maxItems 200.
   * Each: Limits: format "uuid".
   */
  readonly linked?: readonly string[];
  /**
   * The text of the notice of inspection (抽查告知书) to be shown on arrival.
   * Limits: maxLength 10000.
   */
  readonly notice: string;
  /**
   * The documents that the notice asks the party to have ready (需要准备的资料), of all tasks, each once.
   * Limits: maxItems 6000.
   * Each: Limits: minLength 1, maxLength 200.
   */
  readonly materials?: readonly string[];
  /** When. */
  readonly window: VisitWindow;
}

/**
 * The days, both included, on which the visit is to take place.
 * Written by the server.
 */
export interface VisitWindow {
  /**
   * The first day.
   * Limits: format "date".
   */
  readonly opens: string;
  /**
   * The last day.
   * Limits: format "date".
   */
  readonly closes: string;
}
