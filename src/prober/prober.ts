import { isStreamed } from '../bench/inputs.ts'
import { createProbe, type Send } from '../bench/probe.ts'
import type { ProbeResult } from '../federation/protocol/types.ts'
import { FAULT_KINDS } from '../federation/protocol/words.ts'
import type { AttemptRecord, JsonObject } from '../plugins/api.ts'
import { type Budget, tomorrow } from './budget.ts'
import { type ChatShape, chatOf, isStreamedShape, isStructured, turnsOf } from './chats.ts'
import { costAtMost, costIn } from './costs.ts'
import { LoopWatch } from './loop-watch.ts'
import { OwnNetwork } from './own-network.ts'
import { type Asked, isCutShort, isTelling, resultOf } from './result.ts'
import type { ProbeTarget, Standing } from './target.ts'

export interface ProberLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

export interface ProberOptions {
  readonly targets: readonly ProbeTarget[]
  readonly send: Send
  readonly chats: readonly ChatShape[]
  readonly intervalMs: number
  readonly maxOutputTokens: number
  readonly concurrency: number
  readonly timeoutMs: number
  readonly budget: Budget
  readonly log: ProberLog
  readonly onResult: (result: ProbeResult) => void
  readonly now?: () => number
  readonly random?: () => number
}

/** Give or take this share of the interval, so that probes do not come to all at once, or at the same minute. */
const JITTER = 0.2
/** All endpoints are asked for the first time within this. */
const FIRST_ROUND_MS = 300_000
/** After a failure it is asked again this soon, and while it fails as often as the second, for as long as the third. */
const SECOND_MS = 15_000
const FAILING_MS = 120_000
const FAILING_FOR_MS = 6 * 3_600_000
/** When the disk, this machine's network or a request of another shape was in the way. */
const AGAIN_MS = 60_000
/** What cannot be asked (no such model, a wrong key) is tried again after this. */
const TROUBLE_MS = 6 * 3_600_000
/** A timer waits for no longer. */
const LOOK_MS = 60_000

/**
 * Asks endpoints one small request after the other, for ever: each about once an interval, some at a time, within the
 * day's budget. What comes of it is handed on; nothing in here throws at its callers.
 */
export class Prober {
  readonly #options: ProberOptions
  readonly #standings: readonly Standing[]
  readonly #probe: (endpoint: string) => Promise<AttemptRecord | undefined>
  readonly #chats = new Map<string, JsonObject>()
  readonly #stop = new AbortController()
  readonly #watch = new LoopWatch()
  readonly #network = new OwnNetwork()
  readonly #now: () => number
  readonly #random: () => number
  readonly #running = new Set<Promise<void>>()
  #timer: NodeJS.Timeout | undefined
  #isPaused = false
  /** Day whose budget was said to be spent. */
  #spentOn: string | undefined

  constructor(options: ProberOptions) {
    const {
      targets,
      chats,
      send,
      maxOutputTokens,
      timeoutMs,
      intervalMs,
      now = Date.now,
      random = Math.random,
    } = options
    this.#options = options
    this.#now = now
    this.#random = random
    const operations = new Map(targets.map(({ id, operation }) => [id, operation]))
    this.#probe = createProbe(send, {
      prompt: '',
      maxOutputTokens,
      timeoutMs,
      signal: this.#stop.signal,
      operationOf: (id) => operations.get(id)!,
      chatOf: (id) => this.#chats.get(id)!,
    })
    const start = now()
    this.#standings = targets.map((target) => ({
      target,
      turns: turnsOf(chats),
      count: 0,
      due: start + random() * Math.min(FIRST_ROUND_MS, intervalMs),
      askedAt: 0,
      failures: 0,
      failingSince: 0,
      isBusy: false,
      trouble: undefined,
    }))
  }

  start(): void {
    this.#watch.start()
    this.#go()
  }

  /** Begins nothing until `resume`. */
  pause(): void {
    this.#isPaused = true
  }

  resume(): void {
    if (!this.#isPaused) return
    this.#isPaused = false
    this.#go()
  }

  /** Breaks off what is under way; what it cost stays set aside. */
  async stop(): Promise<void> {
    this.#stop.abort()
    clearTimeout(this.#timer)
    this.#watch.stop()
    await Promise.all(this.#running)
  }

  /** Has those asked soon of whom others say that they fail; not more often than every other minute. */
  hurry(isSuspect: (target: ProbeTarget) => boolean): void {
    const now = this.#now()
    for (const standing of this.#standings) {
      if (standing.trouble !== undefined || standing.askedAt > now - FAILING_MS || !isSuspect(standing.target)) continue
      standing.due = Math.min(standing.due, now)
    }
    this.#go()
  }

  /** Begins what is due, as far as there is room, and comes again for the rest. */
  #go(): void {
    if (this.#stop.signal.aborted || this.#isPaused) return
    clearTimeout(this.#timer)
    const now = this.#now()
    const waiting = this.#standings.filter(({ isBusy }) => !isBusy).sort((a, b) => a.due - b.due)
    for (const standing of waiting) {
      if (standing.due > now || this.#running.size >= this.#options.concurrency) break
      const work = this.#ask(standing).finally(() => {
        this.#running.delete(work)
        standing.isBusy = false
        this.#go()
      })
      standing.isBusy = true
      this.#running.add(work)
    }
    const next = waiting.find(({ isBusy }) => !isBusy)?.due ?? now + LOOK_MS
    const hasRoom = this.#running.size < this.#options.concurrency
    this.#timer = setTimeout(() => this.#go(), hasRoom ? Math.min(LOOK_MS, Math.max(1, next - now)) : LOOK_MS)
    this.#timer.unref()
  }

  /** One request. Never rejects. */
  async #ask(standing: Standing): Promise<void> {
    const { target } = standing
    const { budget, maxOutputTokens, log } = this.#options
    try {
      const { asked, shape } = this.#next(standing)
      const reserved = costAtMost(target, asked.inputTokens, maxOutputTokens)
      const day = budget.day(this.#now())
      if (!(await budget.reserve(reserved, this.#now()))) {
        this.#rest(standing, day)
        return
      }
      const from = performance.now()
      const attempt = await this.#probe(target.id)
      if (!attempt) return
      await budget.settle(reserved, costIn(attempt, reserved), day)
      this.#learn(standing, asked, shape, attempt, !this.#watch.stalledSince(from))
    } catch (error) {
      // The disk, most likely: without a budget that is kept nothing is sent.
      standing.due = this.#now() + AGAIN_MS
      log.warn({ endpoint: target.id, reason: String((error as Error).message) }, 'An endpoint could not be asked')
    }
  }

  /** What is asked for now. */
  #next({ target, turns, count }: Standing): { readonly asked: Asked; readonly shape: ChatShape | undefined } {
    const { name, operation } = target
    const shape = operation === 'chat' ? turns[count % turns.length]! : undefined
    if (!shape)
      return {
        asked: { name, operation, stream: isStreamed(operation), structured: false, inputTokens: 1 },
        shape,
      }
    const { fields, tokens } = chatOf(shape, this.#random)
    this.#chats.set(target.id, fields)
    const asked = {
      name,
      operation,
      stream: isStreamedShape(shape),
      structured: isStructured(shape),
      inputTokens: tokens,
    }
    return { asked, shape }
  }

  #learn(
    standing: Standing,
    asked: Asked,
    shape: ChatShape | undefined,
    attempt: AttemptRecord,
    isTimed: boolean,
  ): void {
    const { kind } = attempt
    const at = this.#now()
    standing.count += 1
    standing.askedAt = at
    if (kind === 'caller_cancelled') {
      // Answered, and too slowly to the end: it says nothing that can be counted.
      standing.due = at + this.#wait(standing, at)
      return
    }
    if (!isTelling(kind)) {
      this.#refused(standing, shape, attempt)
      return
    }
    standing.trouble = undefined
    if (!this.#network.isWell(asked.name.provider, kind, at)) {
      standing.due = at + AGAIN_MS
      if (this.#network.isNews)
        this.#options.log.warn({}, 'Nobody can be reached: the network of this machine, it seems. Nothing is counted')
      return
    }
    if (!isCutShort(attempt)) this.#options.onResult(resultOf(asked, { ...attempt, kind }, at, isTimed))
    // Who calls tools badly is at work all the same.
    const isFault =
      FAULT_KINDS.includes(kind) && !isCutShort(attempt) && !(kind === 'provider_malformed' && asked.structured)
    if (isFault && standing.failures === 0) standing.failingSince = at
    standing.failures = isFault ? standing.failures + 1 : 0
    standing.due = at + this.#wait(standing, at)
  }

  #wait({ failures, failingSince }: Standing, at: number): number {
    const { intervalMs } = this.#options
    const usual = intervalMs * (1 + JITTER * (2 * this.#random() - 1))
    if (failures === 0 || at - failingSince > FAILING_FOR_MS) return usual
    return Math.min(usual, failures === 1 ? SECOND_MS : FAILING_MS)
  }

  /** The request, the key or the account is wrong, not the endpoint. */
  #refused(standing: Standing, shape: ChatShape | undefined, { kind, status, message }: AttemptRecord): void {
    const { intervalMs, log } = this.#options
    const { target, turns } = standing
    const rest = turns.filter((each) => each !== shape)
    if (kind === 'caller_invalid' && shape !== undefined && shape !== 'stream' && rest.length > 0) {
      standing.turns = rest
      standing.due = this.#now() + Math.min(AGAIN_MS, intervalMs)
      return
    }
    standing.due = this.#now() + Math.max(TROUBLE_MS, intervalMs)
    const reason = `${kind}${status === undefined ? '' : ` (${status})`}${message === undefined ? '' : `: ${message}`}`
    if (standing.trouble === kind) return
    standing.trouble = kind
    log.warn(
      { endpoint: target.id, reason },
      'An endpoint cannot be asked and says nothing; it is tried again in hours',
    )
  }

  /** The day's money is spent. */
  #rest(standing: Standing, day: string): void {
    const { budget, intervalMs, log } = this.#options
    const now = this.#now()
    standing.due = tomorrow(now) + this.#random() * Math.min(FIRST_ROUND_MS, intervalMs)
    if (this.#spentOn === day) return
    this.#spentOn = day
    log.warn(
      { day, usd: Number(budget.spent(now).toFixed(4)) },
      "The day's budget for probes is spent; they go on tomorrow",
    )
  }
}
