-- What is due in one instant goes out by id. By the moment alone, two messages that both wait for ten in the morning came as the
-- table happened to lie, and the same day lived twice could send the one or the other.
CREATE INDEX message_due_in_order ON message (store_id, next_at, id) WHERE state IN ('queued', 'sending');

DROP INDEX message_due;
