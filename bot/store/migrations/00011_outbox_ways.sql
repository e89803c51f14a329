-- +goose Up

-- Ways in which a saying is said: in the thread of a case's card, in place of an earlier saying, or
-- with a button that stops a case; the line that a phone shows of it. Where it was said, as the face
-- names that.
ALTER TABLE sayings ADD COLUMN thread_of TEXT NOT NULL DEFAULT '';
ALTER TABLE sayings ADD COLUMN replaces TEXT NOT NULL DEFAULT '';
ALTER TABLE sayings ADD COLUMN stops TEXT NOT NULL DEFAULT '';
-- 1: it asks people to decide the case of thread_of, and is given up once that does not wait for them.
ALTER TABLE sayings ADD COLUMN asks BIGINT NOT NULL DEFAULT 0;
ALTER TABLE sayings ADD COLUMN push TEXT NOT NULL DEFAULT '';
ALTER TABLE sayings ADD COLUMN said_at TEXT NOT NULL DEFAULT '';
