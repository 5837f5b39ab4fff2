import { CalendarOutlined, DashboardOutlined, EditOutlined, ToolOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useFormat, useTexts } from '../../app/i18n.tsx'
import { useStore } from '../../app/store.tsx'
import { word, words } from '../../app/words.ts'
import { BookForm } from './book-form.tsx'
import { DueList } from './due.tsx'
import { OdometerChart } from './odometer-chart.tsx'
import { ReadingForm } from './reading-form.tsx'
import type { Vehicle } from './shape.ts'
import { VehicleForm } from './vehicle-form.tsx'
import { texts } from './vehicle-texts.ts'
import { VisitForm } from './visit-form.tsx'

/** One car: what it is, what it is due for and why, and how its odometer went. */
export function VehicleCard({ vehicle }: { vehicle: Vehicle }) {
  const t = useTexts(texts)
  const w = useTexts(words)
  const format = useFormat()
  const { may } = useStore()
  const [form, setForm] = useState<'edit' | 'reading' | 'visit' | 'book'>()
  const close = () => setForm(undefined)
  const facts: [string, string | null][] = [
    [t.field.vin, vehicle.vin],
    [t.delivered, vehicle.deliveredOn],
    [
      t.odometer,
      vehicle.odometerKm === null ? null : `${format.km(vehicle.odometerKm)}${t.aside(format.day(vehicle.odometerOn))}`,
    ],
    [t.field.energy, vehicle.energy && w.energy[vehicle.energy]],
    [
      t.warranty,
      [vehicle.warrantyEndOn, vehicle.warrantyEndKm === null ? null : format.km(vehicle.warrantyEndKm)]
        .filter(Boolean)
        .join(' / ') || null,
    ],
    [t.inspection, vehicle.inspectionDueOn],
    [t.insurance, vehicle.commercialExpiryOn ?? vehicle.compulsoryExpiryOn],
  ]
  const name = vehicle.model ?? vehicle.series ?? ''
  const refused = vehicle.readings.filter((one) => one.refused !== null).length
  return (
    <article className="vehicle" aria-label={vehicle.plate ?? vehicle.model ?? t.noPlate}>
      <header className="vehicle-head">
        <h3>
          <span className="plate">{vehicle.plate ?? t.noPlate}</span>
          {name.startsWith(vehicle.brand ?? '') ? name : [vehicle.brand, name].filter(Boolean).join(' ')}
        </h3>
        {vehicle.state === 'active' ? null : <span className="chip chip-warning">{w.vehicleState[vehicle.state]}</span>}
        {vehicle.purpose === 'commercial' ? <span className="chip chip-info">{w.purpose.commercial}</span> : null}
        <div className="vehicle-actions">
          {may('appointment.edit') ? (
            <Button size="small" icon={<CalendarOutlined aria-hidden />} onClick={() => setForm('book')}>
              {t.addBooking}
            </Button>
          ) : null}
          {may('customer.edit') ? (
            <>
              <Button size="small" icon={<ToolOutlined aria-hidden />} onClick={() => setForm('visit')}>
                {t.addVisit}
              </Button>
              <Button size="small" icon={<DashboardOutlined aria-hidden />} onClick={() => setForm('reading')}>
                {t.addReading}
              </Button>
              <Button
                size="small"
                icon={<EditOutlined aria-hidden />}
                aria-label={t.edit}
                title={t.edit}
                onClick={() => setForm('edit')}
              />
            </>
          ) : null}
        </div>
      </header>
      {vehicle.vinWarning ? <p className="vehicle-warning">{t.vinWarning}</p> : null}
      {vehicle.plateWarning ? <p className="vehicle-warning">{t.plateWarning}</p> : null}
      <div className="vehicle-body">
        <div className="vehicle-due">
          <DueList due={vehicle.due} />
          <OdometerChart readings={vehicle.readings} />
          {vehicle.readings.length > 0 ? (
            <details>
              <summary>
                {t.readings} ({vehicle.readings.length}
                {refused > 0 ? ` · ${t.refusedReadings(refused)}` : ''})
              </summary>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard */}
              <section className="readings" aria-label={t.readings} tabIndex={0}>
                <table className="list-table">
                  <thead>
                    <tr>
                      <th scope="col">{t.read}</th>
                      <th scope="col" className="cell-number">
                        {t.km}
                      </th>
                      <th scope="col">{t.source}</th>
                      <th scope="col">{t.note}</th>
                    </tr>
                  </thead>
                  <tbody>
                    {vehicle.readings
                      .toSorted((a, b) => b.readOn.localeCompare(a.readOn))
                      .map((one) => (
                        <tr key={one.id} className={one.refused ? 'reading-refused' : ''}>
                          <td className="num">{format.day(one.readOn)}</td>
                          <td className="cell-number num">{format.number(one.km)}</td>
                          <td>{word(t.sources, one.source)}</td>
                          <td>{one.refused ? word(t.refused, one.refused) : ''}</td>
                        </tr>
                      ))}
                  </tbody>
                </table>
              </section>
            </details>
          ) : null}
        </div>
        <div>
          <dl className="facts">
            {facts
              .filter(([, value]) => value)
              .map(([name, value]) => (
                <div key={name}>
                  <dt>{name}</dt>
                  <dd className="num">{value}</dd>
                </div>
              ))}
          </dl>
        </div>
      </div>
      <BookForm vehicle={vehicle} open={form === 'book'} onClose={close} />
      <VehicleForm vehicle={vehicle} customerId={vehicle.ownerId} open={form === 'edit'} onClose={close} />
      <ReadingForm vehicle={vehicle} open={form === 'reading'} onClose={close} />
      <VisitForm vehicle={vehicle} open={form === 'visit'} onClose={close} />
    </article>
  )
}
