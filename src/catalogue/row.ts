import type { Price } from '../plugins/api.ts'
import type { KnownModel } from './known-model.ts'

/** A known model as it stands in a file: what most models share is left out, and what it can do are letters. */
export interface Row {
  readonly id: string
  /** What `modelKey` makes of the id, so that a start need not. */
  readonly key?: string
  readonly title?: string
  readonly canonical?: string
  readonly released?: string
  /** Tokens. */
  readonly context?: number
  readonly output?: number
  /** Default: text alone. */
  readonly in?: readonly string[]
  readonly out?: readonly string[]
  /** Letters of `ABILITIES`; absent where nothing is known of them. */
  readonly can?: string
  readonly price?: Price
  readonly priceIsNewer?: true
}

/** What each letter stands for in OpenRouter's `supported_parameters`. */
const ABILITIES: Readonly<Record<string, readonly string[]>> = {
  // Writes text at all.
  w: ['max_tokens', 'max_completion_tokens', 'stop'],
  s: ['temperature', 'top_p'],
  t: ['tools', 'tool_choice'],
  // JSON is not known to be refused; a schema is known to be kept.
  j: ['response_format'],
  o: ['structured_outputs'],
  r: ['reasoning', 'reasoning_effort', 'include_reasoning'],
}

/** Lists that many models share are one object. */
const shared = new Map<string, readonly string[]>()

function share(list: readonly string[]): readonly string[] {
  const key = list.join()
  const found = shared.get(key)
  if (!found) shared.set(key, list)
  return found ?? list
}

export function fromRow({
  id,
  title,
  canonical,
  released,
  context,
  output,
  in: inputs,
  out,
  can,
  price,
  priceIsNewer,
}: Row): KnownModel {
  return {
    id,
    ...(title !== undefined && { title }),
    ...(canonical !== undefined && { canonical }),
    ...(released !== undefined && { released }),
    ...(context !== undefined && { contextLength: context }),
    ...(output !== undefined && { maxOutputTokens: output }),
    inputModalities: share(inputs ?? ['text']),
    outputModalities: share(out ?? ['text']),
    ...(can !== undefined && { parameters: share([...can].flatMap((letter) => ABILITIES[letter] ?? [])) }),
    ...(price && { price }),
    ...(priceIsNewer && { priceIsNewer }),
  }
}
