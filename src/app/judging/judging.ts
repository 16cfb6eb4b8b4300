import type { FinishedRequest } from '../../outcomes/log/finished-request.ts'
import type { PluginLog } from '../../plugins/api.ts'
import { type Judged, recordOpinion } from '../../reports/feedback.ts'
import type { Catalogue } from '../../routing/catalogue.ts'
import type { Engine } from '../../routing/engine.ts'
import type { RouterBooks } from '../books.ts'
import { Checks } from '../checking/checks.ts'
import { Embedder, UNPRICED_RPM, unpricedEmbedders } from '../embedding/embedder.ts'
import { OwnRequests } from '../own-requests/own-requests.ts'
import type { AppState } from '../sharing.ts'
import { Judge } from './judge.ts'
import { UNPRICED_JUDGE_RPM, unpricedJudges, Verdicts } from './verdicts.ts'

/** A model's word is less than a person's. */
const JUDGE_WEIGHT = 0.5

export interface JudgingParts {
  readonly books: RouterBooks
  readonly state: AppState
  readonly engine: () => Engine
  readonly log: Pick<PluginLog, 'error' | 'warn'>
  /** Where commands run that check answers. */
  readonly directory: string
}

/** What the router itself asks and finds: by how conversations go on, by a judge, by checks, and of prompts. */
export class Judging {
  readonly judge: Judge
  readonly checks: Checks
  readonly embedder: Embedder
  readonly #requests: OwnRequests
  readonly #log: JudgingParts['log']

  constructor({ books, state, engine, log, directory }: JudgingParts) {
    const parts = { quality: books.quality, write: (line: string) => state.write(line) }
    const imply = (answer: Judged, signal: string, score: number, weight: number) =>
      recordOpinion(answer, { signal, opinion: { score, weight, implied: true }, time: Date.now() }, parts)
    books.onImplied = ({ answer, signal, score, weight }) => imply(answer, signal, score, weight)
    const onVerdict = (answer: Judged, score: number) => imply(answer, 'judge', score, JUDGE_WEIGHT)
    this.#requests = new OwnRequests(engine)
    this.#log = log
    const verdicts = new Verdicts(engine, books.usage, this.#requests)
    this.judge = new Judge({ engine, verdicts, onVerdict })
    this.embedder = new Embedder(engine, books.usage, this.#requests)
    this.checks = new Checks({ requests: this.#requests, verdicts, directory, log })
  }

  /** Every finished request. */
  take(request: FinishedRequest): void {
    this.#requests.take(request)
    this.judge.take(request)
  }

  /** Says of which judges and embeddings of a configuration no budget can be kept. */
  review(catalogue: Catalogue): void {
    for (const model of unpricedJudges(catalogue))
      this.#log.warn(
        { model },
        `No budget of a judge can be kept: not all of its endpoints have a price. It is limited to "rpm", ${UNPRICED_JUDGE_RPM} a minute by default`,
      )
    for (const model of unpricedEmbedders(catalogue))
      this.#log.warn(
        { model },
        `No budget of embeddings can be kept: not all of their endpoints have a price. They are limited to "rpm", ${UNPRICED_RPM} a minute by default`,
      )
  }
}
