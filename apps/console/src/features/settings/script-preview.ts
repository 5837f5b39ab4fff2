import { fillScript, SCRIPT_VARIABLES, type ScriptValues } from '@changhui/rules/script'

interface Variable {
  readonly name: string
  readonly sample: string
}

/** The script as it reads for the sample customer, filled by the same rule as beside the call. */
export function previewOf(body: string, variables: readonly Variable[]): string {
  const samples = new Map(variables.map((one) => [one.name, one.sample]))
  const values = Object.fromEntries(
    Object.entries(SCRIPT_VARIABLES).flatMap(([key, names]) => {
      const sample = samples.get(key) ?? names.map((name) => samples.get(name)).find((one) => one !== undefined)
      return sample === undefined ? [] : [[key, sample]]
    }),
  ) as ScriptValues
  return fillScript(body, values).text
}
