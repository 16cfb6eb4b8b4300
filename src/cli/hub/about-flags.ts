import { readFileSync } from 'node:fs'
import { RouterError, reasonOf } from '../../base/errors.ts'
import { ABOUT_LENGTHS, MAX_MIRRORS } from '../../federation/protocol/schema/map.ts'
import type { HubAbout } from '../../hub/about.ts'

/** What `router hub serve` is told of who runs the hub. */
export interface AboutFlags {
  readonly operator?: string | undefined
  readonly contact?: string | undefined
  /** A URL, or the path of a text file. */
  readonly terms?: string | undefined
  readonly licence?: string | undefined
  readonly retention?: string | undefined
  readonly mirror?: readonly string[] | undefined
}

const MAX_TERMS_BYTES = 65_536
const URL_PATTERN = /^https?:\/\//

/**
 * What of it was given; undefined: nothing, what is known stays.
 * @throws RouterError ROUTER_USAGE
 */
export function aboutFrom(flags: AboutFlags): Partial<HubAbout> | undefined {
  const { terms, mirror } = flags
  const texts = (['operator', 'contact', 'licence', 'retention'] as const).flatMap((name) => {
    const text = flags[name]
    if (text === undefined) return []
    if (text.length <= ABOUT_LENGTHS[name]) return [[name, text.trim()] as const]
    throw refuse(`--${name} has ${text.length} characters, and ${ABOUT_LENGTHS[name]} are the most`)
  })
  const about: Partial<HubAbout> = {
    ...Object.fromEntries(texts),
    ...(terms !== undefined && { terms: termsOf(terms) }),
    ...(mirror && { mirrors: mirrorsOf(mirror) }),
  }
  return Object.keys(about).length > 0 ? about : undefined
}

function termsOf(given: string): string {
  if (given === '') return ''
  if (URL_PATTERN.test(given)) return urlOf('--terms', given, ABOUT_LENGTHS.terms)
  let text: Buffer
  try {
    text = readFileSync(given)
  } catch (error) {
    throw refuse(`--terms ${given} is no URL, and no file that can be read: ${reasonOf(error)}`)
  }
  if (text.length > MAX_TERMS_BYTES) throw refuse(`--terms ${given} is larger than ${MAX_TERMS_BYTES} bytes`)
  return text.toString('utf8')
}

function mirrorsOf(given: readonly string[]): string[] {
  const mirrors = given.filter((url) => url !== '').map((url) => urlOf('--mirror', url, ABOUT_LENGTHS.mirror))
  if (mirrors.length > MAX_MIRRORS) throw refuse(`There are more than ${MAX_MIRRORS} --mirror`)
  return mirrors
}

function urlOf(flag: string, text: string, maxLength: number): string {
  const url = URL.parse(text)
  if (url && URL_PATTERN.test(text) && !url.username && text.length <= maxLength) return url.href.replace(/\/$/, '')
  throw refuse(`${flag} ${text} is no URL, such as https://hub.example.com`)
}

const refuse = (reason: string) => new RouterError('ROUTER_USAGE', { reason: `${reason}.` })
