import type { Usage } from '../../plugins/api.ts'
import { NO_PREFERENCES, type Preferences } from '../resolve/preferences.ts'
import type { PlanInput } from './plan-input.ts'

/** Characters. Requests with more preferences than this are planned one by one. */
const MAX_KEY = 1024

/**
 * What two requests for a model must have in common to be planned alike. Tokens are told apart in sixteenths of an
 * octave: they are estimates, from which a price is off by no more than 6 % then. Undefined: planned alone.
 */
export function planKey(preferences: Preferences, { demand, home, ...input }: PlanInput): string | undefined {
  if (input.held) return undefined
  const asked = preferences === NO_PREFERENCES ? '' : JSON.stringify(preferences)
  const { parameters, maxOutputTokens, serviceTier, work } = demand
  const kind = (input.stream ? 1 : 0) + (demand.images ? 2 : 0)
  const housed = home ? `${home.endpoint} ${bucketOf(home.cachedTokens)}` : ''
  const names = parameters.length === 0 ? '' : parameters.join()
  const key = `${input.class} ${input.operation} ${input.wire} ${kind} ${bucketOf(input.inputTokens)} ${maxOutputTokens ?? ''} ${names} ${serviceTier ?? ''} ${asked} ${housed}${work ? workKey(work) : ''}`
  return key.length > MAX_KEY ? undefined : key
}

/** Numbers to 6 %, as tokens are; words as they are. */
const workKey = (work: Usage) =>
  Object.entries(work)
    .map(([name, value]) => ` ${name} ${typeof value === 'number' ? bucketOf(value) : value}`)
    .join('')

/** The five highest bits of a whole number, and how many follow them. */
export function bucketOf(tokens: number): number {
  const whole = Math.min(2 ** 31 - 1, Math.max(0, Math.round(tokens)))
  const shift = Math.max(0, 27 - Math.clz32(whole))
  return (shift << 5) + (whole >>> shift)
}
