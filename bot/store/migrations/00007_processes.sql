-- +goose Up

-- The processes that serve from this database, as each said of itself last.
CREATE TABLE processes (
    id             TEXT   NOT NULL PRIMARY KEY,
    started_us     BIGINT NOT NULL,
    seen_us        BIGINT NOT NULL,            -- its heartbeat
    sockets        BIGINT NOT NULL,            -- that it holds, with those being opened and those that just ended
    unsure         BIGINT NOT NULL DEFAULT 0,  -- how many of these may count at Slack or not
    others         BIGINT NOT NULL DEFAULT 0,  -- sockets of the app that no process here explains
    others_us      BIGINT NOT NULL DEFAULT 0,  -- since when; 0 for none
    others_seen_us BIGINT NOT NULL DEFAULT 0   -- when that was seen last
);
CREATE INDEX processes_seen ON processes (seen_us);
