-- Who sits at which extension of the telephone system. One person, one extension.
CREATE TABLE phone_extension (
  store_id uuid NOT NULL,
  extension text NOT NULL,
  user_id uuid NOT NULL,
  CONSTRAINT phone_extension_pk PRIMARY KEY (store_id, extension),
  CONSTRAINT phone_extension_user_key UNIQUE (store_id, user_id),
  CONSTRAINT phone_extension_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- Where a press on "dial" is sent, so that the telephone system rings the extension and then the customer. None: the page dials itself.
CREATE TABLE dial_hook (
  store_id uuid NOT NULL,
  url text NOT NULL,
  secret text NOT NULL,
  created_at timestamptz NOT NULL,
  created_by uuid,
  CONSTRAINT dial_hook_pk PRIMARY KEY (store_id),
  CONSTRAINT dial_hook_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- One press on "dial". The page makes the id and names the attempt it will report, so that a recording finds its attempt.
CREATE TABLE phone_dial (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  task_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  phone_id uuid NOT NULL,
  attempt_id uuid NOT NULL,
  user_id uuid,
  extension text,
  asked_at timestamptz NOT NULL,
  state text NOT NULL,
  last_status integer,
  CONSTRAINT phone_dial_pk PRIMARY KEY (store_id, id),
  CONSTRAINT phone_dial_state_known CHECK (state IN ('asked', 'sent', 'failed', 'by-hand')),
  CONSTRAINT phone_dial_task_fk FOREIGN KEY (store_id, task_id) REFERENCES task (store_id, id)
);

CREATE INDEX phone_dial_task ON phone_dial (store_id, task_id, asked_at);

-- One telephone call as the call centre's events tell it. The id is derived from the call centre's own, and the events fold
-- into the row in whatever order they come, so that each may come twice.
CREATE TABLE phone_call (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  call_ref text NOT NULL,
  direction text,
  number text,
  extension text,
  extension_at timestamptz,
  extension_of text,
  user_id uuid,
  customer_id uuid,
  dial_id uuid,
  task_id uuid,
  attempt_id uuid,
  rang_at timestamptz,
  answered_at timestamptz,
  ended_at timestamptz,
  recording_url text,
  first_seen_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT phone_call_pk PRIMARY KEY (store_id, id),
  CONSTRAINT phone_call_direction_known CHECK (direction IN ('in', 'out')),
  CONSTRAINT phone_call_recording_form CHECK (recording_url ~ '^https?://'),
  CONSTRAINT phone_call_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX phone_call_live ON phone_call (store_id, user_id, first_seen_at) WHERE ended_at IS NULL;

CREATE INDEX phone_call_customer ON phone_call (store_id, customer_id, first_seen_at) WHERE customer_id IS NOT NULL;

CREATE INDEX phone_call_attempt ON phone_call (store_id, attempt_id) WHERE attempt_id IS NOT NULL;

CREATE INDEX phone_call_task ON phone_call (store_id, task_id) WHERE task_id IS NOT NULL;

-- Why the contact gate holds a task back until its next_at, and whether the customer himself asked for that hour (CARE-18).
ALTER TABLE task ADD COLUMN held_by text;

ALTER TABLE task ADD COLUMN waited_for boolean NOT NULL DEFAULT false;

-- The few that belong to one person: his list begins with them.
CREATE INDEX task_assignee ON task (store_id, assignee_id, priority, call_by, id)
  WHERE state IN ('open', 'attempting') AND assignee_id IS NOT NULL;

-- Calls and answers of the store by part of the day, learnt anew once a day: where the best part of an unknown customer begins (CARE-22).
CREATE TABLE store_call_rate (
  store_id uuid NOT NULL,
  part text NOT NULL,
  calls integer NOT NULL,
  answered integer NOT NULL,
  learnt_on date NOT NULL,
  CONSTRAINT store_call_rate_pk PRIMARY KEY (store_id, part),
  CONSTRAINT store_call_rate_part_known CHECK (part IN ('morning', 'midday', 'afternoon')),
  CONSTRAINT store_call_rate_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- The month's draw of renewal calls to be listened to (CARE-06): one a month, its id derived from store and month; it is kept.
CREATE TABLE insurance_audit (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  month text NOT NULL,
  seed text NOT NULL,
  share_percent smallint NOT NULL,
  calls integer NOT NULL,
  drawn_at timestamptz NOT NULL,
  drawn_by uuid,
  CONSTRAINT insurance_audit_pk PRIMARY KEY (store_id, id),
  CONSTRAINT insurance_audit_month_key UNIQUE (store_id, month),
  CONSTRAINT insurance_audit_month_form CHECK (month ~ '^[0-9]{4}-(0[1-9]|1[0-2])$'),
  CONSTRAINT insurance_audit_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- One drawn call with what was found. `place`: its place in the draw.
CREATE TABLE insurance_audit_call (
  store_id uuid NOT NULL,
  audit_id uuid NOT NULL,
  attempt_id uuid NOT NULL,
  place integer NOT NULL,
  findings jsonb NOT NULL DEFAULT '{}',
  remark text,
  audited_at timestamptz,
  audited_by uuid,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT insurance_audit_call_pk PRIMARY KEY (store_id, audit_id, attempt_id),
  CONSTRAINT insurance_audit_call_audit_fk FOREIGN KEY (store_id, audit_id) REFERENCES insurance_audit (store_id, id),
  CONSTRAINT insurance_audit_call_attempt_fk FOREIGN KEY (store_id, attempt_id) REFERENCES attempt (store_id, id)
);

-- Calls that are over, for the customer's timeline; read anew each time, since the last event of a call may still come.
CREATE VIEW phone_call_over WITH (security_invoker = true) AS
  SELECT store_id, id, customer_id, task_id, user_id, coalesce(rang_at, answered_at, ended_at, first_seen_at) AS at,
    coalesce(direction, 'in') AS direction, answered_at IS NOT NULL OR recording_url IS NOT NULL AS answered,
    CASE WHEN answered_at IS NOT NULL THEN greatest(extract(epoch FROM ended_at - answered_at), 0)::int END AS seconds,
    recording_url IS NOT NULL AS recorded
  FROM phone_call
  WHERE customer_id IS NOT NULL AND (ended_at IS NOT NULL OR recording_url IS NOT NULL);

GRANT SELECT ON phone_call_over TO changhui_app;

SELECT changhui_protect('phone_extension');

SELECT changhui_protect('dial_hook');

SELECT changhui_protect('phone_dial');

SELECT changhui_protect('phone_call');

SELECT changhui_protect('store_call_rate');

SELECT changhui_protect('insurance_audit');

SELECT changhui_protect('insurance_audit_call');
