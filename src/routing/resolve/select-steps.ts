import { taskName } from '../../outcomes/quality/features.ts'
import type { ModelSelection } from '../../plugins/api.ts'
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
}

/** The chain with each selector replaced by the models that it chose, in order. */
export function selectSteps(
  steps: readonly Step[],
  residence: Residence,
  input: Omit<ChooseInput, 'home'>,
): SelectedSteps {
  const { catalogue, now } = input
  const chain = new Map<string, Step>()
  let first: ModelSelection | undefined
  for (const step of steps) {
    const home = residence.find([step.model.name], now)?.endpoint
    const selection = chooseModel(step.model, { ...input, home })
    if (selection) first ??= selection
    const names = selection?.models.map(({ model }) => model) ?? [step.model.name]
    for (const name of names)
      if (!chain.has(name)) chain.set(name, { ...step, model: selection ? catalogue.models.get(name)! : step.model })
  }
  return { steps: [...chain.values()], selection: first }
}
