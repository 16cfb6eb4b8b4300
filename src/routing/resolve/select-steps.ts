import { taskName } from '../../outcomes/quality/features.ts'
import type { ModelSelection } from '../../plugins/api.ts'
import type { RoutableModel } from '../catalogue.ts'
import type { AnswerChecker } from '../checks.ts'
import type { Residence } from '../conversation/residence.ts'
import type { Description } from '../ports.ts'
import { type ChooseInput, chooseModel } from './choose-model.ts'
import type { Step } from './resolve.ts'

/** A system prompt is as good as the name of a task. */
export function namesOf(description: Pick<Description, 'task' | 'requestType' | 'rules'>): string[] {
  const [task, type, rules] = [description.task(), description.requestType(), description.rules()]
  const names = [`type:${type}`]
  if (task !== type) names.push(taskName(task))
  if (rules !== undefined && rules !== task) names.push(taskName(rules))
  return names
}

export interface SelectedSteps {
  readonly steps: readonly Step[]
  /** The first selector's choice. */
  readonly selection: ModelSelection | undefined
  /** Of its answers. */
  readonly checker: AnswerChecker | undefined
}

/**
 * The chain with each selector replaced by the models that it chose, in order; those for which its budget leaves too
 * little come behind all others: an answer beyond the budget, which later choices pay back, is better than none.
 */
export function selectSteps(
  steps: readonly Step[],
  residence: Residence,
  input: Omit<ChooseInput, 'home' | 'isChecked'>,
  checkerOf: (selector: RoutableModel) => AnswerChecker | undefined,
): SelectedSteps {
  const { catalogue, now } = input
  const chain = new Map<string, Step>()
  const beyond: Step[] = []
  let first: ModelSelection | undefined
  let checker: AnswerChecker | undefined
  for (const step of steps) {
    const home = residence.find([step], now)?.endpoint
    if (!first && step.model.select?.verify) checker = checkerOf(step.model)
    const isChecked = !first && checker !== undefined
    const selection = chooseModel(step.model, { ...input, home, isChecked })
    if (selection) first ??= selection
    if (!selection) {
      if (!chain.has(step.model.name)) chain.set(step.model.name, step)
      continue
    }
    for (const { model: name, overBudget } of selection.models) {
      const chosen = { ...step, model: catalogue.models.get(name)! }
      if (overBudget) beyond.push({ ...chosen, isOverBudget: true })
      else if (!chain.has(name)) chain.set(name, chosen)
    }
  }
  for (const step of beyond) if (!chain.has(step.model.name)) chain.set(step.model.name, step)
  return { steps: [...chain.values()], selection: first, checker }
}
