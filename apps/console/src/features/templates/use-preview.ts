import { SCRIPT_VARIABLES, type ScriptValues, type ScriptVariable, variablesIn } from '@changhui/rules/script'
import { CAUSE_VARIABLES, sampleValues } from '@changhui/rules/scriptSamples'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { api } from '../../app/api.ts'
import { useStore } from '../../app/store.tsx'

/** Whom a text is previewed for, and the values that go into it. */
export function usePreview(programme: string, template: string) {
  const { store } = useStore()
  const [customerId, setCustomerId] = useState<string>()
  const facts = useQuery(
    api.templates.facts.queryOptions({
      input: { storeId: store.id, customerId: customerId ?? '', programme },
      enabled: customerId !== undefined,
    }),
  )
  const real = customerId === undefined ? undefined : facts.data?.values
  const used = variablesIn(template)
  const causes = used.filter((name) => CAUSE_VARIABLES.includes(name) && !real?.[name])
  const samples: ScriptValues = Object.fromEntries(causes.map((name) => [name, sampleValues[name]]))
  const values: ScriptValues = real ? { ...samples, ...real } : sampleValues
  return { customerId, setCustomerId, facts, values, isReal: real !== undefined, causes }
}

/** The names of variables as the page says them. */
export const namesOf = (variables: readonly ScriptVariable[]): string =>
  variables.map((name) => SCRIPT_VARIABLES[name][0]).join('、')
