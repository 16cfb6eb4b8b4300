import type { Quirks } from 'commonroute/plugin'
import { TOOL_NAMES } from '../shared/quirks.ts'

/**
 * Sources: https://platform.openai.com/docs/api-reference/chat/create (four stop sequences, names of 64 characters, at
 * least one tool); its 400s as reported in bifrost#1000 (`user`: 64 characters), langchain-mcp-adapters#137 (objects
 * without properties), litellm#17343 (ids of calls: 40 characters), litellm#38790 (`cache_control`); "schema must have
 * type 'object' and not have 'oneOf'/'anyOf'/'allOf'" at its top.
 */
const COMMON: Quirks = {
  noEmptyTools: true,
  dropEverywhere: ['cache_control'],
  reasoning: 'none',
  user: { maxLength: 64 },
  toolIds: { characters: '\\x21-\\x7e', maxLength: 40 },
  toolNames: TOOL_NAMES,
  toolSchemas: { properties: true, noTopLevelUnions: true },
  maxStops: 4,
}

/** "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead." */
const RENAMED: Quirks = {
  ...COMMON,
  rename: { max_tokens: 'max_completion_tokens' },
  reasoningKnob: { form: 'reasoning_effort' },
}

const WITHOUT_SAMPLING: Quirks = {
  ...RENAMED,
  drop: [
    'temperature',
    'top_p',
    'presence_penalty',
    'frequency_penalty',
    'logit_bias',
    'logprobs',
    'top_logprobs',
    'stop',
  ],
}

/**
 * What a model answers with an error. The o series and GPT-5 take no sampling parameters; GPT-5.1 and later take them
 * when they do not reason, so those stay. All of them, but for the chat variants, want `max_completion_tokens`. Source:
 * https://developers.openai.com/api/docs/guides/latest-model, "parameter compatibility".
 */
export function quirksOf(model: string): Quirks {
  if (/^(?:o\d|gpt-5(?:-(?:mini|nano|\d{4})|$))/.test(model)) return WITHOUT_SAMPLING
  return /^gpt-(?:5\.\d|[6-9]|\d\d)(?!.*chat)/.test(model) ? RENAMED : COMMON
}
