import type { ServiceWindow } from './regularService.ts'

/** The days of one cycle of a programme: its due day beside the window of {@link ServiceWindow}. */
export interface CareWindow extends ServiceWindow {
  readonly dueOn: Temporal.PlainDate
}

/** A window around a due day; the call is never due before the task opens. */
export function around(
  dueOn: Temporal.PlainDate,
  opensOn: Temporal.PlainDate,
  { callDaysBefore, lateDays }: { readonly callDaysBefore: number; readonly lateDays: number },
): CareWindow {
  const callBy = dueOn.subtract({ days: callDaysBefore })
  return {
    dueOn,
    opensOn,
    callBy: Temporal.PlainDate.compare(callBy, opensOn) < 0 ? opensOn : callBy,
    lastOn: dueOn.add({ days: lateDays }),
  }
}

/** How a window stands on a day: not open yet, to be called, called too late, past its due day, given up. */
export type WindowState = 'early' | 'open' | 'call-late' | 'overdue' | 'over'

/** Why a vehicle is due today or is not: the state of its window, and the days until the state changes (`null`: for good). */
export function windowState(
  window: CareWindow,
  today: Temporal.PlainDate,
): { readonly state: WindowState; readonly days: number | null } {
  const last: readonly (readonly [WindowState, Temporal.PlainDate])[] = [
    ['early', window.opensOn.subtract({ days: 1 })],
    ['open', window.callBy],
    ['call-late', window.dueOn],
    ['overdue', window.lastOn],
  ]
  for (const [state, until] of last) {
    if (Temporal.PlainDate.compare(today, until) <= 0) {
      return { state, days: today.until(until, { largestUnit: 'days' }).days + 1 }
    }
  }
  return { state: 'over', days: null }
}

/** {@link windowState} in one sentence, for the customer page. */
export function explainWindow(window: CareWindow, today: Temporal.PlainDate, locale: 'zh-CN' | 'en'): string {
  const { state } = windowState(window, today)
  const { opensOn, callBy, dueOn, lastOn } = window
  const zh: Readonly<Record<WindowState, string>> = {
    early: `${dueOn} 到期，${opensOn} 起提醒`,
    open: `${dueOn} 到期，最迟 ${callBy} 致电`,
    'call-late': `${dueOn} 到期，本应在 ${callBy} 前致电`,
    overdue: `${dueOn} 已到期，${lastOn} 前仍可提醒`,
    over: `${dueOn} 已到期，${lastOn} 后不再提醒`,
  }
  const en: Readonly<Record<WindowState, string>> = {
    early: `Due on ${dueOn}, told from ${opensOn}`,
    open: `Due on ${dueOn}, to be called by ${callBy}`,
    'call-late': `Due on ${dueOn}, the call was due by ${callBy}`,
    overdue: `Was due on ${dueOn}, still told until ${lastOn}`,
    over: `Was due on ${dueOn}, no longer told after ${lastOn}`,
  }
  return (locale === 'zh-CN' ? zh : en)[state]
}
