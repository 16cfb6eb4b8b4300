/**
 * What is published of how makers count a prompt, by the model's name. Everything that counts here is an estimate:
 * makers add words of their own to a prompt, and few publish their tokenizer.
 */

/** One of OpenAI's, which are public. */
export type Encoding = 'o200k_base' | 'cl100k_base'

/** What an image costs, in tokens, from its size in pixels. */
export type ImageRule =
  /**
   * Scaled into 2048 x 2048, then to a shortest side of 768 at most, and cut into squares of 512: `base`, and `each`
   * for every square.
   */
  | { readonly kind: 'squares'; readonly base: number; readonly each: number }
  /**
   * Cut into squares of `side` pixels, at most so many after scaling down: `factor` for every square. `longest`: pixels
   * of the longest side.
   */
  | {
      readonly kind: 'patches'
      readonly side: number
      readonly most: number
      readonly factor: number
      readonly longest?: number
    }

export interface TokenFamily {
  readonly encoding: Encoding
  /** Tokens of the model for each token of the encoding. */
  readonly ratio: number
  /** Tokens around each message, and around the whole prompt. */
  readonly perMessage: number
  readonly perPrompt: number
  /** Tokens of the maker's own words that come with tools. */
  readonly withTools: number
  readonly image: ImageRule
}

/**
 * Messages of ChatML: 3 tokens each and 3 for the answer's beginning,
 * https://developers.openai.com/cookbook/examples/how_to_count_tokens_with_tiktoken; images:
 * https://developers.openai.com/api/docs/guides/images-vision (read in November 2026).
 */
const GPT: TokenFamily = {
  encoding: 'o200k_base',
  ratio: 1,
  perMessage: 3,
  perPrompt: 3,
  withTools: 9,
  image: { kind: 'squares', base: 70, each: 140 },
}

/**
 * 1.07 tokens for each one of o200k_base is what the encoding of Claude 3 to 4.6 in the package ai-tokenizer 1.0.6 (98
 * % and more of the true count, by its own table) gives for English, Markdown and TypeScript. Images are cut into
 * squares of 28 pixels, https://platform.claude.com/docs/en/build-with-claude/vision; 346 tokens come with tools,
 * https://platform.claude.com/docs/en/agents-and-tools/tool-use/overview#pricing.
 */
const CLAUDE: TokenFamily = {
  encoding: 'o200k_base',
  ratio: 1.07,
  perMessage: 3,
  perPrompt: 3,
  withTools: 346,
  image: { kind: 'patches', side: 28, most: 1568, factor: 1, longest: 1568 },
}

/**
 * From Opus 4.7 on another tokenizer, with up to 1.35 times as many tokens, and larger images (the maker's notes on the
 * model).
 */
const NEW_CLAUDE: TokenFamily = {
  ...CLAUDE,
  ratio: 1.35,
  image: { kind: 'patches', side: 28, most: 4784, factor: 1, longest: 2576 },
}

/**
 * 258 tokens for each square of 768 pixels, https://ai.google.dev/gemini-api/docs/tokens; its tokenizer is of the size
 * of o200k_base.
 */
const GEMINI: TokenFamily = {
  ...GPT,
  perMessage: 4,
  withTools: 0,
  image: { kind: 'patches', side: 768, most: 64, factor: 258 },
}

/**
 * Models with open weights: vocabularies of 100,000 and more, chat templates of about 5 tokens; images as Qwen-VL cuts
 * them.
 */
const OTHERS: TokenFamily = {
  ...GPT,
  perMessage: 5,
  withTools: 100,
  image: { kind: 'patches', side: 28, most: 4096, factor: 1 },
}

const small = (factor: number): TokenFamily => ({ ...GPT, image: { kind: 'patches', side: 32, most: 1536, factor } })
const squares = (base: number, each: number): TokenFamily => ({ ...GPT, image: { kind: 'squares', base, each } })

/** The first that matches a model's name without its maker (`anthropic/`), in lower case. */
const FAMILIES: readonly (readonly [name: RegExp, family: TokenFamily])[] = [
  [
    /claude-(?:[23]|instant|(?:opus|sonnet|haiku)-4(?:-[0-6](?:\D|$)|[-@]20\d{6}|$)|(?:opus|sonnet|haiku)-4\.[0-6])/,
    CLAUDE,
  ],
  [/claude/, NEW_CLAUDE],
  [/gpt-(?:4\.1|5)-mini/, small(1.62)],
  [/gpt-(?:4\.1|5)-nano/, small(2.46)],
  [/o4-mini/, small(1.72)],
  [/gpt-4o-mini/, squares(2833, 5667)],
  [/gpt-4o|gpt-4\.[15]|chatgpt-4o/, squares(85, 170)],
  [/^o[13](?:-|$)/, squares(75, 150)],
  [/gpt-3\.5|gpt-4/, { ...squares(85, 170), encoding: 'cl100k_base' }],
  [/gpt|^o\d/, GPT],
  [/gemini|gemma/, GEMINI],
]

/** By the upstream's name of a model. */
export function familyOf(model: string): TokenFamily {
  const name = model.slice(model.lastIndexOf('/') + 1).toLowerCase()
  return FAMILIES.find(([pattern]) => pattern.test(name))?.[1] ?? OTHERS
}
