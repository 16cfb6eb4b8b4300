/**
 * What makers and services publish of models and of themselves. A hub measures none of it: it stands beside the
 * figures. Whoever starts the hub hands it in; every field is absent where nothing is known.
 */
export interface HubFacts {
  /** By the names of a map's cell. */
  model(provider: string, model: string): ModelFacts | undefined
  provider(provider: string): ProviderFacts | undefined
}

/** Of a model at one provider. */
export interface ModelFacts {
  /** `author/slug`, the same whoever serves it. */
  readonly canonical?: string
  /** For people. */
  readonly title?: string
  /** Day, `2026-03-05`. */
  readonly released?: string
  /** Tokens. */
  readonly contextLength?: number
  readonly maxOutputTokens?: number
  /** OpenRouter's words: text, image, audio, video, file. */
  readonly inputModalities?: readonly string[]
  readonly outputModalities?: readonly string[]
  /** OpenRouter's `supported_parameters`. */
  readonly parameters?: readonly string[]
  /** Number format of the weights, `fp8`, as far as the model's name at the provider says it. */
  readonly quantization?: string
  readonly price?: ListPrice
}

/** USD per million tokens, and for an image. */
export interface ListPrice {
  readonly input: number
  readonly output: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
  readonly image?: number
}

export interface ProviderFacts {
  /** Its own name. */
  readonly title: string
  /** True: neither prompt nor answer is kept. */
  readonly zdr?: boolean
  /** `deny`: nothing is kept to train models on. */
  readonly dataCollection?: 'allow' | 'deny'
  /** Where requests are worked on: `eu`, `us`, ... */
  readonly region?: string
  /** URL of the page that says so. */
  readonly policySource?: string
}

export const NO_FACTS: HubFacts = { model: () => undefined, provider: () => undefined }
