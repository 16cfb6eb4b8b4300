import type { ModelSelection } from '../../plugins/api.ts'
import type { Residence } from '../conversation/residence.ts'
import type { RequestRun } from '../run/request-run.ts'
import { chooseModel } from './choose-model.ts'
import type { Step } from './resolve.ts'

export interface SelectedSteps {
  readonly steps: readonly Step[]
  /** The first selector's choice. */
  readonly selection: ModelSelection | undefined
}

/** The chain with each selector replaced by the models that it chose, in order. */
export function selectSteps(run: RequestRun, steps: readonly Step[], residence: Residence, now: number): SelectedSteps {
  if (!steps.some(({ model }) => model.select)) return { steps, selection: undefined }
  const { catalogue, engine } = run
  const chain = new Map<string, Step>()
  let first: ModelSelection | undefined
  for (const step of steps) {
    const selection = chooseModel(step.model, {
      catalogue,
      quality: engine.books.quality,
      ledger: engine.books,
      class: run.class,
      task: run.description.task(),
      inputTokens: run.inputTokens,
      home: residence.find([step.model.name], now)?.endpoint,
      random: engine.random,
      now,
    })
    if (selection) first ??= selection
    const names = selection?.models.map(({ model }) => model) ?? [step.model.name]
    for (const name of names)
      if (!chain.has(name)) chain.set(name, { ...step, model: selection ? catalogue.models.get(name)! : step.model })
  }
  return { steps: [...chain.values()], selection: first }
}
