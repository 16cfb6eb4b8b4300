import type { Capabilities, Wire } from 'commonroute/plugin'

/**
 * Whose model an id names, without the region or the profile that it runs in: `us.anthropic.claude-…` is Anthropic's
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html). An ARN of an application's
 * own profile hides it.
 */
export const makerOf = (model: string): string | undefined => /^([a-z0-9]+)\./.exec(baseModel(model))?.[1]

const PROFILE = /^(us-gov|us|eu|apac|jp|au|ca|sa|me|global)\./

/** Its id, of an ARN too. */
const idOf = (model: string): string => model.slice(model.lastIndexOf('/') + 1)

/** By its own id, without the profile that it runs in. */
export const baseModel = (model: string): string => idOf(model).replace(PROFILE, '')

/** Where requests to an inference profile may be worked on: `eu`, ..., `global`; undefined for models of one region. */
export const areaOf = (model: string): string | undefined => PROFILE.exec(idOf(model))?.[1]

/** Anthropic's own name of a Claude: `claude-sonnet-4-5-20250929`. */
export const claudeName = (model: string): string =>
  model.replace(/^.*anthropic\./, '').replace(/-v\d+(?::\d+)?(?::\w+)?$/, '')

const CLAUDE: readonly Wire[] = ['bedrock-converse', 'anthropic-messages']
const OTHERS: readonly Wire[] = ['bedrock-converse']
const NONE: readonly Wire[] = []
/** Models that embed, by what they are asked in. */
const EMBEDDING: readonly (readonly [RegExp, readonly Wire[]])[] = [
  [/^amazon\.titan-embed-/, ['titan-embed']],
  [/^cohere\.embed-/, ['cohere-embed']],
]
const COUNTING: readonly Wire[] = ['bedrock-count-tokens']

/**
 * A client of Messages is passed through to Claude; everybody else, and every other model, goes by Converse. Tokens are
 * counted for Claude only. An application's own profile may be of anything.
 */
export function wiresOf(model: string): Pick<Capabilities, 'chatWires' | 'wires'> {
  const base = baseModel(model)
  const embedding = EMBEDDING.find(([pattern]) => pattern.test(base))?.[1]
  if (embedding) return { chatWires: NONE, wires: { embedding, counting: NONE } }
  const maker = makerOf(model)
  if (maker === undefined) return { chatWires: OTHERS, wires: { counting: NONE } }
  if (maker === 'anthropic') return { chatWires: CLAUDE, wires: { embedding: NONE, counting: COUNTING } }
  return { chatWires: OTHERS, wires: { embedding: NONE, counting: NONE } }
}
