/** What other areas may use of customers. It knows nothing of tasks, so that the care area may call it. */
export { type Corrections, noteCorrections, sourceMayWrite } from './corrections.ts'
export { refreshSearch } from './search.ts'
export { appendTimeline, type TimelineEntry } from './timeline-write.ts'
