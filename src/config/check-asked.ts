import type { Findings } from './findings.ts'
import { nameHint } from './name-hint.ts'
import { type Mapping, mappingAt } from './view.ts'

/** A model that the router asks by itself. */
export function checkAsked(asked: unknown, pointer: string, root: Mapping, findings: Findings): void {
  if (typeof asked !== 'string') return
  const models = Object.keys(mappingAt(root, 'models'))
  if (!models.includes(asked))
    findings.problem(pointer, `There is no model ${findings.shown(pointer, asked)}.`, { hint: nameHint(asked, models) })
  else if ('select' in mappingAt(root, 'models', asked))
    findings.problem(pointer, `The model "${asked}" is a selector itself.`, { hint: 'Name a model with endpoints.' })
}
