-- +goose Up

-- Which policies people were told of, and which one each took the place of. What was in
-- force before this was known counts as told.
ALTER TABLE policies ADD COLUMN before_hash TEXT NOT NULL DEFAULT '';
ALTER TABLE policies ADD COLUMN told BIGINT NOT NULL DEFAULT 1; -- 0: people have still to be told
