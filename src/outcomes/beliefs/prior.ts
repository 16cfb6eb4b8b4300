import type { SharedQualitySource } from '../quality/shared-quality.ts'
import type { Beta, Prior } from './beliefs.ts'

/** What others measured of a cell. Absent parts are not known. */
export interface CellPrior {
  /** Log milliseconds to the first token of a stream. */
  readonly ttft?: Prior
  /** Log milliseconds to the whole of an answer that is not streamed. */
  readonly total?: Prior
  /** Log tokens per second. */
  readonly speed?: Prior
  readonly success?: Beta
  /** Others agree that it fails now; `success` says so already. */
  readonly incident?: true
}

/** A map of cells: from a file, from a hub. Looked up for every candidate, so it must be quick. */
export interface PriorSource {
  find(endpoint: string, workloadClass: string): CellPrior | undefined
  /** Grows when what it says is replaced; absent: it never is. */
  readonly revision?: number
  /** Whether others would have reported this endpoint if they used it, and did not. Absent: nobody knows. */
  isPassedOver?(endpoint: string, workloadClass: string): boolean
  /** What others found of how good models' answers are. Absent: nobody says anything. */
  readonly quality?: SharedQualitySource
}
