-- +goose Up

-- The form in which a case is stored: package approval says what each version means. That
-- of a release which knew none is 0.
ALTER TABLE cases ADD COLUMN version BIGINT NOT NULL DEFAULT 0;

-- What went over the wire for a case. Rows are added and never changed.
CREATE TABLE exchanges (
    case_id TEXT   NOT NULL REFERENCES cases (id),
    number  BIGINT NOT NULL,               -- within the case, from 1
    body    TEXT   NOT NULL,               -- the exchange as JSON
    PRIMARY KEY (case_id, number)
);
