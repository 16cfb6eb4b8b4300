/**
 * What a service says of the prompts and answers that pass through it. Absent means unknown, and unknown is excluded by
 * a request that demands something (`provider.zdr`, `data_collection: deny`, `region`).
 */
export interface DataPolicy {
  /** True: neither is kept once the answer is given (zero data retention). */
  readonly zdr?: boolean
  /** OpenRouter's words. `deny`: nothing is kept to train models on; `allow`: that may be. */
  readonly dataCollection?: 'allow' | 'deny'
  /** Where requests are worked on, in small letters: `eu`, `us`, `cn`, ..., or a cloud's own name: `eu-west-1`. */
  readonly region?: string
  /** URL of the page that says so. */
  readonly source?: string
}
