-- +goose Up

-- Ways in which a saying is said: in the thread of a case's card, in place of an earlier saying, or
-- with a button that stops a case. Where it was said, as the face names that.
ALTER TABLE sayings ADD COLUMN thread_of TEXT NOT NULL DEFAULT '';
ALTER TABLE sayings ADD COLUMN replaces TEXT NOT NULL DEFAULT '';
ALTER TABLE sayings ADD COLUMN stops TEXT NOT NULL DEFAULT '';
ALTER TABLE sayings ADD COLUMN said_at TEXT NOT NULL DEFAULT '';
