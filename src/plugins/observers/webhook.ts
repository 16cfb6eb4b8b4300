import {
  defineObserver,
  type Observer,
  type PluginContext,
  type RequestRecord,
  type RouterEvent,
  recordToRow,
} from '../api.ts'

interface Options {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly batch_size: number
  readonly max_queue: number
  readonly interval_ms: number
  readonly timeout_ms: number
  readonly close_timeout_ms: number
}

const MAX_PAUSE_MS = 60_000
/** Events kept while the URL does not answer. */
const MAX_EVENTS = 1_000

/**
 * Posts records to a URL as JSON, `{ "records": [...], "dropped": 0 }` with keys in snake_case, one batch at a time;
 * with `events` in it where something happened to the router itself. A batch that is not taken (no connection, 408,
 * 429, 5xx) is sent again with growing pauses; one that is refused (3xx, other 4xx) is dropped. The queue is bounded:
 * when it is full the oldest records go, and `dropped` counts those that were lost since the last batch that arrived.
 * Likewise `dropped_events`, where some were.
 */
class Webhook implements Observer {
  readonly #options: Options
  readonly #log: PluginContext['log']
  readonly #stop = new AbortController()
  #queue: RequestRecord[] = []
  #events: RouterEvent[] = []
  #dropped = 0
  #droppedEvents = 0
  #failures = 0
  #timer: NodeJS.Timeout | undefined
  #sending: Promise<void> | undefined
  #closed = false

  constructor(options: Options, { log }: PluginContext) {
    this.#options = options
    this.#log = log
  }

  observe(record: RequestRecord): void {
    if (this.#closed) return
    const { max_queue, batch_size, interval_ms } = this.#options
    // A batch at a time, because taking single records off a long list is slow.
    if (this.#queue.length >= max_queue) this.#dropped += this.#queue.splice(0, Math.min(batch_size, max_queue)).length
    this.#queue.push(record)
    if (this.#queue.length >= batch_size && this.#failures === 0) this.#send()
    else this.#sendIn(interval_ms)
  }

  notice(event: RouterEvent): void {
    if (this.#closed) return
    if (this.#events.length >= MAX_EVENTS) {
      this.#droppedEvents++
      return
    }
    this.#events.push(event)
    this.#sendIn(this.#options.interval_ms)
  }

  /** Sends what is left, for as long as `close_timeout_ms`. */
  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    const deadline = setTimeout(() => this.#stop.abort(), this.#options.close_timeout_ms)
    await this.#sending
    while (this.#waits && !this.#stop.signal.aborted) if (!(await this.#sendBatch())) break
    clearTimeout(deadline)
    const lost = this.#queue.length + this.#dropped
    const lostEvents = this.#events.length + this.#droppedEvents
    this.#queue = []
    this.#events = []
    this.#dropped = 0
    this.#droppedEvents = 0
    if (lost + lostEvents > 0)
      this.#log.warn(
        { lost, lost_events: lostEvents },
        'The webhook was closed before all records and events were delivered',
      )
  }

  get #waits(): boolean {
    return this.#queue.length + this.#events.length > 0
  }

  #sendIn(ms: number): void {
    if (this.#timer !== undefined || this.#sending !== undefined) return
    this.#timer = setTimeout(() => this.#send(), ms)
    this.#timer.unref()
  }

  #send(): void {
    if (this.#sending !== undefined) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#sending = this.#sendAll().finally(() => {
      this.#sending = undefined
      if (this.#waits && !this.#closed) this.#sendIn(this.#pauseMs())
    })
  }

  /** Full batches one after the other, and at least one. */
  async #sendAll(): Promise<void> {
    do {
      if (!(await this.#sendBatch())) return
    } while (this.#queue.length >= this.#options.batch_size && !this.#closed)
  }

  #pauseMs(): number {
    return Math.min(
      Math.max(MAX_PAUSE_MS, this.#options.interval_ms),
      this.#options.interval_ms * 2 ** Math.min(20, this.#failures),
    )
  }

  /** True when the batch is done with. Never rejects. */
  async #sendBatch(): Promise<boolean> {
    const batch = this.#queue.splice(0, this.#options.batch_size)
    const dropped = this.#dropped
    const events = this.#events.splice(0)
    const droppedEvents = this.#droppedEvents
    const document = {
      records: batch.map(recordToRow),
      ...(events.length > 0 && { events }),
      dropped,
      ...(droppedEvents > 0 && { dropped_events: droppedEvents }),
    }
    const verdict = await this.#post(JSON.stringify(document))
    if (verdict === 'delivered') {
      this.#dropped -= dropped
      this.#droppedEvents -= droppedEvents
      this.#failures = 0
      return true
    }
    if (verdict === 'refused') {
      this.#dropped += batch.length
      this.#droppedEvents += events.length
      this.#failures = 0
      return true
    }
    this.#failures += 1
    const room = Math.max(0, this.#options.max_queue - this.#queue.length)
    const kept = batch.slice(Math.max(0, batch.length - room))
    this.#dropped += batch.length - kept.length
    this.#queue = [...kept, ...this.#queue]
    const allEvents = [...events, ...this.#events]
    this.#events = allEvents.slice(0, MAX_EVENTS)
    this.#droppedEvents += allEvents.length - this.#events.length
    return false
  }

  async #post(body: string): Promise<'delivered' | 'refused' | 'failed'> {
    const { url, headers, timeout_ms } = this.#options
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
        redirect: 'manual',
        signal: AbortSignal.any([AbortSignal.timeout(timeout_ms), this.#stop.signal]),
      })
      await response.body?.cancel()
      if (response.ok) return 'delivered'
      const again = response.status >= 500 || response.status === 429 || response.status === 408
      this.#log.warn(
        { status: response.status },
        again ? 'The webhook did not take a batch' : 'The webhook refused a batch, which is dropped',
      )
      return again ? 'failed' : 'refused'
    } catch (error) {
      // Only the kind of error: its message may hold the URL, and that may be a secret.
      this.#log.warn({ reason: error instanceof Error ? error.name : 'unknown' }, 'The webhook cannot be reached')
      return 'failed'
    }
  }
}

export default defineObserver<Options>({
  name: 'webhook',
  schema: {
    type: 'object',
    description: 'Posts every request’s record to a URL.',
    required: ['url'],
    properties: {
      url: { type: 'string', pattern: '^https?://', writeOnly: true, examples: ['https://example.com/router-records'] },
      headers: {
        type: 'object',
        additionalProperties: { type: 'string', writeOnly: true },
        default: {},
        description: 'E.g. authorization.',
      },
      batch_size: { type: 'integer', minimum: 1, maximum: 10_000, default: 100, description: 'Records a post.' },
      max_queue: {
        type: 'integer',
        minimum: 1,
        maximum: 1_000_000,
        default: 10_000,
        description: 'Records kept while the URL does not answer.',
      },
      interval_ms: {
        type: 'integer',
        minimum: 1,
        maximum: 3_600_000,
        default: 1000,
        description: 'Longest wait for a batch to fill.',
      },
      timeout_ms: {
        type: 'integer',
        minimum: 1,
        maximum: 600_000,
        default: 10_000,
        description: 'Patience with one post.',
      },
      close_timeout_ms: {
        type: 'integer',
        minimum: 0,
        maximum: 60_000,
        default: 3000,
        description: 'Patience with the last posts when the router stops.',
      },
    },
    additionalProperties: false,
  },
  create: (options, context) => new Webhook(options, context),
})
