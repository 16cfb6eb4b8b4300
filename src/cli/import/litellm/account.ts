import type { Mapping } from '../../../config/view.ts'
import type { ImportedLine } from './document.ts'

export interface Deployment {
  /** LiteLLM's name of the provider. */
  readonly provider: string
  readonly apiBase?: string
  readonly apiKey?: string
  readonly organization?: string
  /** All of `litellm_params`. */
  readonly params: Mapping
}

/** One of our `providers`, without a name yet, and which parameters went into it; or why there is none. */
export type Account =
  | {
      readonly name: string
      readonly entry: Record<string, unknown>
      readonly from?: readonly string[]
      /** What became of parameters that did not simply go into it. */
      readonly notes?: Readonly<Record<string, Pick<ImportedLine, 'outcome' | 'note'>>>
    }
  | { readonly why: string }
