import type { Usage } from '../../plugins/api.ts'
import { NO_PREFERENCES, type Preferences } from '../resolve/preferences.ts'
import type { PlanInput } from './plan-input.ts'

/** Characters. Requests with more preferences than this are planned one by one. */
const MAX_RARE = 1024

/**
 * What two requests for a model must have in common to be planned alike. Tokens are told apart in sixteenths of an
 * octave: they are estimates, from which a price is off by no more than 6 % then.
 */
export interface PlanKind {
  readonly class: string
  readonly operation: string
  readonly wire: string
  readonly stream: boolean
  readonly images: boolean
  readonly audio: boolean | undefined
  readonly hosted: string | undefined
  readonly inputTokens: number
  readonly maxOutputTokens: number | undefined
  readonly parameters: readonly string[]
  readonly home: string | undefined
  readonly cachedTokens: number
  /** What few requests have: preferences, a service tier, a price of waiting, work that is not tokens. */
  readonly rare: string
}

/** `rare`: see `rareOf`. */
export function kindOf({ demand, home, ...input }: PlanInput, rare: string): PlanKind {
  return {
    class: input.class,
    operation: input.operation,
    wire: input.wire,
    stream: input.stream,
    images: demand.images,
    audio: demand.audio,
    hosted: demand.hosted,
    inputTokens: bucketOf(input.inputTokens),
    maxOutputTokens: demand.maxOutputTokens,
    parameters: demand.parameters,
    home: home?.endpoint,
    cachedTokens: home ? bucketOf(home.cachedTokens) : 0,
    rare,
  }
}

/** Whether `kindOf` would give the same: it is asked for each request, and makes nothing. */
export function isOfKind(kind: PlanKind, input: PlanInput, rare: string): boolean {
  const { demand, home } = input
  return (
    kind.inputTokens === bucketOf(input.inputTokens) &&
    kind.stream === input.stream &&
    kind.maxOutputTokens === demand.maxOutputTokens &&
    kind.home === home?.endpoint &&
    (home === undefined || kind.cachedTokens === bucketOf(home.cachedTokens)) &&
    kind.class === input.class &&
    kind.operation === input.operation &&
    kind.wire === input.wire &&
    kind.images === demand.images &&
    kind.audio === demand.audio &&
    kind.hosted === demand.hosted &&
    kind.rare === rare &&
    areSame(kind.parameters, demand.parameters)
  )
}

/** What few requests have. Undefined: too much of it to be kept, or something that is for this request alone. */
export function rareOf(preferences: Preferences, input: PlanInput) {
  const { demand, held, own, valueOfTime } = input
  const { serviceTier, work } = demand
  if (held || own) return undefined
  const isUsual = serviceTier === undefined && work === undefined && valueOfTime === undefined
  if (preferences === NO_PREFERENCES && isUsual) return ''
  const asked = preferences === NO_PREFERENCES ? '' : JSON.stringify(preferences)
  const rare = `${asked} ${serviceTier ?? ''} ${valueOfTime ?? ''}${work ? workKey(work) : ''}`
  return rare.length > MAX_RARE ? undefined : rare
}

function areSame(names: readonly string[], others: readonly string[]): boolean {
  if (names.length !== others.length) return false
  for (let at = 0; at < names.length; at++) if (names[at] !== others[at]) return false
  return true
}

/** Numbers to 6 %, as tokens are; words as they are. */
const workKey = (work: Usage) =>
  Object.entries(work)
    .map(([name, value]) => ` ${name} ${typeof value === 'number' ? bucketOf(value) : value}`)
    .join('')

/** The five highest bits of a whole number, and how many follow them. */
function bucketOf(tokens: number): number {
  const whole = Math.min(2 ** 31 - 1, Math.max(0, Math.round(tokens)))
  const shift = Math.max(0, 27 - Math.clz32(whole))
  return (shift << 5) + (whole >>> shift)
}
