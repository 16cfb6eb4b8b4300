import { RouterError } from '../../base/errors.ts'
import { isLoopback } from '../../base/loopback.ts'
import { dispatcherTo, proxiesOf } from '../../base/outbound.ts'

const MAX_BYTES = 64 * 1024 ** 2
const MAX_REDIRECTS = 5
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308])

export interface DownloadOptions {
  /** What arrives is held to a hash or a signature: the way need not be safe. */
  readonly isChecked: boolean
  /** For all of it, redirects included. */
  readonly timeoutMs: number
  /** Of what is there already. */
  readonly etag?: string
}

export interface Downloaded {
  readonly bytes: Buffer
  readonly etag?: string
}

const because = (reason: string) => new RouterError('ROUTER_USAGE', { reason })

/**
 * What lies at a URL; `unchanged` when it is still what has this `etag`. Follows redirects, but to nothing less safe.
 * Rejects with an error whose message says why.
 */
export async function download(from: URL, options: DownloadOptions): Promise<Downloaded | 'unchanged'> {
  const signal = AbortSignal.timeout(options.timeoutMs)
  try {
    let url = from
    for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
      const answer = await get(url, options, signal)
      if (!(answer instanceof URL)) return answer
      if (url.protocol === 'https:' && answer.protocol !== 'https:')
        throw because(`it leads to plain http: ${answer.origin}`)
      url = answer
    }
    throw because(`it leads on more than ${MAX_REDIRECTS} times`)
  } catch (error) {
    if (signal.aborted) throw because(`it takes longer than ${options.timeoutMs / 1000} s`)
    throw error
  }
}

/** A redirect gives the URL that it leads to. */
async function get(
  url: URL,
  { isChecked, timeoutMs, etag }: DownloadOptions,
  signal: AbortSignal,
): Promise<Downloaded | 'unchanged' | URL> {
  if (!/^https?:$/.test(url.protocol)) throw because(`it leads to ${url.protocol}//`)
  if (url.protocol !== 'https:' && !isChecked && !isLoopback(url.hostname))
    throw because('over plain http it needs --sha256 or --public-key')
  const dispatcher = dispatcherTo(url.origin, {}, { connectMs: timeoutMs }, proxiesOf(process.env))
  try {
    const { statusCode, headers, body } = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'GET',
      headers: etag === undefined ? {} : { 'if-none-match': etag },
      signal,
    })
    if (statusCode === 304 && etag !== undefined) return 'unchanged'
    if (REDIRECTS.has(statusCode) && typeof headers.location === 'string') return new URL(headers.location, url)
    if (statusCode !== 200) throw because(`it answers ${statusCode}`)
    const bytes = await read(body)
    return { bytes, ...(typeof headers.etag === 'string' && { etag: headers.etag }) }
  } finally {
    await dispatcher.destroy()
  }
}

async function read(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body) {
    size += chunk.length
    if (size > MAX_BYTES) throw because('it is larger than 64 MB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
