-- +goose Up

-- What people must be told: an outbox. A row is written in the transaction of its cause.
CREATE TABLE sayings (
    id            TEXT   NOT NULL PRIMARY KEY, -- the idempotency key
    number        BIGINT NOT NULL,             -- the order of writing, which each place keeps
    place         TEXT   NOT NULL,
    message       TEXT   NOT NULL,             -- its id and values, as JSON
    topic         TEXT   NOT NULL,             -- what only the newest is worth saying about; '' for none
    case_id       TEXT   NOT NULL,             -- the case that waits for it; '' for none
    repeats       BIGINT NOT NULL,             -- 1: after a lost answer it is said again
    not_before_us BIGINT NOT NULL,
    until_us      BIGINT NOT NULL,             -- then it is given up
    free_us       BIGINT NOT NULL,             -- when it may be claimed: not_before_us, then the end of a lease or of a pause
    claimed       BIGINT NOT NULL DEFAULT 0,   -- 1 while a sender has it, until free_us
    attempts      BIGINT NOT NULL DEFAULT 0,
    ended_us      BIGINT,                      -- when it was said or dropped; NULL while it is open
    said          BIGINT NOT NULL DEFAULT 0,
    why           TEXT   NOT NULL DEFAULT ''   -- the last refusal, or why it was dropped
);
CREATE INDEX sayings_open ON sayings (place, number) WHERE ended_us IS NULL;
CREATE INDEX sayings_number ON sayings (number);
