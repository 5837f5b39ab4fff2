import { inStore } from '../../../platform/http/context.ts'
import { os } from '../../../platform/http/implement.ts'
import { languageOf } from '../../../platform/http/language.ts'
import { analyseBase } from './analysis.ts'
import { exportBase } from './export.ts'

const { baseAnalysis } = os
/** Values of a part that a page is given: more than anybody reads. */
const SHOWN = 100

export const baseAnalysisRoutes = {
  month: baseAnalysis.month.handler(({ input, context }) =>
    inStore(context, (scope) => analyseBase(scope, Temporal.PlainDate.from(input.month), SHOWN)),
  ),
  export: baseAnalysis.export.handler(({ input, context }) =>
    inStore(context, (scope) => exportBase(scope, Temporal.PlainDate.from(input.month), languageOf(context.headers))),
  ),
}
