-- A promise: one thing owed to one customer by a time. Its id is derived from (store, programme, vehicle or customer, cycle),
-- so the primary key is the natural key and planning twice, or on two machines, cannot make a second one. There are no
-- foreign keys: tasks are planned by INSERT … SELECT from customer and vehicle, whose rows are never deleted, in a scope whose
-- row policy admits no other store. (The check of the store alone took 15% of the daily plan's time.)
CREATE TABLE task (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  programme text NOT NULL,
  customer_id uuid NOT NULL,
  vehicle_id uuid,
  cycle text NOT NULL,
  state text NOT NULL,
  due_on date NOT NULL,
  opens_on date NOT NULL,
  call_by date NOT NULL,
  closes_on date NOT NULL,
  priority smallint NOT NULL,
  next_at timestamptz,
  next_phone_id uuid,
  blocked_by text,
  attempts smallint NOT NULL DEFAULT 0,
  assignee_id uuid,
  claimed_by uuid,
  claimed_until timestamptz,
  outcome text,
  outcome_detail jsonb,
  why jsonb NOT NULL,
  planned_on date NOT NULL,
  reached_at timestamptz,
  reminded_at timestamptz,
  closed_at timestamptz,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT task_pk PRIMARY KEY (store_id, id),
  CONSTRAINT task_state_known CHECK (state IN ('open', 'attempting', 'done', 'failed', 'cancelled')),
  CONSTRAINT task_end_has_outcome CHECK ((state IN ('open', 'attempting')) = (outcome IS NULL))
);

-- The call list: what is still open, most urgent first.
CREATE INDEX task_call_list ON task (store_id, priority, call_by, id) WHERE state IN ('open', 'attempting');

-- The few whose next call has an hour; tasks are planned without one, so the plan does not pay for this.
CREATE INDEX task_next ON task (store_id, next_at) WHERE state IN ('open', 'attempting') AND next_at IS NOT NULL;

CREATE INDEX task_customer ON task (store_id, customer_id);

CREATE INDEX task_vehicle_open ON task (store_id, vehicle_id) WHERE state IN ('open', 'attempting');

CREATE INDEX task_programme_due ON task (store_id, programme, due_on);

-- The id of an attempt is made by the page that reports it: sending the same result twice is one attempt.
CREATE TABLE attempt (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  task_id uuid NOT NULL,
  at timestamptz NOT NULL,
  channel text NOT NULL,
  phone_id uuid,
  part text,
  result text NOT NULL,
  outcome text,
  detail jsonb NOT NULL DEFAULT '{}',
  note text,
  by_user uuid,
  CONSTRAINT attempt_pk PRIMARY KEY (store_id, id),
  CONSTRAINT attempt_task_fk FOREIGN KEY (store_id, task_id) REFERENCES task (store_id, id)
);

CREATE INDEX attempt_task ON attempt (store_id, task_id, at);

CREATE INDEX attempt_time ON attempt (store_id, at);

-- What happened, append-only (UPDATE and DELETE are revoked). Carries ids and codes, no personal data. Without a foreign key
-- for the same reason as task.
CREATE TABLE timeline_event (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  at timestamptz NOT NULL,
  kind text NOT NULL,
  customer_id uuid NOT NULL,
  vehicle_id uuid,
  task_id uuid,
  actor uuid,
  data jsonb NOT NULL DEFAULT '{}',
  CONSTRAINT timeline_event_pk PRIMARY KEY (store_id, id)
);

CREATE INDEX timeline_event_customer ON timeline_event (store_id, customer_id, at);

CREATE TABLE appointment (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  vehicle_id uuid,
  task_id uuid,
  day date NOT NULL,
  at_time time,
  note text,
  state text NOT NULL DEFAULT 'booked',
  created_at timestamptz NOT NULL,
  created_by uuid,
  CONSTRAINT appointment_pk PRIMARY KEY (store_id, id),
  CONSTRAINT appointment_state_known CHECK (state IN ('booked', 'kept', 'cancelled')),
  CONSTRAINT appointment_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customer (store_id, id)
);

CREATE INDEX appointment_day ON appointment (store_id, day);

CREATE INDEX appointment_vehicle ON appointment (store_id, vehicle_id);

CREATE TABLE message (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  task_id uuid,
  channel text NOT NULL,
  purpose text NOT NULL,
  recipient text NOT NULL,
  body text NOT NULL,
  state text NOT NULL,
  created_at timestamptz NOT NULL,
  CONSTRAINT message_pk PRIMARY KEY (store_id, id),
  CONSTRAINT message_state_known CHECK (state IN ('queued', 'shown')),
  CONSTRAINT message_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customer (store_id, id)
);

CREATE INDEX message_time ON message (store_id, created_at DESC, id DESC);

CREATE TABLE served_elsewhere (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  vehicle_id uuid NOT NULL,
  task_id uuid,
  served_on date NOT NULL,
  shop text,
  place text,
  price_fen bigint,
  reason text,
  odometer_km integer,
  told_at timestamptz NOT NULL,
  CONSTRAINT served_elsewhere_pk PRIMARY KEY (store_id, id),
  CONSTRAINT served_elsewhere_vehicle_fk FOREIGN KEY (store_id, vehicle_id) REFERENCES vehicle (store_id, id)
);

CREATE INDEX served_elsewhere_vehicle ON served_elsewhere (store_id, vehicle_id, served_on);

CREATE TABLE script (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  programme text NOT NULL,
  version integer NOT NULL,
  body text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  CONSTRAINT script_pk PRIMARY KEY (store_id, id),
  CONSTRAINT script_version_key UNIQUE (store_id, programme, version),
  CONSTRAINT script_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- One row a run of the daily plan: what was due and what was made, for the supervisor and the analysis.
CREATE TABLE plan_run (
  store_id uuid NOT NULL,
  day date NOT NULL,
  programme text NOT NULL,
  due integer NOT NULL,
  created integer NOT NULL,
  ran_at timestamptz NOT NULL,
  CONSTRAINT plan_run_pk PRIMARY KEY (store_id, day, programme),
  CONSTRAINT plan_run_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

SELECT changhui_protect('task');

SELECT changhui_protect('attempt', append_only => true);

SELECT changhui_protect('timeline_event', append_only => true);

SELECT changhui_protect('appointment');

SELECT changhui_protect('message');

SELECT changhui_protect('served_elsewhere', append_only => true);

SELECT changhui_protect('script');

SELECT changhui_protect('plan_run');
