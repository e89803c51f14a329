-- +goose Up

-- Who asked, for the number of open cases that one person may have. '' in cases of releases
-- before this one: those count for nobody.
ALTER TABLE cases ADD COLUMN person TEXT NOT NULL DEFAULT '';
CREATE INDEX cases_person ON cases (person) WHERE due_us IS NOT NULL;
