import type { DataPolicy } from './data-policy.ts'
import type { Operation, Wire } from './words.ts'

/**
 * What is charged for one unit of each thing: USD per million tokens, and per million characters; USD each for
 * `request`, `image`, `second`, `page` and `search`. A rate of tokens that is not there follows another.
 */
export interface Rates {
  readonly prompt: number
  readonly completion: number
  /** Input read from a prompt cache. Default: as `prompt`. */
  readonly cacheRead?: number
  /** Input written to a prompt cache. Default: as `prompt`. */
  readonly cacheWrite?: number
  /** Input written to a prompt cache that keeps it for an hour. Default: twice `prompt`. */
  readonly cacheWrite1h?: number
  readonly request?: number
  /** Tokens of images and of audio among the input. Default: as `prompt`. */
  readonly imagePrompt?: number
  readonly audioPrompt?: number
  /** Tokens of images and of audio among the output. Default: as `completion`. */
  readonly imageCompletion?: number
  readonly audioCompletion?: number
  /** An image that is made. */
  readonly image?: number
  /** A second of audio that is heard or spoken. */
  readonly second?: number
  /** Per million characters of text that are spoken. */
  readonly character?: number
  readonly page?: number
  /** A search unit of a reranker: one query with up to so many documents as the maker says. */
  readonly search?: number
}

/** A list price: the rates of an ordinary call, and what changes them. */
export interface Price extends Rates {
  /**
   * Those that apply are taken one after the other: first its own rates in place of those so far, then `factor` times
   * all of them.
   */
  readonly tiers?: readonly PriceTier[]
}

/** Applies to a call when all of its conditions hold; one without conditions always applies. */
export interface PriceTier extends Partial<Rates> {
  /** Condition: more tokens of input than this, cached or not. All tokens of the call are charged so. */
  readonly aboveInputTokens?: number
  /** Condition: the upstream's word for how the call was served: `flex`, `priority`, `batch`, ... */
  readonly serviceTier?: string
  /** Condition: of images, as `1024x1024`. */
  readonly imageSize?: string
  /** Condition: of images: `low`, `standard`, `hd`, ... */
  readonly quality?: string
  /** Condition: from this moment on. Unix ms. */
  readonly from?: number
  /** Condition: the time of day in UTC, `01:00-04:00`, the end not included; it may span midnight. */
  readonly hours?: string
  readonly factor?: number
}

/**
 * What an endpoint can do. Absent means unknown, and unknown is never a reason to exclude, except under
 * `require_parameters`.
 */
export interface Capabilities {
  /** Request parameters that have an effect, in OpenRouter's `supported_parameters` vocabulary. */
  readonly parameters?: readonly string[]
  readonly inputModalities?: readonly string[]
  /**
   * In OpenRouter's words: text, image, audio, video, embeddings, speech, transcription, rerank. Absent: what its
   * plugin is for, else text.
   */
  readonly outputModalities?: readonly string[]
  /** Tokens. */
  readonly contextLength?: number
  /** Tokens. */
  readonly maxOutputTokens?: number
  /** Wires that chats with this model are asked in, best first. Default: the adapter's `wires.chat`. */
  readonly chatWires?: readonly Wire[]
  /** The same of other operations, where this model differs from its adapter's `wires`; an empty list: not at all. */
  readonly wires?: Readonly<Partial<Record<Exclude<Operation, 'chat'>, readonly Wire[]>>>
}

/** One provider + upstream model (+ region): the thing that is ranked, tried and learned about. */
export interface Endpoint extends Capabilities {
  /** `provider/upstream-model` or `provider/upstream-model@region`; stable across reloads and key rotation. */
  readonly id: string
  readonly provider: string
  /** The upstream's own name of the model. */
  readonly model: string
  readonly region?: string
  /** Absent: nothing is known. Its `region`, where there is one, says where requests are worked on. */
  readonly dataPolicy?: DataPolicy
  readonly weight: number
  readonly price?: Price
  readonly quantization?: string
}
