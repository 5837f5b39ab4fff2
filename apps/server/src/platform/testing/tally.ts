/** How the checks came out, for the end of `npm test`: the last line is `N passed, N failed`, those skipped stand on the one before. */
export function tally({ passed, failed, skipped }: { passed: number; failed: number; skipped: number }): string {
  return `${skipped > 0 ? `${skipped} skipped\n` : ''}${passed} passed, ${failed} failed\n`
}
