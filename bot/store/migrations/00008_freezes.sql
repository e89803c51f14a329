-- +goose Up

-- When a freeze began, whatever other reason it was given since; 0 for at_us.
ALTER TABLE freezes ADD COLUMN since_us BIGINT NOT NULL DEFAULT 0;

-- Freezes that were lifted: what was approved before asks once more, if it took long.
CREATE TABLE lifted (
    target    TEXT   NOT NULL,  -- '' is everything
    by_whom   TEXT   NOT NULL,  -- who froze it
    reason    TEXT   NOT NULL,
    since_us  BIGINT NOT NULL,
    lifted_us BIGINT NOT NULL
);
CREATE INDEX lifted_at ON lifted (lifted_us);
