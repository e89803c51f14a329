-- +goose Up

-- The newest cases of one person, ended ones among them.
CREATE INDEX cases_asked ON cases (person, opened_us);
