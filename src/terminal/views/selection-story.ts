import { percent, usd } from '../../base/format/numbers.ts'
import type { ModelCandidate, ModelSelection } from '../../plugins/api.ts'
import { checksStory } from './checks-story.ts'

/** Why a selector chose as it did, in a sentence. */
export function selectionStory(selection: ModelSelection): string | undefined {
  const [first] = selection.models
  if (!first) return undefined
  const { name, checks } = selection
  return `${checks ? checksStory(name, first, checks) : choiceStory(selection, first)} ${basisStory(selection)}`
}

function choiceStory({ name, task, floor, weight = 0, models }: ModelSelection, first: ModelCandidate): string {
  const best = models.reduce((top, each) => (each.quality > top.quality ? each : top))
  const work = task === undefined || task === '-' ? 'requests like this one' : `"${task}"`
  const known =
    first.opinions < 1 && best.opinions < 1
      ? `by ${beforehand(models)}, since nobody has judged such answers here yet`
      : `by ${Math.round(models.reduce((sum, { opinions }) => sum + opinions, 0))} opinions`
  const good = `${percent(first.quality)} of its answers to ${work} are good, ${known}`
  if (first === best)
    return `${name} chose ${first.model}: it is the best of ${models.length} (${good})${dearer(first, models)}.`
  const share = `${percent(first.quality / best.quality)} of what ${best.model} reaches`
  const why =
    first.quality >= floor * best.quality
      ? `it is good enough (${good}; ${share}, and ${percent(floor)} are asked for)`
      : worth(first, weight) >= worth(best, weight)
        ? `${best.model} would gain too little here for what it costs (${good}; ${share}, and ${percent(floor)} are asked for on average)`
        : `it was tried (${good}; ${share}, below the ${percent(floor)} asked for), so that it is noticed when it becomes better`
  return `${name} chose ${first.model}: ${why}${cheaper(first, best)}.`
}

const BASES = {
  words: ' and the words of its last message',
  embedding: ' and an embedding of its last message',
  neither: ' and its names',
} as const

/** What told the request apart from others, where learning began, and what a gain is worth just now. */
function basisStory({ by, models, weight }: ModelSelection): string {
  const basis = `Qualities were expected from its length, its kind of work${BASES[by ?? 'neither']}`
  const pace =
    weight === undefined
      ? ''
      : weight < 0
        ? '; just now a dear model is tried more, since it may be better than is known'
        : `; just now the dearest model has to gain ${percent(weight)} to be worth its price`
  return `${basis}; learning began with ${beforehand(models)}${pace}.`
}

/** Who says how good models are that have not been judged. */
function beforehand(models: readonly ModelCandidate[]): string {
  const found = new Set(models.flatMap(({ prior }) => prior?.split(' and ') ?? []))
  return found.size > 0 ? [...found].map(priorName).join(' and ') : 'what is known beforehand'
}

const PRIOR_NAMES: Readonly<Record<string, string>> = {
  declared: 'what is declared',
  map: 'what other routers found',
  list: 'their order in the list',
}

/** Of a source of `ModelCandidate.prior`: what it stands for, or a benchmark's name. */
const priorName = (source: string) => PRIOR_NAMES[source] ?? source

const worth = ({ quality, cost = 0 }: ModelCandidate, weight: number) => quality - weight * cost

function cheaper(first: ModelCandidate, best: ModelCandidate): string {
  if (first.priceUsd === undefined || best.priceUsd === undefined) return ''
  return `, for ${usd(first.priceUsd)} instead of ${usd(best.priceUsd)}`
}

/** That nothing cheaper was good enough. */
function dearer(first: ModelCandidate, models: readonly ModelCandidate[]): string {
  const lower = models.filter(({ priceUsd = 0 }) => priceUsd < (first.priceUsd ?? 0))
  if (first.priceUsd === undefined || lower.length === 0) return ''
  return `, for ${usd(first.priceUsd)}, and ${lower.map(({ model }) => model).join(', ')} may not be good enough`
}
