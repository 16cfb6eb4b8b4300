import type { ReplayReport } from '../../replay/report/types.ts'

export interface ReplayFlags {
  readonly panel?: string | undefined
  readonly world?: string | undefined
  readonly correctness?: string | undefined
  readonly strategies?: string | undefined
  readonly seeds?: number | undefined
  readonly log?: string | undefined
  readonly config?: string | undefined
  readonly objective?: 'ttft' | 't200' | 'total' | undefined
  readonly prior?: string | undefined
  readonly 'leave-one-site-out'?: boolean | undefined
  readonly history?: string | undefined
  readonly map?: boolean | undefined
  readonly choices?: string | undefined
  readonly since?: string | undefined
  readonly model?: string | undefined
  readonly 'value-of-time'?: string | undefined
  readonly report?: string | undefined
}

/** What a replay gives: the object for `--json`, and what is shown of it. */
export interface Replayed {
  readonly json: object
  readonly report: ReplayReport
}
