import type { CallOutcome } from '@changhui/rules/words'
import { ORPCError } from '@orpc/client'
import { skipToken, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useState } from 'react'
import { api, client, isProblemCode, showProblem } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { useStore } from '../../app/store.tsx'
import type { CallReport } from './report.ts'
import { callTexts } from './texts.ts'

type Card = Awaited<ReturnType<typeof client.care.card>>
type Consequence = Awaited<ReturnType<typeof client.care.report>>

export type { Card, Consequence }

/** How often an open card asks whether its task still stands (CARE-23). */
const CARD_POLL_MS = 4_000
/** Network failures and 5xx are retried with the same attempt id, so that the result counts once. */
const RETRIES = 8

/** What just happened, shown above the next card. */
export interface Said {
  readonly customerName: string
  readonly followed: Consequence
  readonly outcome?: CallOutcome
}

const refusedByServer = (error: unknown) => error instanceof ORPCError && error.status < 500

/** The call in hand: taking it, watching it, reporting it, going on to the next. */
export function useCall(programme: string | undefined) {
  const { released } = useTexts(callTexts)
  const { store, me } = useStore()
  const queries = useQueryClient()
  const storeId = store.id
  const [taskId, setTaskId] = useState<string | null>(null)
  const [said, setSaid] = useState<Said | null>(null)
  const [noneLeft, setNoneLeft] = useState(false)
  const [opensAt, setOpensAt] = useState<string | null>(null)
  const [attemptId, setAttemptId] = useState<string>(() => crypto.randomUUID())

  const watched = useQuery({
    ...api.care.card.queryOptions({ input: taskId ? { storeId, taskId } : skipToken }),
    refetchInterval: CARD_POLL_MS,
    staleTime: 0,
  })
  const card = taskId ? (watched.data ?? null) : null
  const ended = card !== null && card.state !== 'open' && card.state !== 'attempting'
  const takenBack = isProblemCode(watched.error, 'task.closed') || isProblemCode(watched.error, 'not-found')

  const open = useCallback(
    (next: Card | null) => {
      setAttemptId(crypto.randomUUID())
      setNoneLeft(next === null)
      if (next) queries.setQueryData(api.care.card.queryKey({ input: { storeId, taskId: next.id } }), next)
      setTaskId(next?.id ?? null)
    },
    [queries, storeId],
  )
  const refreshLists = useCallback(() => queries.invalidateQueries({ queryKey: api.care.calls.key() }), [queries])

  const claimNext = useMutation({
    mutationFn: () => client.care.claimNext({ storeId, ...(programme ? { programme } : {}) }),
    onSuccess: async ({ task, opensAt: at }) => {
      setOpensAt(at)
      open(task)
      await refreshLists()
    },
  })
  const release = useMutation({
    mutationFn: (id: string) => client.care.release({ storeId, taskId: id }),
    onSuccess: () => notify('info', released),
    onSettled: async () => {
      setTaskId(null)
      await refreshLists()
    },
  })
  const claim = useMutation({
    mutationFn: async (id: string) => {
      // The wanted one first: when a colleague has it, the call in hand stays in hand.
      const next = await client.care.claim({ storeId, taskId: id })
      if (taskId && taskId !== id && !ended) await client.care.release({ storeId, taskId })
      return next
    },
    onSuccess: async (next) => {
      setSaid(null)
      open(next)
      await refreshLists()
    },
    onError: async (error) => {
      showProblem(error)
      await refreshLists()
    },
  })
  const report = useMutation({
    mutationFn: (input: { taskId: string; customerName: string; report: CallReport }) =>
      client.care.report({ storeId, taskId: input.taskId, ...input.report }),
    retry: (times, error) => times < RETRIES && !refusedByServer(error),
    retryDelay: (times) => Math.min(500 * 2 ** times, 8_000),
    onSuccess: async (followed, input) => {
      setSaid({ customerName: input.customerName, followed })
      setAttemptId(crypto.randomUUID())
      if (followed.decision === 'other-phone') {
        await watched.refetch()
        return
      }
      setTaskId(null)
      await claimNext.mutateAsync()
    },
    onError: async (error) => {
      showProblem(error)
      await watched.refetch()
    },
  })

  // A half-saved report must not be lost by closing the page.
  useEffect(() => {
    if (!report.isPending) return
    const warn = (event: BeforeUnloadEvent) => event.preventDefault()
    window.addEventListener('beforeunload', warn)
    return () => window.removeEventListener('beforeunload', warn)
  }, [report.isPending])

  /** The name of a colleague who holds the call by now. */
  const takenBy = card?.claimedByName && card.claimedByName !== me.user.name ? card.claimedByName : null

  return {
    card,
    loading: taskId !== null && card === null && !watched.isError,
    ended: ended || takenBack,
    takenBy,
    said,
    noneLeft,
    /** When the store is closed: when calling goes on. */
    opensAt,
    attemptId,
    takeNext: () => {
      setSaid(null)
      claimNext.mutate()
    },
    take: (id: string) => {
      // Taking the call in hand once more would begin it anew, without the note and what the form holds.
      if (id !== taskId || ended || takenBack || takenBy) claim.mutate(id)
    },
    putBack: () => taskId && release.mutate(taskId),
    send: (input: CallReport) => {
      if (card) report.mutate({ taskId: card.id, customerName: card.customerName, report: input })
    },
    taking: claimNext.isPending || claim.isPending,
    saving: report.isPending,
    retrying: report.isPending && report.failureCount > 0,
  }
}
export type CallInHand = ReturnType<typeof useCall>
