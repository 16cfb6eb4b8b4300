import type { ModelPage } from 'commonroute/plugin'
import { isObject } from './is-object.ts'

/** How a service writes its list of models, where that is not OpenAI's way. */
export interface ListShape {
  /** The key of the list. */
  readonly list: string
  /** The key of a name in each entry. */
  readonly name: string
  /** The key of what asks for the next page; empty or absent on the last one. */
  readonly next?: string
  /** Written before each name, which requests leave out. */
  readonly prefix?: string
  /** An entry that has this key, and true, is no longer served. */
  readonly retired?: string
}

/** Undefined for an answer of another shape. */
export function pageIn(answer: unknown, { list, name, next, prefix = '', retired }: ListShape): ModelPage | undefined {
  if (!isObject(answer) || !Array.isArray(answer[list])) return undefined
  const models = answer[list].flatMap((entry: unknown) => {
    const id = isObject(entry) && !(retired !== undefined && entry[retired] === true) ? entry[name] : undefined
    if (typeof id !== 'string') return []
    return id.startsWith(prefix) ? id.slice(prefix.length) : id
  })
  const following = next === undefined ? undefined : answer[next]
  return { models, ...(typeof following === 'string' && following !== '' && { next: following }) }
}

/** The URL of a page. */
export function pageUrl(url: URL, parameter: string, page: string | undefined): URL {
  if (page === undefined) return url
  const next = new URL(url)
  next.searchParams.set(parameter, page)
  return next
}
