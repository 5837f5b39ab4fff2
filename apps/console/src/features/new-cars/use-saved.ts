import { useMutation, useQueryClient } from '@tanstack/react-query'
import { api, fieldProblems, problemText, readAgain, showProblem } from '../../app/api.ts'
import { useTexts } from '../../app/i18n.tsx'
import { notify } from '../../app/notice.tsx'
import { newCarTexts } from './texts.ts'

/**
 * Saves something of this page from a dialog: says so, reads the lists anew; `wrong` names the fields, `general` what belongs to none.
 * `onLate`: somebody else was quicker, and the lists show what he left.
 */
export function useSaved(save: () => Promise<unknown>, onDone: () => void, onLate?: () => void) {
  const t = useTexts(newCarTexts)
  const queries = useQueryClient()
  const saving = useMutation({
    mutationFn: save,
    // The dialog itself shows what is wrong.
    onError: async (error) => {
      if (await readAgain(error, api.newCars.key())) onLate?.()
    },
    onSuccess: async () => {
      notify('success', t.saved)
      await queries.invalidateQueries({ queryKey: api.newCars.key() })
      onDone()
    },
  })
  const wrong = fieldProblems(saving.error)
  const general = saving.isError && Object.keys(wrong).length === 0 ? problemText(saving.error) : undefined
  return { run: () => saving.mutate(), saving: saving.isPending, wrong, general }
}

/** The same for a button: what is wrong appears at the top of the page. */
export function useDone<T>(act: (value: T) => Promise<unknown>) {
  const t = useTexts(newCarTexts)
  const queries = useQueryClient()
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      notify('success', t.saved)
      await queries.invalidateQueries({ queryKey: api.newCars.key() })
    },
    onError: (error) => {
      showProblem(error)
      return readAgain(error, api.newCars.key())
    },
  })
}
