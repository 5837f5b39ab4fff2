-- Two people change one appointment: the later one hears of it (SEC-03).
ALTER TABLE appointment ADD COLUMN version integer NOT NULL DEFAULT 1;
