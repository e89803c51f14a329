-- Times are microseconds since 1970, from the program's own clock. Every
-- statement here and in the package runs on SQLite and on PostgreSQL.

-- +goose Up
CREATE TABLE cases (
    id           TEXT   NOT NULL PRIMARY KEY,
    seq          BIGINT NOT NULL,           -- grows by one with every move; compare-and-set rests on it
    state        TEXT   NOT NULL,
    target       TEXT   NOT NULL,
    body         TEXT   NOT NULL,           -- the case as JSON
    origin       TEXT   NOT NULL UNIQUE,    -- the delivery that it came from: judging one twice opens one case
    opened_us    BIGINT NOT NULL,
    due_us       BIGINT,                    -- when somebody must look after it; NULL at an end
    shown_seq    BIGINT NOT NULL DEFAULT 0, -- the newest seq that people can see
    draw_us      BIGINT,                    -- when the card must be drawn next; NULL while it is up to date
    card_channel TEXT   NOT NULL DEFAULT '',
    card_ts      TEXT   NOT NULL DEFAULT '',
    thread_ts    TEXT   NOT NULL DEFAULT ''  -- the message in its thread
);
CREATE INDEX cases_due ON cases (due_us) WHERE due_us IS NOT NULL;
CREATE INDEX cases_draw ON cases (draw_us) WHERE draw_us IS NOT NULL;
CREATE INDEX cases_opened ON cases (opened_us);

-- One thing, one live case.
CREATE TABLE holds (
    thing   TEXT NOT NULL PRIMARY KEY,      -- kind and vendor id
    case_id TEXT NOT NULL REFERENCES cases (id)
);
CREATE INDEX holds_case ON holds (case_id);

-- The last case that made a call on a thing.
CREATE TABLE acted (
    thing    TEXT   NOT NULL PRIMARY KEY,   -- as in holds
    case_id  TEXT   NOT NULL,
    ended_us BIGINT NOT NULL
);

-- What Slack delivered, kept before it is acknowledged.
CREATE TABLE deliveries (
    id          TEXT   NOT NULL PRIMARY KEY, -- Slack's envelope id
    twin        TEXT   UNIQUE,               -- equal for two clicks that mean the same; NULL once judged
    kind        TEXT   NOT NULL,
    body        TEXT   NOT NULL,
    received_us BIGINT NOT NULL,
    judged_us   BIGINT,
    noted_us    BIGINT,                      -- when it became an entry of its own: a refused attempt
    stops       TEXT   NOT NULL DEFAULT ''   -- the case that it would stop, if it counts
);
CREATE INDEX deliveries_open ON deliveries (received_us) WHERE judged_us IS NULL;
CREATE INDEX deliveries_stops ON deliveries (stops) WHERE judged_us IS NULL AND stops <> '';

-- The record: a hash chain (package audit).
CREATE TABLE audit (
    number  BIGINT NOT NULL PRIMARY KEY,
    case_id TEXT   NOT NULL,
    body    TEXT,                            -- canonical bytes; NULL once erased
    digest  TEXT   NOT NULL,
    hash    TEXT   NOT NULL
);
CREATE INDEX audit_case ON audit (case_id, number);

-- Attempts that came to nothing, by person, kind and minute: the first is in
-- the record at once, the rest as one entry when the minute is over.
CREATE TABLE attempts (
    actor     TEXT   NOT NULL,
    what      TEXT   NOT NULL,
    minute_us BIGINT NOT NULL,
    times     BIGINT NOT NULL,
    body      TEXT   NOT NULL,              -- the last one's canonical bytes
    PRIMARY KEY (minute_us, actor, what)
);

-- What was read for an open form.
CREATE TABLE forms (
    id       TEXT   NOT NULL PRIMARY KEY,
    body     TEXT   NOT NULL,
    until_us BIGINT NOT NULL
);

-- Limits that belong to a contract with a vendor, and what was used of them.
CREATE TABLE limits (
    name      TEXT   NOT NULL PRIMARY KEY,
    banned_us BIGINT NOT NULL                -- until then the vendor refuses everything
);
CREATE TABLE uses (
    name  TEXT   NOT NULL REFERENCES limits (name),
    at_us BIGINT NOT NULL
);
CREATE INDEX uses_name ON uses (name, at_us);

-- +goose Down
DROP TABLE uses;
DROP TABLE limits;
DROP TABLE forms;
DROP TABLE attempts;
DROP TABLE acted;
DROP TABLE audit;
DROP TABLE deliveries;
DROP TABLE holds;
DROP TABLE cases;
