import type { Wire } from 'commonroute/plugin'

/**
 * Whose model an id names, without the region or the profile that it runs in: `us.anthropic.claude-…` is Anthropic's
 * (https://docs.aws.amazon.com/bedrock/latest/userguide/inference-profiles-support.html). An ARN of an application's
 * own profile hides it.
 */
export function makerOf(model: string): string | undefined {
  const id = model.slice(model.lastIndexOf('/') + 1)
  return /^(?:(?:us-gov|us|eu|apac|jp|au|ca|sa|me|global)\.)?([a-z0-9]+)\./.exec(id)?.[1]
}

/** Anthropic's own name of a Claude: `claude-sonnet-4-5-20250929`. */
export const claudeName = (model: string): string =>
  model.replace(/^.*anthropic\./, '').replace(/-v\d+(?::\d+)?(?::\w+)?$/, '')

const CLAUDE: readonly Wire[] = ['bedrock-converse', 'anthropic-messages']
const OTHERS: readonly Wire[] = ['bedrock-converse']

/** A client of Messages is passed through to Claude; everybody else, and every other model, goes by Converse. */
export const chatWires = (model: string): readonly Wire[] => (makerOf(model) === 'anthropic' ? CLAUDE : OTHERS)
