/** A check of answers. `reliability`: how often it is right. */
export type CheckConfig = { readonly reliability: number } & (
  | { readonly check: 'schema' }
  | AgreementConfig
  | { readonly check: 'logprob'; readonly threshold: number }
  | { readonly check: 'judge'; readonly model: string; readonly budgetUsd: number; readonly rpm?: number }
  | TestsConfig
)

/** Two answers of the same model are compared. `parallel`: both are asked for at once. */
export interface AgreementConfig {
  readonly check: 'agreement'
  readonly threshold: number
  readonly parallel: boolean
}

/** A command or an address of the operator's that says whether an answer is right. */
export interface TestsConfig {
  readonly check: 'tests'
  readonly command?: readonly [program: string, ...args: string[]]
  readonly url?: string
  readonly timeoutMs: number
  /** It is given the request, too. */
  readonly withRequest: boolean
}

/** A choice among models, cheapest first. */
export interface SelectConfig {
  readonly from: readonly string[]
  /** Share of good answers that the operator expects, by model. */
  readonly qualities?: ReadonlyMap<string, number>
  /** Share of the best model's quality that answers need on average. */
  readonly minQuality: number
  /** Over what: all requests, or those of each task. */
  readonly per: 'all' | 'task'
  /** USD that a request may cost on average; beats `minQuality`. */
  readonly budgetUsd?: number
  /** What of a request's last message it learns by. */
  readonly features: {
    readonly words: boolean
    /** By a model's embeddings in place of words, where they come in time. */
    readonly embeddings?: {
      readonly model: string
      readonly timeoutMs: number
      readonly budgetUsd: number
      /** Requests per minute; absent: 600 where a price is missing, else no limit. */
      readonly rpm?: number
    }
  }
  /** Who is asked in the background whether a share of the answers is right, at how many USD a day at most. */
  readonly judge?: {
    readonly model: string
    readonly share: number
    readonly budgetUsd: number
    /** Requests per minute; absent: 60 where a price is missing, else no limit. */
    readonly rpm?: number
  }
  /** How answers are checked before the client gets them, in order; absent: not at all. */
  readonly verify?: readonly CheckConfig[]
  /** What of a conversation's way on counts as a sign of how good its answers were. */
  readonly signals: { readonly repeats: boolean; readonly tools: boolean; readonly words: boolean }
}
