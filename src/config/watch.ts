import { createHash } from 'node:crypto'
import { readFileSync, unwatchFile, watchFile } from 'node:fs'

export interface WatchOptions {
  /** Between two looks at the file, in milliseconds. Default 1000. */
  readonly intervalMs?: number
  /** How long the content has to stay the same before it counts, in milliseconds. Default 200. */
  readonly settleMs?: number
}

/**
 * Calls back when the content of a file has changed and has settled. It polls, because that alone sees every way of changing a file:
 * writing in place, renaming another file over it, and swapping a symlink above it as Kubernetes does. A file that is gone or touched without a
 * change is no event; one that returns with other content is. Does not keep the process alive.
 */
export function watchConfig(path: string, onChange: () => void, options: WatchOptions = {}): { close(): void } {
  const { intervalMs = 1000, settleMs = 200 } = options
  let reported = fingerprint(path)
  let timer: NodeJS.Timeout | undefined

  const settle = (seen: string | undefined) => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      const now = fingerprint(path)
      if (now !== seen) return settle(now)
      if (now === undefined || now === reported) return
      reported = now
      onChange()
    }, settleMs).unref()
  }
  const look = () => settle(fingerprint(path))

  watchFile(path, { persistent: false, interval: intervalMs }, look)
  return {
    close: () => {
      unwatchFile(path, look)
      clearTimeout(timer)
    },
  }
}

/** Of the content; undefined when it cannot be read just now. */
function fingerprint(path: string): string | undefined {
  try {
    return createHash('sha256').update(readFileSync(path)).digest('base64')
  } catch {
    return undefined
  }
}
