-- +goose Up

-- What nothing may be done on, until two people lift it; '' is everything.
CREATE TABLE freezes (
    target   TEXT   NOT NULL PRIMARY KEY,
    by_whom  TEXT   NOT NULL,
    reason   TEXT   NOT NULL,
    at_us    BIGINT NOT NULL,
    thaw_by  TEXT   NOT NULL DEFAULT '',  -- the first of the two who lift it
    thaw_us  BIGINT NOT NULL DEFAULT 0
);

-- The calls that were claimed, for budgets.
CREATE TABLE calls (
    case_id TEXT   NOT NULL,
    item    BIGINT NOT NULL,
    target  TEXT   NOT NULL,
    person  TEXT   NOT NULL,
    at_us   BIGINT NOT NULL,
    PRIMARY KEY (case_id, item)
);
CREATE INDEX calls_at ON calls (at_us);

-- Where something came back last: the target is left alone for a while.
CREATE TABLE returns (
    target  TEXT   NOT NULL PRIMARY KEY,
    case_id TEXT   NOT NULL,
    at_us   BIGINT NOT NULL
);

-- Who acted alone and owes a review.
CREATE TABLE reviews (
    case_id TEXT NOT NULL PRIMARY KEY,
    person  TEXT NOT NULL
);
CREATE INDEX reviews_person ON reviews (person);

-- Policies that were in force, the newest load last.
CREATE TABLE policies (
    hash      TEXT   NOT NULL PRIMARY KEY,
    body      TEXT   NOT NULL,
    loaded_us BIGINT NOT NULL
);

-- Who is in the user groups that the policy names, as seen last, and since when.
CREATE TABLE members (
    grp      TEXT   NOT NULL,
    person   TEXT   NOT NULL,
    since_us BIGINT NOT NULL,
    PRIMARY KEY (grp, person)
);
