-- Records merged into a customer: their history is read with his.
CREATE INDEX customer_merged ON customer (store_id, merged_into) WHERE merged_into IS NOT NULL;

-- Two records that look alike and are two people, as a person said; the smaller id first.
CREATE TABLE not_duplicate (
  store_id uuid NOT NULL,
  low_id uuid NOT NULL,
  high_id uuid NOT NULL,
  said_at timestamptz NOT NULL,
  said_by uuid,
  CONSTRAINT not_duplicate_pk PRIMARY KEY (store_id, low_id, high_id),
  CONSTRAINT not_duplicate_low_fk FOREIGN KEY (store_id, low_id) REFERENCES customer (store_id, id),
  CONSTRAINT not_duplicate_high_fk FOREIGN KEY (store_id, high_id) REFERENCES customer (store_id, id)
);

-- One merge with all it changed, so that it can be taken back: [{table, id, before, after}] with the changed columns only,
-- `before` null for a row the merge made.
CREATE TABLE merge_record (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  survivor_id uuid NOT NULL,
  merged_id uuid NOT NULL,
  changes jsonb NOT NULL,
  merged_at timestamptz NOT NULL,
  merged_by uuid,
  undone_at timestamptz,
  undone_by uuid,
  CONSTRAINT merge_record_pk PRIMARY KEY (store_id, id),
  CONSTRAINT merge_record_survivor_fk FOREIGN KEY (store_id, survivor_id) REFERENCES customer (store_id, id),
  CONSTRAINT merge_record_merged_fk FOREIGN KEY (store_id, merged_id) REFERENCES customer (store_id, id)
);

CREATE INDEX merge_record_time ON merge_record (store_id, merged_at DESC, id DESC);

-- A record is merged away once until that merge is taken back.
CREATE UNIQUE INDEX merge_record_standing ON merge_record (store_id, merged_id) WHERE undone_at IS NULL;

-- How an advisor takes part in sharing out new vehicles; without a row: fully.
CREATE TABLE sharing_advisor (
  store_id uuid NOT NULL,
  user_id uuid NOT NULL,
  -- A full share is 100.
  weight smallint NOT NULL,
  away boolean NOT NULL,
  updated_at timestamptz NOT NULL,
  updated_by uuid,
  CONSTRAINT sharing_advisor_pk PRIMARY KEY (store_id, user_id),
  CONSTRAINT sharing_advisor_weight_range CHECK (weight BETWEEN 0 AND 200),
  CONSTRAINT sharing_advisor_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- Who was given which new vehicle of which month (BASE-10). The key lets two runs give a vehicle once.
CREATE TABLE vehicle_share (
  store_id uuid NOT NULL,
  month date NOT NULL,
  vehicle_id uuid NOT NULL,
  advisor_id uuid NOT NULL,
  -- Null: by the monthly run.
  given_by uuid,
  given_at timestamptz NOT NULL,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT vehicle_share_pk PRIMARY KEY (store_id, month, vehicle_id),
  CONSTRAINT vehicle_share_month_form CHECK (extract(day FROM month) = 1),
  CONSTRAINT vehicle_share_vehicle_fk FOREIGN KEY (store_id, vehicle_id) REFERENCES vehicle (store_id, id)
);

-- The booking register of a day as it was handed over to the front desk (CARE-10); handed over again after a change, the row is the latest.
CREATE TABLE booking_register (
  store_id uuid NOT NULL,
  day date NOT NULL,
  handed_over_at timestamptz NOT NULL,
  handed_over_by uuid,
  received_by text,
  late boolean NOT NULL,
  times smallint NOT NULL DEFAULT 1,
  -- [{id, time}] of the appointments that stood in it.
  entries jsonb NOT NULL,
  CONSTRAINT booking_register_pk PRIMARY KEY (store_id, day),
  CONSTRAINT booking_register_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

SELECT changhui_protect('not_duplicate');

SELECT changhui_protect('merge_record');

SELECT changhui_protect('sharing_advisor');

SELECT changhui_protect('vehicle_share');

SELECT changhui_protect('booking_register');
