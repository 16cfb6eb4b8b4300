/** USD per million tokens, except `request`: USD per request. */
export interface Price {
  readonly prompt: number
  readonly completion: number
  readonly cacheRead?: number
  readonly cacheWrite?: number
  readonly request?: number
}

/** What an endpoint can do. Absent means unknown, and unknown is never a reason to exclude, except under `require_parameters`. */
export interface Capabilities {
  /** Request parameters that have an effect, in OpenRouter's `supported_parameters` vocabulary. */
  readonly parameters?: readonly string[]
  readonly inputModalities?: readonly string[]
  /** Tokens. */
  readonly contextLength?: number
  /** Tokens. */
  readonly maxOutputTokens?: number
}

/** One provider + upstream model (+ region): the thing that is ranked, tried and learned about. */
export interface Endpoint extends Capabilities {
  /** `provider/upstream-model` or `provider/upstream-model@region`; stable across reloads and key rotation. */
  readonly id: string
  readonly provider: string
  /** The upstream's own name of the model. */
  readonly model: string
  readonly region?: string
  readonly weight: number
  readonly price?: Price
  readonly quantization?: string
}
