import type { BodyQuirks } from '../shared/body-quirks.ts'

/** "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead." */
const RENAMED: BodyQuirks = { rename: { max_tokens: 'max_completion_tokens' } }

const WITHOUT_SAMPLING: BodyQuirks = {
  ...RENAMED,
  drop: ['temperature', 'top_p', 'presence_penalty', 'frequency_penalty', 'logit_bias', 'logprobs', 'top_logprobs', 'stop'],
}

/**
 * What a model answers with an error. The o series and GPT-5 take no sampling parameters; GPT-5.1 and later take them when they do not
 * reason, so those stay. All of them, but for the chat variants, want `max_completion_tokens`.
 * Source: https://developers.openai.com/api/docs/guides/latest-model, "parameter compatibility".
 */
export function quirksOf(model: string): BodyQuirks | undefined {
  if (/^(?:o\d|gpt-5(?:-(?:mini|nano|\d{4})|$))/.test(model)) return WITHOUT_SAMPLING
  return /^gpt-(?:5\.\d|[6-9]|\d\d)(?!.*chat)/.test(model) ? RENAMED : undefined
}
