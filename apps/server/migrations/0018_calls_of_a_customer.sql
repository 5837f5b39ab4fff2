-- Whom a call was made to. What is learnt of a customer's hours is asked of sixty candidates at once whenever somebody takes the next
-- call: through their tasks that meant all reminders they ever had, and grew with the years. It stays what it was when records are
-- merged; readers look for the merged ones too.
ALTER TABLE attempt ADD COLUMN customer_id uuid;

UPDATE attempt a SET customer_id = t.customer_id FROM task t WHERE t.store_id = a.store_id AND t.id = a.task_id;

ALTER TABLE attempt ALTER COLUMN customer_id SET NOT NULL;

CREATE INDEX attempt_customer ON attempt (store_id, customer_id, at) WHERE channel = 'call';
