-- +goose Up

-- What is shown of a case, in the face's own words. card_channel, card_ts and thread_ts mean
-- nothing any more and go one release later.
ALTER TABLE cases ADD COLUMN card TEXT NOT NULL DEFAULT '';
UPDATE cases SET card = '{"Channel":"' || card_channel || '","TS":"' || card_ts || '","Thread":"' || thread_ts || '"}' WHERE card_ts <> '';
