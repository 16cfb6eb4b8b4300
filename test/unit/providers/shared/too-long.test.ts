import { describe, expect, it } from 'vitest'
import { classifyError } from '../../../../providers/shared/classify.ts'

const kindOf = (status: number, body: unknown) => classifyError(status, {}, JSON.stringify(body), 0).kind
const error = (message: string, more: object = {}) => ({ error: { message, type: 'invalid_request_error', ...more } })

describe('a prompt that is too long, in whatever words', () => {
  it.each([
    ['Anthropic', 'prompt is too long: 210000 tokens > 200000 maximum'],
    [
      'Anthropic, with max_tokens',
      'input length and `max_tokens` exceed context limit: 190000 + 32000 > 200000, decrease input length or `max_tokens` and try again',
    ],
    ['OpenAI', 'Your input exceeds the context window of this model. Please adjust your input and try again.'],
    [
      'OpenAI Responses',
      'Input tokens exceed the configured limit of 272000 tokens. Your messages resulted in 300000 tokens.',
    ],
    ['OpenAI embeddings', 'Requested 400000 tokens, max 300000 tokens per request'],
    ['Gemini', 'The input token count (1200000) exceeds the maximum number of tokens allowed (1048576).'],
    ['Perplexity', 'The total length of all messages is too long.'],
    ['Moonshot', 'Invalid request: Your request exceeded model token limit: 131072'],
    ['Z.ai', 'Prompt exceeds max length'],
    ['DashScope', '<400> InternalError.Algo.InvalidParameter: Range of input length should be [1, 129024]'],
    ['Copilot', 'prompt token count of 140000 exceeds the limit of 128000'],
    ['watsonx', 'the number of input tokens 9000 cannot exceed the total tokens limit 8192 for this model'],
    [
      'Bedrock',
      'Malformed input request: expected maxLength: 2048, actual: 9000, please reformat your input and try again.',
    ],
    ['Bedrock Claude', 'Input is too long for requested model.'],
    ['Bedrock Titan', 'Too many input tokens. Max input tokens: 8192, request input token count: 9000'],
    [
      'Mistral',
      'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length',
    ],
    ['Cohere', 'too many tokens: total number of tokens in the prompt cannot exceed 4081 - received 5000.'],
    ['xAI', "This model's maximum prompt length is 131072 but the request contains 537812 tokens."],
    ['Groq, Cerebras', 'Please reduce the length of the messages or completion.'],
    ['MiniMax', 'invalid params, context window exceeds limit'],
    ['Ollama', 'prompt too long; exceeded max context length by 1000 tokens'],
    ['SGLang', "The input (9000 tokens) is longer than the model's context length (8192 tokens)."],
    ['TGI', 'Input validation error: `inputs` must have less than 1024 tokens. Given: 2000'],
    ['Together', 'Input validation error: `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000'],
    ['TabbyAPI', 'Prompt length 9000 is greater than max_seq_len 8192'],
    ['Doubao', 'Total tokens of image and text exceed max message tokens'],
    ['Fireworks', 'The prompt is too long: 140000, model maximum context length: 131071'],
    ['in Chinese', 'Prompt 超长'],
    ['in Chinese, Qianfan', '输入内容超过模型的最大长度限制'],
  ])('%s: %s', (_who, message) => {
    expect(kindOf(400, error(message))).toBe('caller_too_long')
  })

  it.each([
    ['detail.error', { detail: { error: "This model's maximum context length is 32768 tokens" } }],
    [
      'errors[0]',
      {
        errors: [
          {
            code: 'invalid_input_argument',
            message: 'the number of input tokens 9 cannot exceed the total tokens limit 8',
          },
        ],
      },
    ],
    ['a code alone', { error: { code: '1261', message: '' } }],
    [
      'a part of the prompt',
      error('string too long. Expected at most 1048576', {
        param: 'messages[0].content',
        code: 'string_above_max_length',
      }),
    ],
  ])('said in %s', (_where, body) => {
    expect(kindOf(400, body)).toBe('caller_too_long')
  })

  it.each([
    [
      'a tool name',
      error(
        "Invalid 'tools[0].function.name': string too long. Expected a string with maximum length 64, but got 80 instead.",
        {
          param: 'tools[0].function.name',
          code: 'string_above_max_length',
        },
      ),
    ],
    ['a tool name, without a code', error('tools.0.custom.name: tool name is too long, at most 64 characters')],
    [
      'user',
      error("Invalid 'user': string too long. Expected a string with maximum length 64", {
        param: 'user',
        code: 'string_above_max_length',
      }),
    ],
    ['user_id', error('metadata.user_id: user_id is too long, it exceeds the maximum of 128 characters')],
    [
      'stop',
      error("Invalid 'stop': array too long. Expected an array with maximum length 4", {
        param: 'stop',
        code: 'array_above_max_length',
      }),
    ],
    [
      'a stop sequence at Bedrock',
      error('Malformed input request: #/stop_sequences/0: expected maxLength: 16, actual: 40'),
    ],
    [
      'max_tokens',
      error("Invalid 'max_tokens': integer above maximum value. Expected a value <= 4096", { param: 'max_tokens' }),
    ],
    [
      'max_tokens at Anthropic',
      error('max_tokens: 100000 > 8192, which is the maximum allowed number of output tokens for claude-3-5-sonnet'),
    ],
  ])('%s is not one', (_what, body) => {
    expect(kindOf(400, body)).toBe('caller_invalid')
  })
})
