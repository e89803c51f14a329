-- +goose Up

-- What is shown of a case, in words of the face that shows it. card_channel, card_ts and
-- thread_ts are for releases before this one, and go one release later.
ALTER TABLE cases ADD COLUMN card TEXT NOT NULL DEFAULT '';
