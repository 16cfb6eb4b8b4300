import type { RequestType } from '../../base/request-types.ts'
import type { Belief } from './strategy.ts'
import type { Operation, OutcomeKind, Wire } from './words.ts'

/** One upstream call. Times in milliseconds, money in USD, token counts as the upstream gave them. */
export interface AttemptRecord {
  readonly endpoint: string
  readonly kind: OutcomeKind
  /** From the request's arrival to the start of this attempt. */
  readonly startMs: number
  readonly totalMs: number
  readonly status?: number
  /** To the first output token; not streaming: to the whole body. */
  readonly ttftMs?: number
  readonly usage?: Usage
  readonly costUsd?: number
  readonly finishReason?: string
  /** The upstream's own id of the request, by which its people find it. */
  readonly requestId?: string
  /** Events of its stream that were no JSON and were left out. Absent: none. */
  readonly brokenEvents?: number
  readonly message?: string
  /** It was made with a key of the client's own. */
  readonly byok?: true
}

/** One attempt as the cells count it. */
export interface Outcome extends Pick<AttemptRecord, 'endpoint' | 'kind' | 'ttftMs' | 'totalMs' | 'usage' | 'costUsd'> {
  readonly class: string
  /** Unix milliseconds when it ended. */
  readonly at: number
  readonly stream: boolean
  /**
   * Output tokens per second after the first token. In classes whose work is counted otherwise, so many of that a
   * second: `image` images, `speech` characters, `transcription` seconds of audio, `rerank` documents.
   */
  readonly tokensPerSecond?: number
  /**
   * What it was to cost by list prices and expected tokens, with the cache reads that it had; its effective price is
   * learned against this.
   */
  readonly listUsd?: number
  /**
   * It answered, but not what was asked for: of kind `provider_malformed`, which says nothing of requests that ask for
   * no structure.
   */
  readonly invalidOutput?: boolean
  /** A fault of kind `provider_error` that may be about this one request, such as a firewall's page. */
  readonly doubtful?: boolean
  /** It was asked for a few tokens at the most: it says nothing of how long answers are. */
  readonly brief?: boolean
}

/** What an upstream says that a call used. The tokens below the first two are parts of them. */
export interface Usage {
  /** All input, cached or not. */
  readonly inputTokens?: number
  /** All output, reasoning included. */
  readonly outputTokens?: number
  readonly cacheReadTokens?: number
  readonly cacheWriteTokens?: number
  /** Of `cacheWriteTokens`: those that are kept for an hour. */
  readonly cacheWrite1hTokens?: number
  readonly reasoningTokens?: number
  /** Of the input and of the output: tokens of images and of audio. */
  readonly imageInputTokens?: number
  readonly audioInputTokens?: number
  readonly imageOutputTokens?: number
  readonly audioOutputTokens?: number
  /** Images made, and of which size and quality. */
  readonly images?: number
  readonly imageSize?: string
  readonly quality?: string
  /** Of audio that was heard or spoken. */
  readonly seconds?: number
  /** Of text that was spoken. */
  readonly characters?: number
  readonly documents?: number
  readonly pages?: number
  /** Search units of a reranker. */
  readonly searches?: number
  /** Milliseconds that the upstream needed to load the model first. Beliefs leave them out. */
  readonly loadMs?: number
  /** How it was served, in the upstream's word: `default`, `flex`, `priority`, `batch`, ... */
  readonly serviceTier?: string
  /** What the upstream itself says that it cost. */
  readonly costUsd?: number
}

/** Everything about one request but its content: what the decision log holds and observers see. */
export interface RequestRecord {
  readonly id: string
  /** Unix milliseconds of arrival. */
  readonly time: number
  readonly requestedModel: string
  /** The model of the chain that was used. */
  readonly model: string
  readonly operation: Operation
  readonly wire: Wire
  readonly class: string
  readonly stream: boolean
  readonly strategy: string
  readonly configVersion: string
  readonly inputTokensEstimate: number
  /** Tokens of output that were expected. */
  readonly outputTokensEstimate?: number
  /** Of the strategy's random numbers (mulberry32): with it a decision can be made again. */
  readonly seed?: number
  /** USD that an hour of waiting costs the client, when it or its key said so. */
  readonly valueOfTime?: number
  /** What had a say in the order beside the strategy; absent when nothing had. */
  readonly placedBy?: 'sort' | 'order' | 'affinity' | 'threshold'
  /** How the model was chosen, when the one asked for is a selector. */
  readonly selection?: ModelSelection
  readonly candidates: readonly CandidateRecord[]
  readonly excluded: readonly Exclusion[]
  readonly attempts: readonly AttemptRecord[]
  readonly kind: OutcomeKind
  /** The client got an answer although its output is invalid: nobody did better. Its kind is `provider_malformed`. */
  readonly delivered?: true
  /** The upstream's id of the answer, under which a client may ask for it. */
  readonly upstreamId?: string
  /** The client's `x-request-id` and W3C `traceparent`, when it sent them. */
  readonly requestId?: string
  readonly traceparent?: string
  /** Fingerprint of the client's key, which is not the key; absent when the router asked for none. */
  readonly client?: string
  readonly totalMs: number
  /** Time spent in the router itself before the first upstream byte was asked for. */
  readonly overheadMs: number
}

/** A choice among models, by what is known of their answers to requests like this one. */
export interface ModelSelection {
  /** The selector's name. */
  readonly name: string
  /** Short name of the task that the request belongs to, when it could be recognised. */
  readonly task?: string
  /** Kind of work that it asks for, as far as cheap features show: `chat`, `code`, `translation`, ... */
  readonly type?: RequestType
  /** Share of the best model's quality that was asked for. */
  readonly floor: number
  /** Gain of quality that paid for a cost of 1, see `ModelCandidate.cost`. */
  readonly weight?: number
  /** Share of requests that went to any of the models by chance, where it was not 0.02. */
  readonly exploration?: number
  /** What of its last message the qualities were expected from, beside length and names; absent: nothing. */
  readonly by?: 'words' | 'embedding'
  /** Of the request: pairs of an index and a value, which the qualities were expected from. */
  readonly features?: readonly number[]
  /** As they are tried. */
  readonly models: readonly ModelCandidate[]
  /** Of answers that were checked before the client got one, in order; absent: none was. */
  readonly checks?: readonly CheckRecord[]
}

/** What one check said of a model's answer before the client got it. */
export interface CheckRecord {
  /** Whose answer it was. */
  readonly model: string
  /** `schema`, `agreement`, `logprob`, `judge` or `tests`. */
  readonly check: string
  /** Absent: it could not say, and the answer went on as if it were right. */
  readonly passed?: boolean
  /** How often it was taken to be right, and the opinions that this was learned from; absent: as declared. */
  readonly reliability?: number
  readonly opinions?: number
  /** Chance of a good answer, as it was expected before the check. */
  readonly expected?: number
  /** Why it failed, or could not say. */
  readonly detail?: string
  readonly totalMs: number
  /** What its own upstream calls cost, which are on record as requests of their own. */
  readonly costUsd?: number
  /** Where it failed: the next better model, with which chance it was asked instead, and whether it was. */
  readonly next?: string
  readonly chance?: number
  readonly escalated?: boolean
}

export interface ModelCandidate {
  readonly model: string
  /** Mean and sd of the chance of a good answer. */
  readonly quality: number
  readonly qualitySd: number
  /** sd of the normal draw about `quality` that decided; absent in lines of routers that drew 0.7 of `qualitySd`. */
  readonly drawSd?: number
  /** Opinions behind it, by weight. */
  readonly opinions: number
  /** Expected, for this request; absent when no price is known. */
  readonly priceUsd?: number
  /** That price above the cheapest model's, in mean differences of the dearest and the cheapest model. */
  readonly cost?: number
  /** Probability that it was tried first. */
  readonly propensity: number
  /**
   * Where learning began: `declared` by the operator, found by the `map`'s members, a benchmark's name, or `list`, the
   * model's place in it; absent where nobody knew anything.
   */
  readonly prior?: string
  /** A selector's budget left too little for it: it could only be asked where no other gave an answer. */
  readonly overBudget?: boolean
  readonly why: string
}

export interface CandidateRecord {
  readonly endpoint: string
  readonly model: string
  readonly score: number
  readonly propensity: number
  readonly why: string
  /** Beliefs' means at decision time: ms, tokens/s, probability, USD. */
  readonly ttftMs: number
  readonly tokensPerSecond: number
  readonly success: number
  readonly priceUsd?: number
  /** What of `priceUsd` is learned: what is really paid, over list prices and expected tokens. Left out at 1. */
  readonly priceRatio?: number
  /** Sd of log time to first token and of log speed. */
  readonly ttftSd?: number
  readonly speedSd?: number
  /** Answers behind the speed. */
  readonly speedN?: number
  readonly position?: number
  /** These are left out where nothing is special: 1, 0, no cap, no outage. */
  readonly weight?: number
  readonly stall?: number
  readonly inFlight?: number
  readonly cap?: number
  readonly outage?: boolean
  readonly buffered?: boolean
  readonly detectMs?: number
  readonly limited?: number
  /**
   * Beta parameters of structured answers being well-formed, and what the speed is known from: only where there were
   * such answers.
   */
  readonly validA?: number
  readonly validB?: number
  readonly speedFrom?: Belief['from']
  /** What the time to the first token is known from, where not from the endpoint's own answers in this class. */
  readonly ttftFrom?: Belief['from']
  /** Length of its answers over that of its peers', where it is below a third of it. */
  readonly lengthRatio?: number
  /** Of the last minute, where the operator has set limits. */
  readonly used?: { readonly requests: number; readonly tokens: number; readonly rpm?: number; readonly tpm?: number }
}

export interface Exclusion {
  readonly endpoint: string
  readonly model: string
  /** `ignore`, `only`, `max_price`, `context_length`, `require_parameters`, `breaker`, `rate_limited`, ... */
  readonly reason: string
  readonly detail: string
}
