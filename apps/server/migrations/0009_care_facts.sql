-- How often a car was serviced since its delivery, here and elsewhere: it tells the first services from the regular ones
-- (CARE-01…03). Kept like the other facts by whoever writes a visit; a day counts once.
ALTER TABLE vehicle ADD COLUMN service_count smallint NOT NULL DEFAULT 0;

UPDATE vehicle v SET service_count = s.n
FROM (
  SELECT d.store_id, d.vehicle_id, count(DISTINCT d.day)::smallint AS n
  FROM (
    SELECT store_id, vehicle_id, arrived_on AS day FROM visit WHERE kind = 'maintenance'
    UNION ALL
    SELECT store_id, vehicle_id, served_on FROM served_elsewhere
  ) d
  JOIN vehicle o ON o.store_id = d.store_id AND o.id = d.vehicle_id
  WHERE o.delivered_on IS NULL OR d.day > o.delivered_on
  GROUP BY d.store_id, d.vehicle_id
) s
WHERE v.store_id = s.store_id AND v.id = s.vehicle_id;

-- What the legal inspection schedule depends on beyond the delivery (CARE-20); unknown = an ordinary private car, registered when delivered.
ALTER TABLE vehicle ADD COLUMN registered_on date;

ALTER TABLE vehicle ADD COLUMN made_on date;

ALTER TABLE vehicle ADD COLUMN inspected_on date;

ALTER TABLE vehicle ADD COLUMN seats smallint;

ALTER TABLE vehicle ADD COLUMN inspection_category text;

ALTER TABLE vehicle ADD COLUMN inspection_exception text;

ALTER TABLE vehicle ADD CONSTRAINT vehicle_seats_range CHECK (seats BETWEEN 1 AND 99);

ALTER TABLE vehicle ADD CONSTRAINT vehicle_inspection_category_known
  CHECK (inspection_category IN ('small-passenger', 'van', 'commercial', 'truck', 'large-passenger'));

ALTER TABLE vehicle ADD CONSTRAINT vehicle_inspection_exception_known
  CHECK (inspection_exception IN ('injury-accident', 'illegal-modification', 'formerly-commercial'));
