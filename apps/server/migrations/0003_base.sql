CREATE TABLE customer (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  name text NOT NULL,
  sex text,
  birthday date,
  wechat_id text,
  email text,
  address text,
  region text,
  locality text,
  occupation text,
  industry text,
  source text,
  member_level text,
  tags text[] NOT NULL DEFAULT '{}',
  consents jsonb NOT NULL DEFAULT '{}',
  do_not_disturb boolean NOT NULL DEFAULT false,
  preferred_channel text,
  preferred_hour smallint,
  advisor_id uuid,
  account_manager_id uuid,
  -- What the source file calls this customer when it has no phone to know him by.
  source_key text,
  -- Fields that staff corrected, each with the value the source held then: the source wins again once it changes (BASE-11).
  staff_corrected jsonb NOT NULL DEFAULT '{}',
  merged_into uuid,
  last_visit_on date,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT customer_pk PRIMARY KEY (store_id, id),
  CONSTRAINT customer_sex_known CHECK (sex IN ('male', 'female')),
  CONSTRAINT customer_locality_known CHECK (locality IN ('local', 'out-of-town')),
  CONSTRAINT customer_hour_range CHECK (preferred_hour BETWEEN 0 AND 23),
  CONSTRAINT customer_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

-- The list page: newest visit first, then id; the same order the cursor carries.
CREATE INDEX customer_recent ON customer (store_id, last_visit_on DESC NULLS LAST, id DESC);

CREATE UNIQUE INDEX customer_source_key ON customer (store_id, source_key) WHERE source_key IS NOT NULL;

-- The few whom nobody may call: the daily plan reads these instead of every customer.
CREATE INDEX customer_not_to_call ON customer (store_id, id)
  WHERE merged_into IS NOT NULL OR do_not_disturb OR consents @> '{"call":false}';

CREATE TABLE customer_phone (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  number text NOT NULL,
  label text,
  state text NOT NULL DEFAULT 'usable',
  position smallint NOT NULL DEFAULT 0,
  source text NOT NULL DEFAULT 'staff',
  updated_at timestamptz NOT NULL,
  CONSTRAINT customer_phone_pk PRIMARY KEY (store_id, id),
  CONSTRAINT customer_phone_number_key UNIQUE (store_id, customer_id, number),
  CONSTRAINT customer_phone_state_known CHECK (state IN ('usable', 'dead', 'wrong')),
  CONSTRAINT customer_phone_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customer (store_id, id)
);

CREATE INDEX customer_phone_number ON customer_phone (store_id, number);

CREATE TABLE vehicle (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  owner_id uuid NOT NULL,
  driver_id uuid,
  sender_id uuid,
  vin text,
  plate text,
  brand text,
  series text,
  model text,
  energy text,
  purpose text NOT NULL DEFAULT 'private',
  state text NOT NULL DEFAULT 'active',
  delivered_on date,
  interval_months smallint,
  interval_km integer,
  warranty_end_on date,
  warranty_end_km integer,
  inspection_due_on date,
  compulsory_insurer text,
  compulsory_expiry_on date,
  commercial_insurer text,
  commercial_expiry_on date,
  source_key text,
  staff_corrected jsonb NOT NULL DEFAULT '{}',
  -- Kept in step with the facts by whoever writes a visit or a reading, so that the daily plan reads one table.
  last_visit_on date,
  anchor_on date,
  anchor_km integer,
  anchor_kind text,
  odometer_km integer,
  odometer_on date,
  daily_km double precision,
  daily_confidence text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT vehicle_pk PRIMARY KEY (store_id, id),
  CONSTRAINT vehicle_purpose_known CHECK (purpose IN ('private', 'commercial')),
  CONSTRAINT vehicle_state_known CHECK (state IN ('active', 'sold', 'scrapped', 'moved-away', 'handed-over')),
  CONSTRAINT vehicle_anchor_known CHECK (anchor_kind IN ('delivery', 'service', 'elsewhere')),
  CONSTRAINT vehicle_owner_fk FOREIGN KEY (store_id, owner_id) REFERENCES customer (store_id, id)
);

CREATE UNIQUE INDEX vehicle_vin ON vehicle (store_id, vin) WHERE vin IS NOT NULL;

CREATE UNIQUE INDEX vehicle_source_key ON vehicle (store_id, source_key) WHERE source_key IS NOT NULL;

CREATE INDEX vehicle_owner ON vehicle (store_id, owner_id);

CREATE INDEX vehicle_plate ON vehicle (store_id, plate) WHERE plate IS NOT NULL;

CREATE TABLE visit (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  vehicle_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  order_no text,
  arrived_on date NOT NULL,
  completed_on date,
  kind text NOT NULL,
  mileage_km integer,
  advisor text,
  technician text,
  -- [{name, kind: labour|part, quantity, amountFen, payer}]
  lines jsonb NOT NULL DEFAULT '[]',
  total_fen bigint,
  customer_fen bigint,
  warranty_fen bigint,
  insurance_fen bigint,
  internal_fen bigint,
  source text NOT NULL DEFAULT 'staff',
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT visit_pk PRIMARY KEY (store_id, id),
  CONSTRAINT visit_kind_known CHECK (kind IN ('maintenance', 'repair', 'wash', 'claim', 'other')),
  CONSTRAINT visit_vehicle_fk FOREIGN KEY (store_id, vehicle_id) REFERENCES vehicle (store_id, id)
);

CREATE INDEX visit_vehicle ON visit (store_id, vehicle_id, arrived_on);

CREATE INDEX visit_customer ON visit (store_id, customer_id, arrived_on);

CREATE INDEX visit_arrived ON visit (store_id, arrived_on);

-- Every reading ever told, the refused ones with their reason; never overwritten.
CREATE TABLE odometer_reading (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  vehicle_id uuid NOT NULL,
  read_on date NOT NULL,
  km integer NOT NULL,
  source text NOT NULL,
  refused text,
  created_at timestamptz NOT NULL,
  CONSTRAINT odometer_reading_pk PRIMARY KEY (store_id, id),
  CONSTRAINT odometer_reading_vehicle_fk FOREIGN KEY (store_id, vehicle_id) REFERENCES vehicle (store_id, id)
);

CREATE INDEX odometer_reading_vehicle ON odometer_reading (store_id, vehicle_id, read_on);

SELECT changhui_protect('customer');

SELECT changhui_protect('customer_phone');

SELECT changhui_protect('vehicle');

SELECT changhui_protect('visit');

SELECT changhui_protect('odometer_reading');
