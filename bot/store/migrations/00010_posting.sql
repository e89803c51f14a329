-- +goose Up

-- Until when somebody may be posting a card of the case: a lease. 0 while nobody is.
ALTER TABLE cases ADD COLUMN posting_us BIGINT NOT NULL DEFAULT 0;

-- Cards of a case that are not its own, and were clicked: their buttons are to be taken away.
CREATE TABLE strays (
    case_id  TEXT   NOT NULL REFERENCES cases (id),
    card     TEXT   NOT NULL,
    by_whom  TEXT   NOT NULL, -- who clicked it, in words of the face; '' for nobody
    due_us   BIGINT NOT NULL, -- when that is tried next
    added_us BIGINT NOT NULL, -- since when it is known
    PRIMARY KEY (case_id, card, by_whom)
);
CREATE INDEX strays_due ON strays (due_us);
