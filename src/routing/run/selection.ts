import { seeded } from '../../base/random.ts'
import type { FinishedRequest } from '../../outcomes/log/finished-request.ts'
import type { ModelSelection } from '../../plugins/api.ts'
import type { AttemptContext } from '../attempt/context.ts'
import type { Catalogue } from '../catalogue.ts'
import type { Residence } from '../conversation/residence.ts'
import { SELECTION_SALT } from '../resolve/draw-order.ts'
import type { Step } from '../resolve/resolve.ts'
import { namesOf, type SelectedSteps, selectSteps } from '../resolve/select-steps.ts'

type Context = Pick<AttemptContext, 'account' | 'call' | 'class' | 'core' | 'description' | 'inputTokens'>

/** With selectors replaced by the models that they choose; undefined where there are none. `seed`: the record's. */
export function withSelectedModels(
  steps: readonly Step[],
  context: Context,
  catalogue: Catalogue,
  residence: Residence,
  seed: number,
  now: number,
): SelectedSteps | undefined {
  // What needs closures is made elsewhere: they would take memory here also of requests without a selector.
  if (!steps.some(isSelector)) return undefined
  return selectSteps(steps, residence, choiceInput(context, catalogue, seed, now), checkersFor(context))
}

const isSelector = ({ model }: Step): boolean => model.select !== undefined

function choiceInput(
  { call, core: { books }, description, class: workload, inputTokens }: Context,
  catalogue: Catalogue,
  seed: number,
  now: number,
): Parameters<typeof selectSteps>[2] {
  return {
    catalogue,
    quality: books.quality,
    ledger: books,
    class: workload,
    task: description.task(),
    type: description.requestType(),
    names: namesOf(description),
    words: () => description.words(),
    embedding: call.embedding,
    inputTokens,
    // Of the record's seed, so that the choice can be made again.
    random: seeded(seed ^ SELECTION_SALT),
    now,
  }
}

const checkersFor =
  ({ account, call, core: { checks } }: Context): Parameters<typeof selectSteps>[3] =>
  ({ select }) =>
    checks?.of(call, account, select!)

/** What a request of a selector implies about the answer before it in its conversation. */
export function noteImplied(
  request: FinishedRequest,
  { name }: ModelSelection,
  { account, call, core, description }: Context,
  catalogue: Catalogue,
): void {
  const wanted = catalogue.models.get(name)?.select?.signals
  const conversation = wanted && call.operation === 'chat' ? description.conversation() : undefined
  const signs = conversation && description.signs(wanted!.words)
  if (signs) core.books.follow(request, `${account}\n${name}\n${conversation!.key}`, signs, wanted!)
}
