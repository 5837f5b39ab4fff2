-- A weather warning in force somewhere (CARE-08): told by a provider or typed in. One row an event: a later edition of the same
-- warning (another level, a longer time) changes its row, so that the customers hear of it once.
CREATE TABLE weather_alert (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  source text NOT NULL,
  source_id text,
  area text NOT NULL,
  province text,
  city text,
  county text,
  kind text NOT NULL,
  level text NOT NULL,
  status text NOT NULL,
  title text NOT NULL,
  issued_at timestamptz NOT NULL,
  ends_at timestamptz NOT NULL,
  lifted_at timestamptz,
  noted_at timestamptz NOT NULL,
  noted_by uuid,
  version integer NOT NULL DEFAULT 1,
  CONSTRAINT weather_alert_pk PRIMARY KEY (store_id, id),
  CONSTRAINT weather_alert_source_known CHECK (source IN ('provider', 'hand')),
  CONSTRAINT weather_alert_level_known CHECK (level IN ('blue', 'yellow', 'orange', 'red')),
  CONSTRAINT weather_alert_status_known CHECK (status IN ('issued', 'updated', 'lifted')),
  CONSTRAINT weather_alert_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX weather_alert_time ON weather_alert (store_id, ends_at);

-- The customers' regions a warning reaches, as they are written: places are compared by the rule in TypeScript, over the few hundred
-- different regions of a store instead of its customers. An empty region is that of customers without one, who count as at home
-- unless they are out of town.
CREATE TABLE weather_touch (
  store_id uuid NOT NULL,
  alert_id uuid NOT NULL,
  region text NOT NULL,
  out_of_town boolean NOT NULL,
  CONSTRAINT weather_touch_pk PRIMARY KEY (store_id, alert_id, region, out_of_town),
  CONSTRAINT weather_touch_alert_fk FOREIGN KEY (store_id, alert_id) REFERENCES weather_alert (store_id, id)
);

-- For the care programmes: each warning that was not lifted, with the regions it reaches.
CREATE VIEW weather_reach WITH (security_invoker = true) AS
  SELECT a.store_id, a.id AS alert_id, a.kind, a.level, a.area, a.title, a.issued_at, a.ends_at, t.region, t.out_of_town
  FROM weather_alert a
  JOIN weather_touch t ON t.store_id = a.store_id AND t.alert_id = a.id
  WHERE a.status <> 'lifted';

GRANT SELECT ON weather_reach TO changhui_app;

-- A new car on its way to its customer (CARE-24): what was ordered, when it is promised, how far it is.
CREATE TABLE new_car_order (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  customer_id uuid NOT NULL,
  order_no text,
  model text NOT NULL,
  promised_on date,
  delivered_on date,
  state text NOT NULL DEFAULT 'waiting',
  note text,
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  created_by uuid,
  updated_at timestamptz NOT NULL,
  CONSTRAINT new_car_order_pk PRIMARY KEY (store_id, id),
  CONSTRAINT new_car_order_state_known CHECK (state IN ('waiting', 'delivered', 'cancelled')),
  CONSTRAINT new_car_order_delivered CHECK ((state = 'delivered') = (delivered_on IS NOT NULL)),
  CONSTRAINT new_car_order_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customer (store_id, id)
);

CREATE INDEX new_car_order_waiting ON new_car_order (store_id, promised_on) WHERE state = 'waiting';

CREATE INDEX new_car_order_customer ON new_car_order (store_id, customer_id);

CREATE TABLE new_car_step (
  store_id uuid NOT NULL,
  order_id uuid NOT NULL,
  step text NOT NULL,
  reached_on date NOT NULL,
  noted_at timestamptz NOT NULL,
  noted_by uuid,
  CONSTRAINT new_car_step_pk PRIMARY KEY (store_id, order_id, step),
  CONSTRAINT new_car_step_known CHECK (step IN ('ordered', 'scheduled', 'built', 'shipped', 'arrived', 'ready')),
  CONSTRAINT new_car_step_order_fk FOREIGN KEY (store_id, order_id) REFERENCES new_car_order (store_id, id)
);

-- A class for new owners (CARE-13).
CREATE TABLE owner_class (
  store_id uuid NOT NULL,
  id uuid NOT NULL,
  day date NOT NULL,
  at_time time NOT NULL,
  place text NOT NULL,
  topic text,
  capacity integer NOT NULL,
  state text NOT NULL DEFAULT 'planned',
  version integer NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL,
  created_by uuid,
  CONSTRAINT owner_class_pk PRIMARY KEY (store_id, id),
  CONSTRAINT owner_class_state_known CHECK (state IN ('planned', 'cancelled')),
  CONSTRAINT owner_class_capacity_range CHECK (capacity BETWEEN 1 AND 1000),
  CONSTRAINT owner_class_store_fk FOREIGN KEY (store_id) REFERENCES store (id)
);

CREATE INDEX owner_class_day ON owner_class (store_id, day);

-- Who has said that he comes.
CREATE TABLE owner_class_seat (
  store_id uuid NOT NULL,
  class_id uuid NOT NULL,
  customer_id uuid NOT NULL,
  taken_at timestamptz NOT NULL,
  taken_by uuid,
  CONSTRAINT owner_class_seat_pk PRIMARY KEY (store_id, class_id, customer_id),
  CONSTRAINT owner_class_seat_class_fk FOREIGN KEY (store_id, class_id) REFERENCES owner_class (store_id, id),
  CONSTRAINT owner_class_seat_customer_fk FOREIGN KEY (store_id, customer_id) REFERENCES customer (store_id, id)
);

SELECT changhui_protect('weather_alert');

SELECT changhui_protect('weather_touch');

SELECT changhui_protect('new_car_order');

SELECT changhui_protect('new_car_step');

SELECT changhui_protect('owner_class');

SELECT changhui_protect('owner_class_seat');
