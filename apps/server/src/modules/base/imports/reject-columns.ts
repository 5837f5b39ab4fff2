/** Headers of the columns that a file of rejected rows carries beside those of the file; not read when it comes back. */
export const reasonColumns = ['退回原因', 'Reason refused'] as const

export const isReasonColumn = (header: string): boolean => reasonColumns.some((name) => header.trim().startsWith(name))
