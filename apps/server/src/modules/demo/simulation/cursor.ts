import type { Scope } from '../../../platform/scope.ts'

/** What a simulation was asked for; going on with it needs the same. */
export interface SimAsk {
  /** `YYYY-MM-DD` */
  readonly from: string
  readonly months: number
  readonly customers: number
  readonly seed: number
}

/** How far it has come: the step that is to be done next. A step is done again from its beginning after a crash. */
export interface SimCursor extends SimAsk {
  readonly day: string
  readonly step: number
}

const AREA = 'simulation'

/** Where the simulation of the scope's store stands; undefined when the store is none, or was never filled. */
export async function readCursor({ tx, storeId }: Scope): Promise<SimCursor | undefined> {
  const row = await tx
    .selectFrom('storeSetting')
    .select('value')
    .where('storeId', '=', storeId)
    .where('area', '=', AREA)
    .executeTakeFirst()
  return row?.value as unknown as SimCursor | undefined
}

/** Moves the cursor, in the transaction of the step's last write where it has one. */
export async function writeCursor({ tx, storeId, now }: Scope, cursor: SimCursor): Promise<void> {
  const fields = { value: JSON.stringify(cursor), updatedAt: now.toString() }
  await tx
    .insertInto('storeSetting')
    .values({ storeId, area: AREA, ...fields })
    .onConflict((conflict) => conflict.columns(['storeId', 'area']).doUpdateSet(fields))
    .execute()
}
