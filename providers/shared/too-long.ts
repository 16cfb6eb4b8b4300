/**
 * The words in which upstreams say that a prompt is longer than the model takes. Collected from the providers' error
 * pages, from servers' sources (vLLM, SGLang, llama.cpp, TGI, LM Studio, Ollama, TabbyAPI) and from public reports such
 * as litellm#10793 and litellm#21558.
 */
const TOO_LONG = new RegExp(
  [
    // OpenAI, vLLM, SGLang, llama.cpp, LM Studio, OpenRouter, MiniMax; Anthropic with max_tokens counted in.
    'context[ _-](?:length|window|size|limit)',
    'maximum context',
    // xAI, vLLM, SambaNova, TabbyAPI.
    'max(?:imum)?(?:[ _]\\w+)?[ _](?:input|prompt|sequence|model|seq)[ _]?(?:len|tokens)',
    'max(?:imum)?[ _](?:input|prompt|sequence|model|seq)[ _]?len',
    // Anthropic, Bedrock, Fireworks, Perplexity, Ollama.
    '(?:prompt|inputs?|conversation|messages) (?:(?:is|are|was) )?too (?:long|large)',
    'length of (?:all|the|your) (?:messages?|prompt|input|conversation)\\b.{0,40}(?:too long|exceed)',
    // Gemini, Copilot, Databricks, watsonx, OpenAI's Responses, Jina, Doubao.
    '(?:prompt|input|text|message)s?\\b(?!_).{0,60}\\bexceed\\w*\\b.{0,40}(?:length|tokens?\\b|limit|maximum)',
    '(?:total|number of (?:input|prompt|total)) tokens\\b.{0,60}exceed',
    'exceed\\w* the (?:max\\w*|available) (?:number of )?(?:input |allowed )?tokens',
    // Moonshot; Z.ai; DashScope; Bedrock; Voyage.
    'request exceeded model token limit',
    'prompt exceeds max',
    'range of input length',
    'expected maxlength: \\d{4,}',
    'max\\w*\\b.{0,20}tokens per (?:request|batch|submitted|input)',
    // Cohere, Bedrock, AI21; Groq, Cerebras; TGI, Together; Mistral.
    'too many (?:input |total |prompt )?tokens',
    'reduce the length',
    'tokens? \\+ `?max_new_tokens',
    'must have less than \\d+ tokens',
    'prompt contains \\d+ tokens',
    '(?:is )?longer than the (?:model|maximum|context)',
    // Z.ai, Qianfan and other Chinese services: too long; exceeds the (maximum) length or context.
    '超长|超过.{0,12}(?:长度|上下文|限制)|上下文.{0,6}(?:过长|超)',
  ].join('|'),
  'i',
)

/** A short field of the request that is too long for itself: it is too long at every size of context. */
const SHORT_FIELD =
  /\b(?:names?|user(?:_id)?|stop(?:_sequences?)?|tool_call_id|id|metadata|safety_identifier|prompt_cache_key|description|title|url|keys?)\b\W{0,3}(?:\w+\W+){0,4}(?:(?:is |are )?too long|must be (?:at most|no longer)|maximum length|exceeds)/i

/** A limit over time, not of one prompt. */
const OVER_TIME = /per (?:minute|min|hour|day|second)\b|\b[TR]P[MD]\b|rate.?limit|quota/i

/** `error.param` of a text that a model reads. */
const CONTENT_PARAM = /(?:^|[.\]])(?:content|input|prompt|messages|instructions|system|text)(?:\[\d+\])*$/

export const saysTooLong = (text: string): boolean =>
  TOO_LONG.test(text) && !SHORT_FIELD.test(text) && !OVER_TIME.test(text)

/** Of `string_above_max_length`: true when the string is a part of the prompt. */
export const isContentParam = (param: string | undefined): boolean => param === undefined || CONTENT_PARAM.test(param)
