import { createHash } from 'node:crypto'
import { BoundedMap } from '../../base/bounded-map.ts'
import { isObject } from '../../base/json/is-object.ts'
import type { SelectConfig } from '../../config/types.ts'
import { OWN_CLIENTS } from '../../outcomes/log/own-clients.ts'
import type { UsageBook } from '../../outcomes/usage/usage-book.ts'
import type { Catalogue } from '../../routing/catalogue.ts'
import type { Engine } from '../../routing/engine.ts'
import type { Call } from '../../routing/ports.ts'
import { lastMessage } from '../../wire/describe/last-message.ts'
import { unpricedAmong } from '../is-priced.ts'
import { isPrivate } from '../judging/judge.ts'
import { ownCall } from '../own-requests/own-call.ts'
import type { OwnRequests } from '../own-requests/own-requests.ts'
import { RateLimits } from '../own-requests/rate-limits.ts'
import { project } from './project.ts'

type EmbeddingsConfig = NonNullable<SelectConfig['features']['embeddings']>
type Embedding = readonly number[]

/** Characters of a message, from its end. */
const MAX_TEXT = 8000
const KEPT = 5000
/** At a time; further requests go by their words. */
const MAX_RUNNING = 16
/** One that comes too late for its request is kept for the same message, if it comes by then. */
const MAX_MS = 5000
/** Requests per minute where a price is missing, so that no budget can be kept. */
export const UNPRICED_RPM = 600

/**
 * Embeddings of requests' last messages for the selectors that learn by them, from any of the configured models. They
 * are kept in memory by a hash of the message. A request waits its selector's `timeout` at most, and never fails of it.
 */
export class Embedder {
  readonly #engine: () => Engine
  readonly #requests: OwnRequests
  readonly #kept = new BoundedMap<string, Embedding>(KEPT)
  readonly #running = new Map<string, Promise<Embedding | undefined>>()
  readonly #usage: UsageBook
  readonly #limits = new RateLimits()

  /** `usage`: what a day (UTC) of it has cost, shared by all processes of a router. */
  constructor(engine: () => Engine, usage: UsageBook, requests: OwnRequests) {
    this.#engine = engine
    this.#usage = usage
    this.#requests = requests
  }

  /** What looks up what a call refers to, followed by its embedding. */
  after(recall: (call: Call, account: string) => Call | Promise<Call>): typeof recall {
    return (call, account) => {
      const full = recall(call, account)
      return full instanceof Promise ? full.then((each) => this.embed(each)) : this.embed(full)
    }
  }

  /** The call with its embedding, where its selector wants one. */
  embed(call: Call): Call | Promise<Call> {
    const config = this.#wanted(call)
    if (!config) return call
    const text = lastMessage(call.body).slice(-MAX_TEXT)
    if (text === '') return call
    const key = createHash('sha256').update(config.model).update('\n').update(text).digest('base64')
    const kept = this.#kept.get(key)
    if (kept) return { ...call, embedding: kept }
    const running = this.#running.get(key) ?? this.#begin(key, text, config)
    return running ? within(running, config.timeoutMs).then((embedding) => withEmbedding(call, embedding)) : call
  }

  #wanted(call: Call): EmbeddingsConfig | undefined {
    const { model } = call.body
    if (typeof model !== 'string' || call.operation !== 'chat') return undefined
    const config = this.#engine().catalogue.models.get(model)?.select?.features.embeddings
    return config && !isPrivate(call) ? config : undefined
  }

  #begin(key: string, text: string, config: EmbeddingsConfig): Promise<Embedding | undefined> | undefined {
    if (this.#running.size >= MAX_RUNNING) return undefined
    if (this.#usage.spent(OWN_CLIENTS.embeddings, config.model, Date.now()) >= config.budgetUsd) return undefined
    if (!this.#isWithinLimit(config)) return undefined
    const running = this.#ask(text, config)
      .then((embedding) => {
        if (embedding) this.#kept.set(key, embedding)
        return embedding
      })
      .finally(() => this.#running.delete(key))
    this.#running.set(key, running)
    return running
  }

  #isWithinLimit({ model, rpm }: EmbeddingsConfig): boolean {
    const isUnpriced = () => unpricedAmong([model], this.#engine().catalogue).length > 0
    const limit = rpm ?? (isUnpriced() ? UNPRICED_RPM : undefined)
    return limit === undefined || this.#limits.take(model, limit)
  }

  async #ask(text: string, { model }: EmbeddingsConfig): Promise<Embedding | undefined> {
    const call = ownCall('embedding', { model, input: text, encoding_format: 'float' })
    const { bytes } = await this.#requests.ask(call, OWN_CLIENTS.embeddings, AbortSignal.timeout(MAX_MS))
    const embedding = embeddingIn(bytes)
    return embedding && project(embedding)
  }
}

/** Models whose embeddings no budget limits: one of their endpoints has no price. */
export const unpricedEmbedders = (catalogue: Catalogue): string[] =>
  unpricedAmong(
    [...catalogue.models.values()].flatMap(({ select }) => select?.features.embeddings?.model ?? []),
    catalogue,
  )

const withEmbedding = (call: Call, embedding: Embedding | undefined): Call =>
  embedding ? { ...call, embedding } : call

/** Undefined when it takes longer. */
function within<T>(promise: Promise<T | undefined>, ms: number): Promise<T | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(undefined), ms)
    const settle = (value: T | undefined) => {
      clearTimeout(timer)
      resolve(value)
    }
    promise.then(settle, () => settle(undefined))
  })
}

/** Of an answer to POST /v1/embeddings. */
function embeddingIn(bytes: Buffer): readonly number[] | undefined {
  let answer: unknown
  try {
    answer = JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
  const [first] = isObject(answer) && Array.isArray(answer.data) ? (answer.data as unknown[]) : []
  const embedding = isObject(first) ? first.embedding : undefined
  return Array.isArray(embedding) && embedding.every(Number.isFinite) ? embedding : undefined
}
