import type { HubInfo } from '../federation/protocol/types.ts'

/** Who runs a hub, and on what terms: what the operator says of it. Empty: nothing was said. */
export interface HubAbout {
  readonly operator: string
  /** Mail address or URL. */
  readonly contact: string
  /** A URL, or the text itself. */
  readonly terms: string
  /** Of the data that the hub publishes, such as `CC-BY-4.0`. */
  readonly licence: string
  /** What is kept for how long; default: what the hub does by itself. */
  readonly retention: string
  /** URLs of other places that serve the same signed documents. */
  readonly mirrors: readonly string[]
}

export const NOTHING_SAID: HubAbout = { operator: '', contact: '', terms: '', licence: '', retention: '', mirrors: [] }

/** What the hub does by itself: docs/privacy.md has it in full. */
const RETENTION =
  'A report is kept until it is in the map of its epoch, what the reports of a member add up to for two and a half days ' +
  'after its last one, published figures for 30 days, incidents for 90 days. No addresses are kept. A member that ' +
  'leaves is forgotten at once.'

const isUrl = (text: string): boolean => /^https?:\/\//.test(text)

/** Where the terms stand that are not the hub's own text. */
export const termsUrl = ({ terms }: HubAbout): string | undefined => (isUrl(terms) ? terms : undefined)

/** The fields of `GET /v1/hub` that say it; what was not said is left out. */
export function aboutInfo(
  about: HubAbout,
  url: string | undefined,
): Omit<HubInfo, 'v' | 'name' | 'key' | 'epoch_seconds' | 'k' | 'time'> {
  const { operator, contact, licence, retention, mirrors } = about
  return {
    ...(operator && { operator }),
    ...(contact && { contact }),
    terms: termsUrl(about) ?? `${url ?? ''}/terms`,
    ...(licence && { licence }),
    retention: retention || RETENTION,
    mirrors,
  }
}

interface TermsOf {
  readonly name: string
  readonly about: HubAbout
  readonly epochSeconds: number
  readonly k: number
  readonly private?: boolean
}

/** `GET /terms` of a hub whose operator gave none elsewhere: plain text. */
export function termsText({ name, about, epochSeconds, k, private: isPrivate }: TermsOf): string {
  const { operator, contact, terms, licence, retention } = about
  if (terms !== '') return terms.endsWith('\n') ? terms : `${terms}\n`
  return [
    name,
    '',
    `Run by: ${operator || 'its operator has not said'}`,
    `Contact: ${contact || 'its operator has not said'}`,
    '',
    'Members send statistics of public endpoints, signed, once in an epoch: no prompts, no keys, no requests, no users.',
    `An epoch lasts ${epochSeconds} seconds. A figure is published when at least ${k} enrolments stand behind it.`,
    isPrivate
      ? 'Only members, and whoever has the read key, may read the map and everything else here.'
      : 'The map and everything else here may be read by anybody, without an account.',
    `Licence of the published data: ${licence || 'its operator has not said'}`,
    '',
    `What is kept: ${retention || RETENTION}`,
    '',
    'The figures are measurements of others, given without warranty.',
    '',
  ].join('\n')
}
