/** Who is asked in a round. */
export interface Target {
  readonly name: string
  readonly port: number
  readonly pid?: number
  /** Port of its inspector. */
  readonly inspector?: number | undefined
  /** Header lines that it needs, each with its line end. */
  readonly headers?: string
  /** It would take minutes for as many streams as the others hold open. */
  readonly isSlow?: boolean
  /** It answers no streams here: why, for who reads the table. */
  readonly noStreams?: string
}

/** Lists of cores, as `taskset -c` takes them. */
export interface Cores {
  readonly proxies: string
  /** Of the upstream and of whoever makes the load. */
  readonly load: string
}
