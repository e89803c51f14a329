-- +goose Up

-- Where a case was asked, for what people search by: a channel, a target or a person, within a time.
ALTER TABLE cases ADD COLUMN channel TEXT NOT NULL DEFAULT '';
UPDATE cases SET channel = coalesce(json_extract(body, '$.request.channel'), '');
CREATE INDEX cases_channel ON cases (channel, opened_us);
CREATE INDEX cases_on_target ON cases (target, opened_us);
