import type { ListPrice } from '../../../src/hub/facts/facts.ts'
import type { Figures } from './figures.ts'
import type { Trend } from './trend.ts'

/** What an endpoint is best at, among those of its model. */
export type Badge = 'speed' | 'price' | 'reliability'

/** A row of a table: a model at a provider. */
export interface EndpointRow extends Figures {
  readonly id: string
  readonly provider: string
  readonly model: string
  /** Of the model, whoever serves it. */
  readonly name: string
  /** The provider has several endpoints of the model: its own name of it tells them apart. */
  readonly isOneOfSeveral?: true
  /** Measured by the hub itself; absent: by its members. */
  readonly source?: 'probe'
  /** Over a day. */
  readonly uptime?: number
  readonly price?: ListPrice
  /** Tokens. */
  readonly context?: number
  readonly trend?: Trend
  /** Members, at least, who have it configured and use others instead. */
  readonly passedOver?: number
  /** Members, at least, who offer it, where nothing else is known of it. */
  readonly offered?: number
  /** An incident is open. */
  readonly failing?: true
  /** Seconds of an ordinary answer, money and failures counted: less is better. */
  readonly cost?: number
  readonly badges?: readonly Badge[]
}
